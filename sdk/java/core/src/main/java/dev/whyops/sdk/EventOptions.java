package dev.whyops.sdk;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What may be said of an event besides its content, set in the last argument of a {@link Trace}
 * method: {@code trace.error("refused", with -> with.status(550).externalUserId("user-1"))}. An
 * option that an event has no use for is ignored. Not thread-safe; lives for one call.
 */
public final class EventOptions {
  /** For events of which there is nothing more to say. */
  static final Consumer<EventOptions> NONE = with -> {};

  @Nullable String spanId;
  @Nullable String parentSpanId;
  @Nullable Integer stepId;
  @Nullable Integer parentStepId;
  @Nullable String externalUserId;
  @Nullable String idempotencyKey;
  @Nullable Object timestamp;
  @Nullable Object toolCalls;
  @Nullable String toolCallId;
  @Nullable String signature;
  @Nullable String stack;
  @Nullable Integer status;
  @Nullable Long totalTokens;
  boolean failed;
  final Map<String, @Nullable Object> metadata = new LinkedHashMap<>();

  EventOptions() {}

  /** The step the event belongs to. */
  public EventOptions spanId(String spanId) {
    this.spanId = spanId;
    return this;
  }

  public EventOptions parentSpanId(@Nullable String parentSpanId) {
    this.parentSpanId = parentSpanId;
    return this;
  }

  /** A positive number of your own; else the order of arrival. */
  public EventOptions stepId(int stepId) {
    this.stepId = stepId;
    return this;
  }

  public EventOptions parentStepId(int parentStepId) {
    this.parentStepId = parentStepId;
    return this;
  }

  public EventOptions externalUserId(@Nullable String externalUserId) {
    this.externalUserId = externalUserId;
    return this;
  }

  /** A second event with the same key within 24 hours counts as the first; 1-128 characters. */
  public EventOptions idempotencyKey(String idempotencyKey) {
    this.idempotencyKey = idempotencyKey;
    return this;
  }

  /** When it happened; default: now. */
  public EventOptions timestamp(Instant timestamp) {
    this.timestamp = timestamp;
    return this;
  }

  /** ISO 8601 with {@code Z} or an offset. */
  public EventOptions timestamp(String timestamp) {
    this.timestamp = timestamp;
    return this;
  }

  public EventOptions timestampMs(long epochMs) {
    this.timestamp = epochMs;
    return this;
  }

  public EventOptions latencyMs(double latencyMs) {
    return metadata("latencyMs", latencyMs);
  }

  public EventOptions finishReason(@Nullable String finishReason) {
    return metadata("finishReason", finishReason);
  }

  public EventOptions usage(@Nullable TokenUsage usage) {
    return metadata("usage", usage == null ? null : usage.wire());
  }

  /** The provider's id of an answer: one that the proxy saw too is shown once. */
  public EventOptions responseId(@Nullable String responseId) {
    return metadata("responseId", responseId);
  }

  /** What the model asked for: maps with {@code id} and {@code function{name,arguments}}. */
  public EventOptions toolCalls(@Nullable Object toolCalls) {
    this.toolCalls = toolCalls;
    return this;
  }

  /** The model's tool call that a tool or a result answers. */
  public EventOptions toolCallId(@Nullable String toolCallId) {
    this.toolCallId = toolCallId;
    return this;
  }

  /** The provider's signature of a thinking block. */
  public EventOptions signature(String signature) {
    this.signature = signature;
    return this;
  }

  public EventOptions status(int status) {
    this.status = status;
    return this;
  }

  public EventOptions stack(String stack) {
    this.stack = stack;
    return this;
  }

  public EventOptions totalTokens(long totalTokens) {
    this.totalTokens = totalTokens;
    return this;
  }

  /** The tool did not do what it was asked for. */
  public EventOptions failed() {
    this.failed = true;
    return this;
  }

  /** {@code systemPrompt}, {@code tools}, {@code params}, or a name of your own. */
  public EventOptions metadata(String name, @Nullable Object value) {
    metadata.put(name, value);
    return this;
  }
}
