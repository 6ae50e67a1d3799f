package dev.whyops.finding.check;

import dev.whyops.event.Event;
import dev.whyops.finding.Check;
import dev.whyops.finding.Draft;
import dev.whyops.finding.Evidence;
import dev.whyops.finding.Report;
import dev.whyops.finding.Severity;
import dev.whyops.why.view.Fact;

/**
 * A step number below the one before it in time. Only numbers that a sender gave can be wrong:
 * those of proxied calls are given in the order in which calls end.
 */
final class StepOrderDecreased implements Check {
  @Override
  public String code() {
    return "STEP_ORDER_DECREASED";
  }

  @Override
  public void judge(Evidence evidence, Report report) {
    Fact before = null;
    for (Fact fact : evidence.view().facts()) {
      Integer step = fact.event().place().stepId();
      if (step == null || fact.event().source() != Event.Source.SDK) {
        continue;
      }
      Integer last = before == null ? null : before.event().place().stepId();
      if (before != null && last != null && step < last) {
        report.add(
            Draft.of(Severity.HIGH, 1, "Step " + step + " comes after step " + last)
                .at(before, "$.stepId")
                .at(fact, "$.stepId")
                .advice(
                    "Leave step numbers out",
                    "Steps without a number are numbered by the server in order of arrival."));
      }
      before = fact;
    }
  }
}
