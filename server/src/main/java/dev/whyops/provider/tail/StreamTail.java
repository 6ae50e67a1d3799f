package dev.whyops.provider.tail;

import dev.whyops.provider.CallKind;
import dev.whyops.provider.JsonValue;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds the place of one further delta in a stream, and makes it after the model of the delta
 * before. Told each event in order; some it holds back until the next tells whether the text before
 * was the last.
 *
 * <p>Not thread-safe; belongs to one answer.
 */
public abstract sealed class StreamTail permits ChatTail, MessageTail, ResponseTail {
  private static final byte[] DATA = "data:".getBytes(StandardCharsets.US_ASCII);
  private static final List<TailEdit> AS_IT_IS = List.of();

  private final String tail;
  private final StringBuilder begin = new StringBuilder();
  private boolean over;

  StreamTail(String tail) {
    this.tail = tail;
  }

  /** For the kinds of calls whose streams can get one. */
  public static StreamTail of(CallKind kind, String tail) {
    return switch (kind) {
      case CHAT_COMPLETIONS -> new ChatTail(tail);
      case MESSAGES -> new MessageTail(tail);
      case RESPONSES -> new ResponseTail(tail);
      default -> throw new IllegalArgumentException("no text at the end of " + kind);
    };
  }

  /** Nothing more will be changed. */
  public final boolean isOver() {
    return over;
  }

  /**
   * The next event.
   *
   * @param held what is held back so far, the event at its end
   * @param from where the event begins
   * @return the changes to make to all that is held, or null to hold it back
   */
  public final @Nullable List<TailEdit> event(byte[] held, int from) {
    if (over) {
      return AS_IT_IS;
    }
    Data data = data(held, from);
    if (data == null) {
      return isComment(held, from) ? aside() : giveUp();
    }
    return event(held, from, data);
  }

  /** The event with its data, which is one line of JSON. */
  abstract @Nullable List<TailEdit> event(byte[] held, int from, Data data);

  /** An event that says nothing, amid whatever is held. */
  abstract @Nullable List<TailEdit> aside();

  /**
   * @param offset of the data in what is held
   */
  record Data(int offset, JsonValue json) {
    int start(JsonValue value) {
      return offset + value.span().start();
    }

    int end(JsonValue value) {
      return offset + value.span().end();
    }
  }

  /** A delta of a text, and where in it the text stands. */
  record Model(byte[] event, int from, int to) {
    static Model of(byte[] held, int from, Data data, JsonValue text) {
      return new Model(
          Arrays.copyOfRange(held, from, held.length),
          data.start(text) - from,
          data.end(text) - from);
    }

    byte[] saying(String text) {
      byte[] said = ('"' + text + '"').getBytes(StandardCharsets.UTF_8);
      return spliced(event, from, to, said);
    }
  }

  static byte[] spliced(byte[] bytes, int from, int to, byte[] inserted) {
    byte[] all = Arrays.copyOf(bytes, bytes.length - (to - from) + inserted.length);
    System.arraycopy(inserted, 0, all, from, inserted.length);
    System.arraycopy(bytes, to, all, from + inserted.length, bytes.length - to);
    return all;
  }

  /** What stays as it is from here on. */
  final List<TailEdit> giveUp() {
    over = true;
    return AS_IT_IS;
  }

  final List<TailEdit> pass() {
    return AS_IT_IS;
  }

  /** The changes are made; nothing follows. */
  final List<TailEdit> done(List<TailEdit> edits) {
    over = true;
    return edits;
  }

  final String tail() {
    return tail;
  }

  final TailEdit tailAt(int offset) {
    return new TailEdit(offset, 0, tail.getBytes(StandardCharsets.UTF_8));
  }

  /** The text goes on with this; false when it turns out to be data. */
  final boolean isProse(String more) {
    if (begin.toString().isBlank()) {
      begin.append(more, 0, Math.min(more.length(), 64));
    }
    return PlainText.isProse(begin.toString());
  }

  /** Another text begins, which is judged by itself. */
  final void textBegins() {
    begin.setLength(0);
  }

  static @Nullable Data data(byte[] held, int from) {
    int found = -1;
    int end = -1;
    for (int line = from; line < held.length; ) {
      int lineEnd = lineEnd(held, line);
      if (Arrays.equals(held, line, Math.min(line + DATA.length, lineEnd), DATA, 0, DATA.length)) {
        if (found >= 0) {
          return null;
        }
        found = line + DATA.length;
        end = lineEnd;
      }
      line = lineEnd + 1;
    }
    if (found < 0) {
      return null;
    }
    Set<String> notes = new HashSet<>();
    JsonValue json = JsonValue.parse(Arrays.copyOfRange(held, found, end), notes);
    return json.isObject() && notes.isEmpty() ? new Data(found, json) : null;
  }

  private static int lineEnd(byte[] bytes, int from) {
    int end = from;
    while (end < bytes.length && bytes[end] != '\n' && bytes[end] != '\r') {
      end++;
    }
    return end;
  }

  /** No line of it is data. */
  private static boolean isComment(byte[] held, int from) {
    return new String(held, from, held.length - from, StandardCharsets.ISO_8859_1)
        .lines()
        .noneMatch(line -> line.startsWith("data"));
  }
}
