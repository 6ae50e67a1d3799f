package dev.whyops.finding.check;

import dev.whyops.finding.Check;
import dev.whyops.finding.Draft;
import dev.whyops.finding.Evidence;
import dev.whyops.finding.Report;
import dev.whyops.finding.Severity;
import dev.whyops.why.context.ContextDiff;
import dev.whyops.why.view.Fact;
import dev.whyops.why.view.ModelCall;

/** The prompt cache was missed because something at the front of the prompt changed. */
final class CachePrefixBroken implements Check {

  @Override
  public String code() {
    return "CACHE_PREFIX_BROKEN";
  }

  @Override
  public void judge(Evidence evidence, Report report) {
    long tokensMin = evidence.thresholds().whole(code(), "tokens");
    double costShare = evidence.thresholds().of(code(), "costShare");
    long cost = 0;
    for (Fact fact : evidence.view().facts()) {
      Long nano = fact.event().facts().cost().nanoUsd();
      cost += nano == null ? 0 : nano;
    }
    for (ModelCall call : evidence.view().calls()) {
      ContextDiff.Cache cache = evidence.diff(call).cache();
      if (cache == null
          || cache.reason() != ContextDiff.Reason.PREFIX_CHANGED
          || cache.expectedRead() == null
          || cache.read() == null
          || cache.at() == null) {
        continue;
      }
      long missed = cache.expectedRead() - cache.read();
      if (missed >= tokensMin) {
        Long missCost = cache.missCostNanoUsd();
        boolean dear = missCost != null && cost > 0 && missCost > costShare * cost;
        report.add(
            Draft.of(
                    dear ? Severity.HIGH : Severity.MEDIUM,
                    0.95,
                    "About "
                        + missed
                        + " tokens missed the prompt cache: "
                        + cache.at().part()
                        + " changed")
                .at(call.end(), "$." + cache.at().part())
                .kind(cache.at().part().replaceAll("\\d+", "*"))
                .threshold("tokens", tokensMin)
                .threshold("costShare", costShare)
                .advice(
                    "Move the changing part back",
                    "Put what changes from call to call (times, ids, reordered tools) behind what"
                        + " stays the same. It changed from \""
                        + cache.at().before()
                        + "\" to \""
                        + cache.at().after()
                        + "\"."));
      }
    }
  }
}
