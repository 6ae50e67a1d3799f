package dev.whyops.finding.check;

import dev.whyops.finding.Check;
import dev.whyops.finding.Draft;
import dev.whyops.finding.Evidence;
import dev.whyops.finding.Report;
import dev.whyops.finding.Severity;

/** A trace that closed without telling anything. */
final class TraceHasNoEvents implements Check {
  @Override
  public String code() {
    return "TRACE_HAS_NO_EVENTS";
  }

  @Override
  public void judge(Evidence evidence, Report report) {
    if (evidence.view().closed() && evidence.view().facts().isEmpty()) {
      report.add(
          Draft.of(Severity.CRITICAL, 1, "The trace closed without a single event")
              .advice(
                  "Check the instrumentation",
                  "Nothing was recorded. See whether the client really calls the gateway or sends"
                      + " events, and whether capture is off."));
    }
  }
}
