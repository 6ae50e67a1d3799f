package dev.whyops.finding.check;

import dev.whyops.finding.Check;
import dev.whyops.finding.Draft;
import dev.whyops.finding.Evidence;
import dev.whyops.finding.Report;
import dev.whyops.finding.Severity;
import dev.whyops.why.text.ToolWords;
import dev.whyops.why.view.ToolUse;
import java.util.List;

/** The same tool with the same arguments again and again, and nothing new came back. */
final class IdenticalToolCallLoop implements Check {

  @Override
  public String code() {
    return "IDENTICAL_TOOL_CALL_LOOP";
  }

  @Override
  public void judge(Evidence evidence, Report report) {
    long runMin = evidence.thresholds().whole(code(), "run");
    List<ToolUse> uses = evidence.view().toolUses();
    String[] keys = Sequences.keys(uses);
    for (int from = 0; from < keys.length; ) {
      int to = from + 1;
      while (to < keys.length && keys[to].equals(keys[from])) {
        to++;
      }
      ToolUse first = uses.get(from);
      String tool = first.tool() == null ? "" : first.tool();
      if (to - from >= runMin && !ToolWords.polls(tool)) {
        Draft draft =
            Draft.of(
                    Severity.HIGH,
                    0.98,
                    tool
                        + " was called "
                        + (to - from)
                        + " times in a row with equal arguments and results")
                .tool(first.tool())
                .threshold("run", runMin)
                .advice(
                    "Add a stop rule",
                    "Refuse a call that repeats the last one, and tell the model that nothing"
                        + " changed.");
        uses.subList(from, to).forEach(use -> draft.at(use.own(), use.callId()));
        report.add(draft);
      }
      from = to;
    }
  }
}
