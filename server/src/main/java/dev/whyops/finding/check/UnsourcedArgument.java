package dev.whyops.finding.check;

import dev.whyops.finding.Check;
import dev.whyops.finding.Draft;
import dev.whyops.finding.Evidence;
import dev.whyops.finding.Report;
import dev.whyops.finding.Severity;
import dev.whyops.why.provenance.Provenance;
import dev.whyops.why.text.ToolWords;
import dev.whyops.why.view.Leaves;
import dev.whyops.why.view.ToolUse;
import java.util.HashSet;
import java.util.Set;

/** An argument that the model was not given by anybody: most likely made up. */
final class UnsourcedArgument implements Check {

  @Override
  public String code() {
    return "UNSOURCED_ARGUMENT";
  }

  @Override
  public void judge(Evidence evidence, Report report) {
    double min = evidence.thresholds().of(code(), "confidence");
    Set<String> told = new HashSet<>();
    for (ToolUse use : evidence.view().toolUses()) {
      for (Provenance leaf : evidence.provenance(use)) {
        boolean madeUp = leaf.result() == Provenance.Result.UNSOURCED && leaf.confidence() >= min;
        String key =
            use.tool()
                + "\u0000"
                + Leaves.shape(leaf.leaf().path())
                + "\u0000"
                + leaf.leaf().text();
        if (madeUp && told.add(key)) {
          report.add(draft(use, leaf, min));
        }
      }
    }
  }

  private static Draft draft(ToolUse use, Provenance leaf, double min) {
    String tool = use.tool() == null ? "tool" : use.tool();
    String path = leaf.leaf().path();
    Severity severity = ToolWords.writes(tool) ? Severity.HIGH : Severity.MEDIUM;
    return Draft.of(
            severity,
            leaf.confidence(),
            "Nothing that the model had holds the value of " + path + " for " + tool)
        .at(use.place(), path)
        .tool(use.tool())
        .path(Leaves.shape(path))
        .threshold("confidence", min)
        .advice(
            "Ask or look up",
            "Let the agent ask the user, or give it a tool that finds the value, before "
                + tool
                + " may be called.");
  }
}
