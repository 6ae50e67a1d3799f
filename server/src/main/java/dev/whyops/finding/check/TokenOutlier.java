package dev.whyops.finding.check;

import dev.whyops.finding.Check;
import dev.whyops.finding.Draft;
import dev.whyops.finding.Evidence;
import dev.whyops.finding.Report;
import dev.whyops.finding.Severity;
import dev.whyops.why.history.TraceDigest;
import dev.whyops.why.view.ModelCall;

/** A call that was given far more input than the others of its model. */
final class TokenOutlier implements Check {

  @Override
  public String code() {
    return "TOKEN_OUTLIER";
  }

  @Override
  public void judge(Evidence evidence, Report report) {
    double factor = evidence.thresholds().of(code(), "factor");
    long above = evidence.thresholds().whole(code(), "aboveTokens");
    Outliers outliers = new Outliers();
    for (ModelCall call : evidence.view().calls()) {
      outliers.add(TraceDigest.MODEL + call.model(), call.inputTokens(), call.end());
    }
    for (Outliers.Outlier o : outliers.find(evidence.history()::inputTokens, factor, above)) {
      report.add(
          Draft.of(
                  Severity.LOW,
                  0.95,
                  o.value()
                      + " input tokens; 95 % of "
                      + o.others()
                      + " others had at most "
                      + o.p95())
              .at(o.fact(), "$.usage")
              .kind(o.name())
              .threshold("factor", factor)
              .threshold("aboveTokens", above)
              .threshold("p95Tokens", o.p95())
              .advice("Inspect the context", "See which turn or tool result made it grow."));
    }
  }
}
