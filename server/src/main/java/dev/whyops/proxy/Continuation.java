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
import java.util.Optional;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Reads conversations for the rules of continuity, off the event loops: what a call continues, and
 * what later calls may continue. Thread-safe.
 */
final class Continuation {
  /**
   * A small body is searched for signs of a conversation first; a larger one is likely to be one.
   */
  private static final int SEARCHED_MAX = 8 * 1024;

  private static final byte[] ASSISTANT = ascii("assistant");
  private static final byte[] TOOL = ascii("_call_output");
  private static final byte[] PREVIOUS = ascii("previous_response_id");
  private static final byte[] CONVERSATION = ascii("\"conversation\"");

  private final TraceResolver resolver;
  private final Executor blocking;

  Continuation(TraceResolver resolver, Executor blocking) {
    this.resolver = resolver;
    this.blocking = blocking;
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
        && (body.length() > SEARCHED_MAX
            || contains(body, ASSISTANT)
            || contains(body, TOOL)
            || contains(body, PREVIOUS)
            || contains(body, CONVERSATION));
  }

  private static boolean contains(RequestBody body, byte[] needle) {
    byte[] bytes = body.bytes();
    for (int i = 0; i <= body.length() - needle.length; i++) {
      int matched = 0;
      while (matched < needle.length && bytes[i + matched] == needle[matched]) {
        matched++;
      }
      if (matched == needle.length) {
        return true;
      }
    }
    return false;
  }

  /** Told on a virtual thread. */
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
    blocking.execute(
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
        });
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
    blocking.execute(
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
            resolver.answered(speaker, known, asked, answered);
          } catch (RuntimeException e) {
            Faults.note("continuity", e);
          }
        });
  }

  private static byte[] decoded(byte[] body, @Nullable String coding, int maxBytes) {
    return coding == null ? body : ContentCoding.decode(coding, body, maxBytes).bytes();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
