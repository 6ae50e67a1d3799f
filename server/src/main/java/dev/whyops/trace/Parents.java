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

/**
 * Finds the parent span of each event of a trace, without cycles. Who hangs under an answer that is
 * shown by another's word hangs under that one, and where only the word that is not shown knew its
 * parent, it counts for the other.
 */
final class Parents {
  private final @Nullable String[] parents;
  private final Set<String> spans = new HashSet<>();
  private final Map<Integer, String> spanOfStep = new HashMap<>();
  private final Map<String, String> issuer = new HashMap<>();

  /** Span that is shown by span that is not. */
  private final Map<String, String> shownFor = new HashMap<>();

  /** What somebody else said about the parent of a span that is shown. */
  private final Map<String, String> parentToldElsewhere = new HashMap<>();

  private int orphans;

  Parents(TraceAssembler.Told told) {
    List<Landed> ordered = told.shown();
    parents = new @Nullable String[ordered.size()];
    ordered.forEach(landed -> note(landed.event()));
    noteRepeated(told);
    for (int i = 0; i < parents.length; i++) {
      String parent = parent(ordered.get(i).event());
      parents[i] = parent;
      if (parent != null && !spans.contains(parent)) {
        orphans++;
      }
    }
    cutCycles(ordered);
  }

  private void note(Event event) {
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

  private void noteRepeated(TraceAssembler.Told told) {
    if (told.repeated().isEmpty()) {
      return;
    }
    Map<String, String> spanOfAnswer = new HashMap<>();
    for (Landed landed : told.shown()) {
      String responseId = landed.event().facts().responseId();
      if (responseId != null && landed.event().type() == EventType.LLM_RESPONSE) {
        spanOfAnswer.putIfAbsent(responseId, landed.event().place().spanId());
      }
    }
    for (Landed landed : told.repeated()) {
      Event.Place place = landed.event().place();
      String shown = spanOfAnswer.get(landed.event().facts().responseId());
      if (shown == null || shown.equals(place.spanId())) {
        continue;
      }
      if (!spans.contains(place.spanId())) {
        shownFor.putIfAbsent(place.spanId(), shown);
      }
      if (place.stepId() != null) {
        spanOfStep.putIfAbsent(place.stepId(), shown);
      }
      if (place.parentSpanId() != null) {
        parentToldElsewhere.putIfAbsent(shown, place.parentSpanId());
      }
    }
  }

  private @Nullable String parent(Event event) {
    Event.Place place = event.place();
    String parent = place.parentSpanId();
    if (parent == null && place.parentStepId() != null) {
      parent = spanOfStep.get(place.parentStepId());
    }
    if (parent == null && event.facts().toolCallId() != null) {
      parent = issuer.get(event.facts().toolCallId());
    }
    if (parent == null) {
      parent = parentToldElsewhere.get(place.spanId());
    }
    if (parent != null) {
      parent = shownFor.getOrDefault(parent, parent);
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
