package dev.whyops.why.view;

import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * One call of a tool with its result, told by the model's messages, by the SDK or by both.
 *
 * @param index place in {@link TraceView#toolUses}
 * @param arguments JSON text as the model or the SDK gave it
 * @param parsed the arguments; null when they are no JSON
 * @param issuedBy index of the model call that asked for it, -1 when unknown
 * @param place event that stands for the call: the SDK's request, else the model's answer
 * @param result event with the result, the measured one first; null when none is on record
 * @param retold other events that tell the same result, as the next request does
 * @param output text of the result; null when none is on record
 * @param hosted the provider ran it; its result is not ours to see
 * @param firstHolder index of the first model call that held the result, -1 for none
 */
public record ToolUse(
    int index,
    @Nullable String callId,
    @Nullable String tool,
    String arguments,
    @Nullable JsonNode parsed,
    int issuedBy,
    Fact place,
    @Nullable Fact request,
    @Nullable Fact result,
    List<Fact> retold,
    @Nullable String output,
    boolean error,
    boolean hosted,
    int firstHolder) {
  public ToolUse {
    retold = List.copyOf(retold);
  }

  /** Time measured by who ran the tool, in microseconds; null when nobody did. */
  public @Nullable Long measuredUs() {
    Long ended = result == null ? null : result.event().facts().latencyUs();
    if (ended != null) {
      return ended;
    }
    if (request != null && result != null && request.event().source() == result.event().source()) {
      long us =
          java.time.Duration.between(request.event().timestamp(), result.event().timestamp())
                  .toNanos()
              / 1_000;
      return us < 0 ? null : us;
    }
    return null;
  }

  public boolean answered() {
    return result != null || output != null;
  }

  /** The event to show for it: its own where there is one. */
  public Fact own() {
    return request != null ? request : result != null ? result : place;
  }

  /** The call id that a tool event names; null when it names none. */
  public static @Nullable String callIdOf(Fact fact) {
    return ToolBuilder.callId(fact);
  }
}
