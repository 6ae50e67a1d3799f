package dev.whyops.sdk;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One running tool: measured from its making to {@link #close}. Model calls and events of this
 * thread in between belong to its span. Close it on the thread that opened it.
 */
public final class ToolSpan implements AutoCloseable {
  private final Trace trace;
  private final String name;
  private final List<Map<String, Object>> calls;
  private final String spanId;
  private final @Nullable Scope before;
  private final long startedNanos;
  private @Nullable Object result;
  private @Nullable Throwable failure;
  private boolean closed;

  ToolSpan(
      Trace trace,
      Scope scope,
      String name,
      @Nullable Object arguments,
      @Nullable String toolCallId) {
    this.trace = trace;
    this.name = name;
    this.calls = Trace.described(name, arguments, toolCallId);
    this.spanId = Ids.spanId();
    trace.toolCallRequest(name, calls, with -> with.spanId(spanId));
    this.before =
        Scope.enter(new Scope(scope.traceId(), scope.threadId(), scope.externalUserId(), spanId));
    this.startedNanos = System.nanoTime();
  }

  public String spanId() {
    return spanId;
  }

  /** Notes the tool's output and gives it back, so that it can be returned in one line. */
  public <T> T result(T value) {
    result = value;
    return value;
  }

  /** Notes that the tool failed; throwing it on is the caller's. */
  public void failed(Throwable failure) {
    this.failure = failure;
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    double latencyMs = (System.nanoTime() - startedNanos) / 1000 / 1000.0;
    Scope.enter(before);
    Throwable failed = failure;
    Object output =
        failed == null
            ? result
            : Map.of(
                "error",
                Map.of(
                    "type",
                    failed.getClass().getSimpleName(),
                    "message",
                    String.valueOf(failed.getMessage())));
    trace.toolCallResponse(
        name,
        spanId,
        calls,
        output,
        with -> {
          with.latencyMs(latencyMs);
          if (failed != null) {
            with.failed();
          }
        });
  }
}
