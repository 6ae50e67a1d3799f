package dev.whyops.why.graph;

import dev.whyops.why.graph.DecisionGraph.Kind;
import dev.whyops.why.view.Fact;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One step of a trace before anything is grouped.
 *
 * @param name what makes steps equal: the model, the tool
 * @param issuer index of the model call that asked for it, -1 for none
 */
record Step(
    String id,
    Kind kind,
    String name,
    String label,
    List<Fact> facts,
    Fact first,
    @Nullable Instant endedAt,
    String status,
    String arguments,
    int issuer) {

  String signature() {
    return kind + " " + name;
  }
}
