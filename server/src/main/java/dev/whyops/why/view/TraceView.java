package dev.whyops.why.view;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A trace as evidence reads it. Made by {@link TraceViews} from events in any order; the same
 * events give the same view.
 *
 * @param facts all events in order, each once
 * @param calls model calls by the time of their end
 * @param toolUses uses of tools in the order in which they were asked for
 * @param origins event that brought each message first, by content id; absent when none is on
 *     record
 */
public record TraceView(
    String traceId,
    boolean closed,
    List<Fact> facts,
    List<ModelCall> calls,
    List<ToolUse> toolUses,
    Map<Integer, Fact> origins,
    Map<String, Integer> callByEvent,
    Map<String, List<Integer>> toolUsesByEvent) {

  public @Nullable Fact fact(String eventId) {
    for (Fact fact : facts) {
      if (fact.id().equals(eventId)) {
        return fact;
      }
    }
    return null;
  }

  /** The model call that an event is part of; null when it is part of none. */
  public @Nullable ModelCall callOf(String eventId) {
    Integer index = callByEvent.get(eventId);
    return index == null ? null : calls.get(index);
  }

  public @Nullable ModelCall previous(ModelCall call) {
    return call.previous() < 0 ? null : calls.get(call.previous());
  }

  public @Nullable ModelCall issuer(ToolUse use) {
    return use.issuedBy() < 0 ? null : calls.get(use.issuedBy());
  }
}
