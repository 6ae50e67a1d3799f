package dev.whyops.fake;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How the scripted provider behaves for one request. A script is a list of words, {@code name} or
 * {@code name=value}, and optionally what the model says. The same words work in a model name
 * ({@code gpt-4o-mini~chunks=10~pause=5}), in the last user text ({@code {{fake chunks=10
 * pause=5}}}), in a header ({@code X-Fake-Script: chunks=10 pause=5}), in the query ({@code
 * ?fake=chunks=10,pause=5}) and in {@link FakeLlm#script}.
 *
 * <p>What is said: {@code words=n} · {@code bytes=n} (of text) · {@code thinking=n} words · {@code
 * call=tool} (value {@code a+b} for parallel calls) · {@code calls=n} (the first n offered tools) ·
 * {@code refuse} · {@code finish=reason} · {@code json} text.
 *
 * <p>Usage: {@code in=n out=n cached=n write5m=n write1h=n reasoning=n}, {@code usage=none}, {@code
 * usage=RAW} (raw JSON text of the usage object).
 *
 * <p>Timing: {@code first=ms} before the head, {@code lead=ms} after the head, {@code pause=ms}
 * between pieces, {@code chunks=n} text pieces of a stream, {@code pings=n}.
 *
 * <p>Framing: {@code newline=lf|crlf|cr|mixed} · {@code bom} · {@code comments} · {@code cut=n}
 * (writes of n bytes) · {@code cutat=n} · {@code done=none|twice|early} · {@code noblank} (no final
 * blank line) · {@code coding=gzip|deflate|zstd} · {@code framing=close} (body ends with the
 * connection) · {@code asjson}, {@code asstream} (against the request) · {@code badchunk} (invalid
 * JSON in a data line) · {@code unknown} (an event type nobody knows) · {@code usagefirst}.
 *
 * <p>Faults: {@code status=n} with the provider's own error body, {@code retryafter=text}, {@code
 * shouldretry=text} · {@code error=k} (error event after k text pieces of a stream) · {@code
 * reset=n}, {@code fin=n}, {@code silence=n} after n body bytes · {@code length=±n} wrong
 * content-length · {@code extra=n} bytes after the end · {@code garbage=n} random bytes instead of
 * a body · {@code html} · {@code empty} · {@code redirect=url} · {@code nousage} (400 to
 * include_usage) · {@code echo} (credential in body and header) · {@code bighead=n} · {@code
 * informational=n} (1xx heads before) · {@code noread} (query only: never reads the request body).
 *
 * <p>{@code until=n}: from the n-th retry of a client on (0: at once) the faults and waits are
 * over. {@code marker=text} names the request in the log. Unknown words are refused.
 */
public record Script(
    Map<String, String> words, @Nullable String text, @Nullable String thinking, List<Call> calls) {
  public static final Script PLAIN = new Script(Map.of(), null, null, List.of());

  /** What {@code until} ends. */
  private static final Set<String> FAULTS =
      Set.of(
          "status retryafter shouldretry first error reset fin silence length garbage html empty"
              .split(" "));

  private static final Set<String> KNOWN =
      Set.of(
          ("words bytes thinking call calls refuse finish json in out cached write5m write1h"
               + " reasoning usage first lead pause chunks pings newline bom comments cut cutat"
               + " done noblank coding framing asjson asstream badchunk unknown usagefirst status"
               + " retryafter error reset fin silence length extra garbage html empty redirect"
               + " nousage echo bighead informational noread marker until shouldretry")
              .split(" "));

  /** A tool call that the model makes. */
  public record Call(String tool, String argumentsJson) {}

  public Script {
    words = Map.copyOf(words);
    calls = List.copyOf(calls);
  }

  /** Reads words that stand apart by spaces, commas or {@code ~}. */
  public static Script of(String line) {
    Map<String, String> words = new HashMap<>();
    for (String word : line.trim().split("[\\s,~]+")) {
      if (word.isEmpty()) {
        continue;
      }
      int equals = word.indexOf('=');
      String name = equals < 0 ? word : word.substring(0, equals);
      if (!KNOWN.contains(name)) {
        throw new IllegalArgumentException("unknown script word: " + name);
      }
      words.put(name, equals < 0 ? "" : word.substring(equals + 1));
    }
    return new Script(words, null, null, List.of());
  }

  /** The same with the words of another script on top. */
  Script and(Script other) {
    Map<String, String> both = new HashMap<>(words);
    both.putAll(other.words);
    return new Script(
        both,
        other.text != null ? other.text : text,
        other.thinking != null ? other.thinking : thinking,
        other.calls.isEmpty() ? calls : other.calls);
  }

  /** The same, one word set; for values that hold spaces or commas. */
  public Script with(String word, String value) {
    if (!KNOWN.contains(word)) {
      throw new IllegalArgumentException("unknown script word: " + word);
    }
    Map<String, String> more = new HashMap<>(words);
    more.put(word, value);
    return new Script(more, text, thinking, calls);
  }

  /** The same without faults and without the wait before the head. */
  Script healed() {
    Map<String, String> fewer = new HashMap<>(words);
    fewer.keySet().removeAll(FAULTS);
    return new Script(fewer, text, thinking, calls);
  }

  public Script saying(String text) {
    return new Script(words, text, thinking, calls);
  }

  public Script thinking(String text) {
    return new Script(words, this.text, text, calls);
  }

  public Script calling(String tool, String argumentsJson) {
    List<Call> more = new ArrayList<>(calls);
    more.add(new Call(tool, argumentsJson));
    return new Script(words, text, thinking, more);
  }

  boolean has(String word) {
    return words.containsKey(word);
  }

  @Nullable String word(String word) {
    return words.get(word);
  }

  long number(String word, long otherwise) {
    String value = words.get(word);
    return value == null || value.isEmpty() ? otherwise : Long.parseLong(value);
  }

  int count(String word, int otherwise) {
    return Math.toIntExact(number(word, otherwise));
  }
}
