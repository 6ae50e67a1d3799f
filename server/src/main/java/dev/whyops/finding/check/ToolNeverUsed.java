package dev.whyops.finding.check;

import dev.whyops.finding.Check;
import dev.whyops.finding.Draft;
import dev.whyops.finding.Evidence;
import dev.whyops.finding.Report;
import dev.whyops.finding.Severity;
import dev.whyops.why.view.ModelCall;
import dev.whyops.why.view.Tool;
import dev.whyops.why.view.ToolUse;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** A tool that the version offers all the time and no run ever called. */
final class ToolNeverUsed implements Check {

  @Override
  public String code() {
    return "TOOL_NEVER_USED";
  }

  @Override
  public void judge(Evidence evidence, Report report) {
    long tracesMin = evidence.thresholds().whole(code(), "traces");
    if (evidence.history().traceCount() + 1 < tracesMin) {
      return;
    }
    Map<String, ModelCall> offered = new LinkedHashMap<>();
    Set<String> used = new HashSet<>();
    for (ModelCall call : evidence.view().calls()) {
      for (Tool tool : call.context().tools()) {
        offered.putIfAbsent(tool.name(), call);
      }
    }
    for (ToolUse use : evidence.view().toolUses()) {
      used.add(String.valueOf(use.tool()));
    }
    offered.forEach(
        (tool, call) -> {
          long traces = evidence.history().offered(tool) + 1;
          if (!used.contains(tool) && traces >= tracesMin && evidence.history().calls(tool) == 0) {
            report.add(
                Draft.of(
                        Severity.LOW,
                        0.95,
                        tool + " was offered in " + traces + " traces and never called")
                    .at(call.end(), "$.tools")
                    .tool(tool)
                    .threshold("traces", tracesMin)
                    .ofVersion()
                    .advice(
                        "Drop or describe it",
                        "Leave the tool out, which saves its tokens in every call, or say better"
                            + " when it is to be used."));
          }
        });
  }
}
