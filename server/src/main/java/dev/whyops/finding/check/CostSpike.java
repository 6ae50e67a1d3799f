package dev.whyops.finding.check;

import dev.whyops.finding.Check;
import dev.whyops.finding.Draft;
import dev.whyops.finding.Evidence;
import dev.whyops.finding.Report;
import dev.whyops.finding.Severity;
import dev.whyops.why.stats.Samples;
import dev.whyops.why.view.Fact;
import java.math.BigDecimal;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A trace that cost far more than others of its version in the last week. */
final class CostSpike implements Check {
  private static final int TRACES_MIN = 30;

  @Override
  public String code() {
    return "COST_SPIKE";
  }

  @Override
  public void judge(Evidence evidence, Report report) {
    long cost = 0;
    Fact top = null;
    for (Fact fact : evidence.view().facts()) {
      long nano = nano(fact);
      cost += nano;
      top = nano > 0 && (top == null || nano > nano(top)) ? fact : top;
    }
    if (top == null || cost < evidence.thresholds().of(code(), "usd") * 1e9) {
      return;
    }
    Samples others =
        evidence
            .history()
            .costs(evidence.view().facts().getLast().event().timestamp(), Duration.ofDays(7));
    double factor = evidence.thresholds().of(code(), "factor");
    long p95 = others.quantile(0.95);
    if (others.size() >= TRACES_MIN && cost > factor * p95) {
      report.add(
          Draft.of(
                  Severity.MEDIUM,
                  0.95,
                  "The trace cost $"
                      + usd(cost)
                      + "; 95 % of "
                      + others.size()
                      + " others cost at most $"
                      + usd(p95))
              .at(top, "$.cost")
              .kind(model(top))
              .threshold("factor", factor)
              .threshold("traces", TRACES_MIN)
              .threshold("p95Usd", usd(p95))
              .advice(
                  "See the top contributor",
                  "One call made up " + Math.round(100.0 * nano(top) / cost) + " % of the cost."));
    }
  }

  private static long nano(Fact fact) {
    Long nano = fact.event().facts().cost().nanoUsd();
    return nano == null ? 0 : nano;
  }

  private static String model(Fact fact) {
    @Nullable String model = fact.event().facts().model();
    return model == null ? "" : model;
  }

  private static String usd(long nano) {
    return BigDecimal.valueOf(nano, 9).stripTrailingZeros().toPlainString();
  }
}
