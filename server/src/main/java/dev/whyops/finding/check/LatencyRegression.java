package dev.whyops.finding.check;

import dev.whyops.finding.Check;
import dev.whyops.finding.Draft;
import dev.whyops.finding.Evidence;
import dev.whyops.finding.Report;
import dev.whyops.finding.Severity;
import dev.whyops.why.history.TraceDigest;
import dev.whyops.why.stats.Bootstrap;
import dev.whyops.why.stats.Samples;
import dev.whyops.why.view.ModelCall;
import java.util.LinkedHashMap;
import java.util.Map;

/** A model answers clearly slower than it did for the version before. */
final class LatencyRegression implements Check {
  private static final int CALLS_MIN = 50;

  @Override
  public String code() {
    return "LATENCY_REGRESSION";
  }

  @Override
  public void judge(Evidence evidence, Report report) {
    Map<String, ModelCall> models = new LinkedHashMap<>();
    for (ModelCall call : evidence.view().calls()) {
      models.putIfAbsent(TraceDigest.MODEL + call.model(), call);
    }
    models.forEach((name, call) -> judge(evidence, name, call, report));
  }

  private void judge(Evidence evidence, String name, ModelCall call, Report report) {
    Samples now = evidence.history().latencies(name);
    Samples before = evidence.versionBefore().latencies(name);
    if (now.size() < CALLS_MIN || before.size() < CALLS_MIN) {
      return;
    }
    double factor = evidence.thresholds().of(code(), "factor");
    long aboveMs = evidence.thresholds().whole(code(), "aboveMs");
    long p95 = now.quantile(0.95);
    long was = before.quantile(0.95);
    if (p95 < factor * was || p95 - was < aboveMs * 1_000) {
      return;
    }
    if (Bootstrap.quantileDifference(before, now, 0.95).interval().low() <= 0) {
      return;
    }
    report.add(
        Draft.of(
                Severity.MEDIUM,
                0.9,
                call.model()
                    + ": 95 % of calls take up to "
                    + p95 / 1_000
                    + " ms, "
                    + was / 1_000
                    + " ms in the version before")
            .at(call.end(), "$.latencyMs")
            .kind(name)
            .threshold("factor", factor)
            .threshold("aboveMs", aboveMs)
            .threshold("calls", CALLS_MIN)
            .ofVersion()
            .advice(
                "Compare the versions", "See what grew: input, output, or the model's own time."));
  }
}
