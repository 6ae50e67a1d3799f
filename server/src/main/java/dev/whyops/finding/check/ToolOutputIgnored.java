package dev.whyops.finding.check;

import dev.whyops.finding.Check;
import dev.whyops.finding.Draft;
import dev.whyops.finding.Evidence;
import dev.whyops.finding.Report;
import dev.whyops.finding.Severity;
import dev.whyops.why.provenance.Uses;
import dev.whyops.why.text.ToolWords;
import dev.whyops.why.view.ToolUse;

/** A result of some size of which nothing was used later. */
final class ToolOutputIgnored implements Check {

  @Override
  public String code() {
    return "TOOL_OUTPUT_IGNORED";
  }

  @Override
  public void judge(Evidence evidence, Report report) {
    long leavesMin = evidence.thresholds().whole(code(), "leaves");
    long charsMin = evidence.thresholds().whole(code(), "chars");
    for (ToolUse use : evidence.view().toolUses()) {
      String output = use.output();
      boolean receipt = use.tool() != null && ToolWords.writes(use.tool());
      if (output == null || output.length() < charsMin || use.error() || receipt) {
        continue;
      }
      Uses.Outcome outcome = evidence.uses().of(use);
      if (outcome.complete() && outcome.judged() >= leavesMin && outcome.uses().isEmpty()) {
        report.add(
            Draft.of(
                    Severity.LOW,
                    0.6,
                    "None of "
                        + outcome.judged()
                        + " values that "
                        + use.tool()
                        + " gave back was used later")
                .at(use.own(), "$.output")
                .tool(use.tool())
                .threshold("leaves", leavesMin)
                .threshold("chars", charsMin)
                .advice("Drop the call", "The run would have gone the same way without it."));
      }
    }
  }
}
