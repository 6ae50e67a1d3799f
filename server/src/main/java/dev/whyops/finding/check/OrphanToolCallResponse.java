package dev.whyops.finding.check;

import dev.whyops.event.EventType;
import dev.whyops.finding.Check;
import dev.whyops.finding.Draft;
import dev.whyops.finding.Evidence;
import dev.whyops.finding.Report;
import dev.whyops.finding.Severity;
import dev.whyops.why.view.Fact;
import dev.whyops.why.view.ToolUse;

/** A result whose call nobody told. */
final class OrphanToolCallResponse implements Check {
  @Override
  public String code() {
    return "ORPHAN_TOOL_CALL_RESPONSE";
  }

  @Override
  public void judge(Evidence evidence, Report report) {
    for (Fact fact : evidence.view().facts()) {
      boolean result =
          fact.type() == EventType.TOOL_CALL_RESPONSE || fact.type() == EventType.TOOL_RESULT;
      if (!result || evidence.view().toolUsesByEvent().containsKey(fact.id())) {
        continue;
      }
      String callId = ToolUse.callIdOf(fact);
      if (callId != null && evidence.callIds().contains(callId)) {
        continue;
      }
      report.add(
          Draft.of(Severity.MEDIUM, 1, "A tool result answers no call of the trace")
              .at(fact, callId == null ? null : "$.toolCallId")
              .tool(fact.event().facts().tool())
              .advice(
                  "Pair ids",
                  "Send the result with the id or the span of the call that it answers."));
    }
  }
}
