package dev.whyops.proxy;

import dev.whyops.continuity.CallTrace;
import dev.whyops.continuity.Known;
import dev.whyops.continuity.Speaker;
import dev.whyops.continuity.TraceResolver;
import dev.whyops.provider.AnswerFacts;
import dev.whyops.provider.CallKind;
import dev.whyops.provider.ContentCoding;
import dev.whyops.provider.Dialect;
import dev.whyops.provider.ProviderType;
import dev.whyops.provider.RequestFacts;
import dev.whyops.route.ProviderRef;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads conversations for the rules of continuity, off the event loops: what a call continues, and
 * what later calls may continue. Thread-safe.
 */
final class Continuation implements AutoCloseable {
  /**
   * A small body is searched for signs of a conversation first; a larger one is likely to be one.
   */
  private static final int SEARCHED_MAX = 8 * 1024;

  /** Members and values that only requests inside of a conversation have, with their quotes. */
  private static final byte[][] SIGNS =
      Stream.of(
              "assistant",
              "previous_response_id",
              "conversation",
              "function_call_output",
              "custom_tool_call_output",
              "computer_call_output",
              "local_shell_call_output",
              "item_reference")
          .map(sign -> ('"' + sign + '"').getBytes(StandardCharsets.US_ASCII))
          .toArray(byte[][]::new);

  /** Nobody knows how long a coded text is. */
  private static final int UNKNOWN_BYTES = Integer.MAX_VALUE;

  private final TraceResolver resolver;
  private final Reading reading;
  private final LongAdder forgotten;

  /**
   * @param blocking reads what is long
   * @param forgotten counts exchanges that could not be read in time, so that nothing continues
   *     them
   */
  Continuation(TraceResolver resolver, Executor blocking, LongAdder forgotten) {
    this.resolver = resolver;
    this.forgotten = forgotten;
    this.reading = new Reading(blocking);
  }

  @Override
  public void close() {
    reading.close();
  }

  TraceResolver resolver() {
    return resolver;
  }

  /** Whether the request may continue a conversation, as far as a glance can tell. */
  static boolean isPossible(CallTarget target, RequestBody body) {
    boolean conversational =
        switch (target.kind()) {
          case CHAT_COMPLETIONS, RESPONSES, MESSAGES -> true;
          case COMPLETIONS, EMBEDDINGS, COUNT_TOKENS, MODELS, RESPONSE_RESOURCE, PASSTHROUGH ->
              false;
        };
    return conversational
        && body.length() > 0
        && (body.length() > SEARCHED_MAX || hasSign(body.bytes(), body.length()));
  }

  /** One pass that stops at quotes only, as those are rare. */
  private static boolean hasSign(byte[] bytes, int length) {
    for (int i = 0; i < length; i++) {
      if (bytes[i] == '"') {
        for (byte[] sign : SIGNS) {
          if (i + sign.length <= length
              && bytes[i + 1] == sign[1]
              && Arrays.equals(bytes, i, i + sign.length, sign, 0, sign.length)) {
            return true;
          }
        }
      }
    }
    return false;
  }

  /** Told on any thread. */
  interface Found {
    void trace(Optional<CallTrace> trace);
  }

  void find(
      Speaker speaker,
      CallKind kind,
      ProviderType dialect,
      byte[] body,
      @Nullable String coding,
      Found found) {
    Runnable search =
        () -> {
          try {
            RequestFacts facts =
                Dialect.of(dialect)
                    .request(kind, decoded(body, coding, ContentCoding.REQUEST_MAX_BYTES));
            found.trace(resolver.resolve(speaker, facts));
          } catch (RuntimeException e) {
            Faults.note("continuity", e);
            found.trace(Optional.empty());
          }
        };
    if (!reading.submit(search, coding == null ? body.length : UNKNOWN_BYTES, true)) {
      found.trace(Optional.empty());
    }
  }

  /** Remembers a finished exchange. */
  void answered(
      Speaker speaker,
      CallTrace trace,
      ProviderRef provider,
      CallKind kind,
      byte[] body,
      @Nullable String coding,
      CallRecord.Answer head,
      byte[] answer) {
    Runnable reminder =
        () -> {
          try {
            Dialect dialect = Dialect.of(provider.type());
            RequestFacts asked =
                dialect.request(kind, decoded(body, coding, ContentCoding.REQUEST_MAX_BYTES));
            AnswerFacts answered =
                dialect.answer(
                    kind,
                    head.status(),
                    head.contentType(),
                    decoded(answer, head.contentEncoding(), ContentCoding.ANSWER_MAX_BYTES));
            Known known = new Known(trace.traceId(), trace.threadId(), provider.slug());
            resolver.answered(speaker, known, kind, asked, answered);
          } catch (RuntimeException e) {
            Faults.note("continuity", e);
          }
        };
    boolean plain = coding == null && head.contentEncoding() == null;
    if (!reading.submit(reminder, plain ? body.length + answer.length : UNKNOWN_BYTES, false)) {
      forgotten.increment();
    }
  }

  private static byte[] decoded(byte[] body, @Nullable String coding, int maxBytes) {
    return coding == null ? body : ContentCoding.decode(coding, body, maxBytes).bytes();
  }
}
