package dev.whyops.finding.check;

import dev.whyops.finding.Check;
import dev.whyops.finding.Draft;
import dev.whyops.finding.Evidence;
import dev.whyops.finding.Report;
import dev.whyops.finding.Severity;
import dev.whyops.why.history.TraceDigest;
import dev.whyops.why.view.ModelCall;
import dev.whyops.why.view.ToolUse;

/** A call that took far longer than the others of its model or tool. */
final class LatencyOutlier implements Check {

  @Override
  public String code() {
    return "LATENCY_OUTLIER";
  }

  @Override
  public void judge(Evidence evidence, Report report) {
    double factor = evidence.thresholds().of(code(), "factor");
    long aboveMs = evidence.thresholds().whole(code(), "aboveMs");
    Outliers outliers = new Outliers();
    for (ModelCall call : evidence.view().calls()) {
      outliers.add(
          TraceDigest.MODEL + call.model(), call.end().event().facts().latencyUs(), call.end());
    }
    for (ToolUse use : evidence.view().toolUses()) {
      outliers.add(TraceDigest.TOOL + use.tool(), use.measuredUs(), use.own());
    }
    for (Outliers.Outlier o :
        outliers.find(evidence.history()::latencies, factor, aboveMs * 1_000)) {
      String name = o.name().substring(o.name().indexOf(':') + 1);
      report.add(
          Draft.of(
                  Severity.LOW,
                  0.95,
                  name
                      + " took "
                      + o.value() / 1_000
                      + " ms; 95 % of "
                      + o.others()
                      + " others took at most "
                      + o.p95() / 1_000
                      + " ms")
              .at(o.fact(), "$.latencyMs")
              .kind(o.name())
              .threshold("factor", factor)
              .threshold("aboveMs", aboveMs)
              .threshold("p95Ms", o.p95() / 1_000)
              .advice(
                  "Inspect the call", "Look at its size, its retries and the provider's status."));
    }
  }
}
