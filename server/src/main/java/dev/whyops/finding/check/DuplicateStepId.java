package dev.whyops.finding.check;

import dev.whyops.event.Event;
import dev.whyops.finding.Check;
import dev.whyops.finding.Draft;
import dev.whyops.finding.Evidence;
import dev.whyops.finding.Report;
import dev.whyops.finding.Severity;
import dev.whyops.why.view.Fact;
import java.util.HashMap;
import java.util.Map;

/** Two spans that claim one step. */
final class DuplicateStepId implements Check {
  @Override
  public String code() {
    return "DUPLICATE_STEP_ID";
  }

  @Override
  public void judge(Evidence evidence, Report report) {
    Map<Integer, Fact> owners = new HashMap<>();
    for (Fact fact : evidence.view().facts()) {
      Integer step = fact.event().place().stepId();
      if (step == null || fact.event().source() != Event.Source.SDK) {
        continue;
      }
      Fact owner = owners.putIfAbsent(step, fact);
      if (owner != null && !owner.spanId().equals(fact.spanId())) {
        report.add(
            Draft.of(Severity.MEDIUM, 1, "Two spans share step " + step)
                .at(owner, "$.stepId")
                .at(fact, "$.stepId")
                .advice(
                    "Leave step numbers out",
                    "Steps without a number are numbered by the server, each span for itself."));
      }
    }
  }
}
