package dev.whyops.event;

import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** Makes a {@code tool_call} the two events it stands for: request and response of one span. */
final class ToolCallSplit {
  private ToolCallSplit() {}

  static List<Event> of(Event call) {
    Long latencyUs = call.facts().latencyUs();
    Instant asked =
        latencyUs == null ? call.timestamp() : call.timestamp().minusNanos(latencyUs * 1_000);
    Event.Facts f = call.facts();
    Event.Facts asking =
        new Event.Facts(
            f.provider(),
            f.model(),
            f.requestedModel(),
            f.tool(),
            f.toolCallId(),
            f.responseId(),
            f.finishReason(),
            "ok",
            f.continuity(),
            null,
            f.cost(),
            null,
            null,
            null);
    Event request =
        new Event(
            call.id(),
            EventType.TOOL_CALL_REQUEST,
            call.project(),
            call.environment(),
            call.source(),
            call.agent(),
            call.place(),
            asked,
            call.clockSuspect(),
            asking,
            call.contentJson(),
            call.metadataJson());
    Event.Place p = call.place();
    Event.Place second =
        new Event.Place(
            p.traceId(),
            p.threadId(),
            p.spanId(),
            p.parentSpanId(),
            null,
            p.stepId() == null ? p.parentStepId() : p.stepId(),
            p.externalUserId());
    Event response =
        Events.copy(
            call, responseId(call.id()), EventType.TOOL_CALL_RESPONSE, second, call.contentJson());
    return List.of(request, response);
  }

  /** Follows from the request's id, so that a repetition names the same two. */
  static UUID responseId(UUID requestId) {
    return new UUID(requestId.getMostSignificantBits(), requestId.getLeastSignificantBits() ^ 1);
  }
}
