package dev.whyops.why.graph;

import dev.whyops.why.graph.DecisionGraph.Group;
import dev.whyops.why.graph.DecisionGraph.Kind;
import dev.whyops.why.graph.DecisionGraph.Node;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Steps that are shown as one node. */
record Unit(List<Integer> steps, String signature, @Nullable Group group, int count, String label) {

  static Unit single(int index, Step step) {
    return new Unit(List.of(index), step.signature(), null, 1, step.label());
  }

  static Unit group(List<Unit> members, Group group, int count, String label) {
    List<Integer> steps = new ArrayList<>();
    members.forEach(member -> steps.addAll(member.steps()));
    return new Unit(steps, group + " " + label, group, count, label);
  }

  Node node(List<Step> all, int row, Lanes lanes) {
    Step first = all.get(steps.getFirst());
    Set<String> events = new LinkedHashSet<>();
    Instant start = first.first().event().timestamp();
    Instant end = null;
    String status = "ok";
    for (int index : steps) {
      Step step = all.get(index);
      if (step.facts().isEmpty()) {
        events.add(step.first().id());
      }
      step.facts().forEach(fact -> events.add(fact.id()));
      if (step.endedAt() != null && (end == null || step.endedAt().isAfter(end))) {
        end = step.endedAt();
      }
      if (!step.status().equals("ok") && !status.equals("error")) {
        status = step.status();
      }
    }
    return new Node(
        group == null ? first.id() : "group:" + first.id(),
        group == null ? first.kind() : Kind.GROUP,
        label,
        List.copyOf(events),
        group == null ? first.first().spanId() : null,
        status,
        start,
        end,
        count,
        group,
        row,
        lanes.take(start, end));
  }
}
