package dev.whyops.finding.check;

import dev.whyops.event.Event;
import dev.whyops.event.EventType;
import dev.whyops.finding.Check;
import dev.whyops.finding.Draft;
import dev.whyops.finding.Evidence;
import dev.whyops.finding.Report;
import dev.whyops.finding.Severity;
import dev.whyops.why.view.Fact;

/** A tool event that does not say which tool. */
final class MissingMetadataTool implements Check {
  @Override
  public String code() {
    return "MISSING_METADATA_TOOL";
  }

  @Override
  public void judge(Evidence evidence, Report report) {
    for (Fact fact : evidence.view().facts()) {
      boolean toolEvent =
          fact.type() == EventType.TOOL_CALL_REQUEST
              || fact.type() == EventType.TOOL_CALL_RESPONSE
              || fact.type() == EventType.TOOL_RESULT;
      String tool = fact.event().facts().tool();
      boolean told = fact.event().source() != Event.Source.PROXY;
      if (toolEvent && told && (tool == null || tool.isBlank())) {
        report.add(
            Draft.of(Severity.LOW, 1, "A tool event does not name its tool")
                .at(fact, "$.metadata.tool")
                .advice("Send the name", "Send metadata.tool with every tool event."));
      }
    }
  }
}
