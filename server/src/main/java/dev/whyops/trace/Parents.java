package dev.whyops.trace;

import dev.whyops.event.Event;
import dev.whyops.event.EventType;
import dev.whyops.record.Landed;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds the parent span of each event of a trace, without cycles. */
final class Parents {
  private final @Nullable String[] parents;
  private int orphans;

  Parents(List<Landed> ordered) {
    parents = new @Nullable String[ordered.size()];
    Set<String> spans = new HashSet<>();
    Map<Integer, String> spanOfStep = new HashMap<>();
    Map<String, String> issuer = new HashMap<>();
    for (Landed landed : ordered) {
      Event event = landed.event();
      spans.add(event.place().spanId());
      if (event.place().stepId() != null) {
        spanOfStep.putIfAbsent(event.place().stepId(), event.place().spanId());
      }
      if (event.type() == EventType.LLM_RESPONSE) {
        for (String id : IssuedCalls.in(event.contentJson())) {
          issuer.putIfAbsent(id, event.place().spanId());
        }
      }
    }
    for (int i = 0; i < parents.length; i++) {
      String parent = parent(ordered.get(i).event(), spanOfStep, issuer);
      parents[i] = parent;
      if (parent != null && !spans.contains(parent)) {
        orphans++;
      }
    }
    cutCycles(ordered);
  }

  private static @Nullable String parent(
      Event event, Map<Integer, String> spanOfStep, Map<String, String> issuer) {
    Event.Place place = event.place();
    String parent = place.parentSpanId();
    if (parent == null && place.parentStepId() != null) {
      parent = spanOfStep.get(place.parentStepId());
    }
    if (parent == null && event.facts().toolCallId() != null) {
      parent = issuer.get(event.facts().toolCallId());
    }
    return place.spanId().equals(parent) ? null : parent;
  }

  /**
   * Events are taken in order; an edge that closes a circle of spans is the youngest of that circle
   * and is left out.
   */
  private void cutCycles(List<Landed> ordered) {
    Map<String, String> up = new HashMap<>();
    for (int i = 0; i < parents.length; i++) {
      String parent = parents[i];
      String span = ordered.get(i).event().place().spanId();
      if (parent == null || parent.equals(up.get(span))) {
        continue;
      }
      if (up.containsKey(span) || !closesCircle(span, parent, up)) {
        up.putIfAbsent(span, parent);
      } else {
        parents[i] = null;
      }
    }
  }

  private static boolean closesCircle(String span, String parent, Map<String, String> up) {
    String at = parent;
    for (int steps = 0; at != null && steps <= STEPS_MAX; steps++) {
      if (at.equals(span)) {
        return true;
      }
      at = up.get(at);
    }
    return at != null;
  }

  /** Deeper chains are flattened rather than walked again and again. */
  private static final int STEPS_MAX = 2_000;

  @Nullable String of(int index) {
    return parents[index];
  }

  int orphans() {
    return orphans;
  }
}
