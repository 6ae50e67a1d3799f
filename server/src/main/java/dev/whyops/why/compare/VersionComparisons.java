package dev.whyops.why.compare;

import dev.whyops.why.compare.VersionComparison.Effect;
import dev.whyops.why.compare.VersionComparison.Metric;
import dev.whyops.why.compare.VersionComparison.Subject;
import dev.whyops.why.compare.VersionComparison.Verdict;
import dev.whyops.why.history.TraceDigest;
import dev.whyops.why.history.VersionHistory;
import dev.whyops.why.stats.Bootstrap;
import dev.whyops.why.stats.FalseDiscovery;
import dev.whyops.why.stats.Interval;
import dev.whyops.why.stats.MixShift;
import dev.whyops.why.stats.Rates;
import dev.whyops.why.stats.Samples;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Compares versions trace by trace: calls of one trace depend on each other, traces do not. A
 * verdict needs 30 traces on either side, an interval clear of "no change", and must stand among
 * all metrics that have as many at a false discovery rate of 5 %.
 */
public final class VersionComparisons {
  private static final double DISCOVERY_RATE = 0.05;
  private static final int TOOLS_MAX = 20;

  private VersionComparisons() {}

  /**
   * A metric before the verdict.
   *
   * @param interval with infinite ends where the first median is 0, which no reader is shown
   */
  private record Raw(Metric metric, Interval interval, double pValue, double neutral) {
    boolean enough() {
      return metric.nA() >= VersionComparison.TRACES_MIN
          && metric.nB() >= VersionComparison.TRACES_MIN;
    }
  }

  public static VersionComparison of(VersionHistory a, VersionHistory b) {
    Map<String, Long> toolsA = tools(a);
    Map<String, Long> toolsB = tools(b);
    boolean tools = !toolsA.isEmpty() && !toolsB.isEmpty();
    return new VersionComparison(
        judged(raw(a, b)),
        toolsA,
        toolsB,
        tools ? (Double) MixShift.variation(toolsA, toolsB) : null,
        Shifts.between(a, b));
  }

  private static List<Raw> raw(VersionHistory a, VersionHistory b) {
    List<TraceDigest> x = a.digests();
    List<TraceDigest> y = b.digests();
    List<Raw> raws = new ArrayList<>();
    raws.add(rate(share("failed_traces", null), x, y, TraceDigest::failed));
    raws.add(rate(share("traces_with_tool_errors", null), x, y, d -> !d.toolErrors().isEmpty()));
    raws.add(rate(share("traces_with_misused_tools", null), x, y, d -> !d.misuses().isEmpty()));
    raws.add(ratio("duration", "us", x, y, TraceDigest::durationUs));
    raws.add(ratio("model_latency", "us", x, y, VersionComparisons::modelLatency));
    raws.add(ratio("cost", "nanoUsd", x, y, TraceDigest::costNanoUsd));
    raws.add(ratio("tokens", "tokens", x, y, TraceDigest::totalTokens));
    raws.add(ratio("model_calls", "calls", x, y, d -> (long) d.modelCalls()));
    for (String tool : both(tools(a), tools(b))) {
      raws.add(
          rate(
              share("tool_errors", tool),
              calling(x, tool),
              calling(y, tool),
              d -> d.toolErrors().containsKey(tool)));
    }
    return raws;
  }

  /** The tools that both versions call, the most called first. */
  private static List<String> both(Map<String, Long> a, Map<String, Long> b) {
    return a.keySet().stream()
        .filter(b::containsKey)
        .sorted(Comparator.comparing((String t) -> -a.getOrDefault(t, 0L) - b.getOrDefault(t, 0L)))
        .limit(TOOLS_MAX)
        .toList();
  }

  private static List<TraceDigest> calling(List<TraceDigest> digests, String tool) {
    return digests.stream().filter(d -> d.toolCalls().containsKey(tool)).toList();
  }

  private static Subject share(String name, @Nullable String tool) {
    return new Subject(name, tool, "share", Effect.DIFFERENCE);
  }

  private static Raw rate(
      Subject subject, List<TraceDigest> a, List<TraceDigest> b, Predicate<TraceDigest> counts) {
    long nA = a.size();
    long nB = b.size();
    long kA = a.stream().filter(counts).count();
    long kB = b.stream().filter(counts).count();
    Double rateA = nA == 0 ? null : (Double) ((double) kA / nA);
    Double rateB = nB == 0 ? null : (Double) ((double) kB / nB);
    Double effect = rateA == null || rateB == null ? null : (Double) (rateB - rateA);
    Interval interval = Rates.newcombe(kA, nA, kB, nB);
    Interval shown = effect == null ? null : interval;
    return new Raw(
        new Metric(subject, nA, nB, rateA, rateB, effect, shown, null, Verdict.TOO_FEW),
        interval,
        Rates.pValue(kA, nA, kB, nB),
        0);
  }

  private static Raw ratio(
      String name,
      String unit,
      List<TraceDigest> a,
      List<TraceDigest> b,
      Function<TraceDigest, @Nullable Long> value) {
    Subject subject = new Subject(name, null, unit, Effect.RATIO);
    Samples x = samples(a, value);
    Samples y = samples(b, value);
    Double medianA = x.size() == 0 ? null : (Double) x.median();
    Double medianB = y.size() == 0 ? null : (Double) y.median();
    if (medianA == null || medianB == null) {
      Metric unknown =
          new Metric(
              subject, x.size(), y.size(), medianA, medianB, null, null, null, Verdict.TOO_FEW);
      return new Raw(unknown, new Interval(0, Double.POSITIVE_INFINITY), 1, 1);
    }
    Bootstrap.Outcome outcome = Bootstrap.medianRatio(x, y);
    Interval interval = outcome.interval();
    boolean finite = medianA != 0 && Double.isFinite(interval.high());
    Metric metric =
        new Metric(
            subject,
            x.size(),
            y.size(),
            medianA,
            medianB,
            medianA == 0 ? null : (Double) (medianB / medianA),
            finite ? interval : null,
            x.cliffsDelta(y),
            Verdict.TOO_FEW);
    return new Raw(metric, interval, outcome.pValue(), 1);
  }

  private static List<Metric> judged(List<Raw> raws) {
    List<Raw> family = raws.stream().filter(Raw::enough).toList();
    boolean[] stands =
        FalseDiscovery.stands(family.stream().mapToDouble(Raw::pValue).toArray(), DISCOVERY_RATE);
    List<Metric> metrics = new ArrayList<>();
    int next = 0;
    for (Raw raw : raws) {
      metrics.add(raw.enough() ? judged(raw, stands[next++]) : raw.metric());
    }
    return metrics;
  }

  private static Metric judged(Raw raw, boolean stands) {
    Metric m = raw.metric();
    Verdict verdict = Verdict.NO_CLEAR_CHANGE;
    if (stands && raw.interval().clearOf(raw.neutral())) {
      verdict = raw.interval().high() < raw.neutral() ? Verdict.BETTER : Verdict.WORSE;
    }
    return new Metric(
        m.subject(), m.nA(), m.nB(), m.a(), m.b(), m.effect(), m.ci95(), m.cliffsDelta(), verdict);
  }

  private static Samples samples(
      List<TraceDigest> digests, Function<TraceDigest, @Nullable Long> value) {
    return Samples.of(
        digests.stream().map(value).filter(Objects::nonNull).mapToLong(Long::longValue).toArray());
  }

  /** Median of the calls of all models in a trace; null when none was timed. */
  private static @Nullable Long modelLatency(TraceDigest digest) {
    Samples all =
        Samples.of(
            digest.latencyUs().entrySet().stream()
                .filter(entry -> entry.getKey().startsWith(TraceDigest.MODEL))
                .flatMap(entry -> entry.getValue().stream())
                .mapToLong(Long::longValue)
                .toArray());
    return all.size() == 0 ? null : (Long) Math.round(all.median());
  }

  private static Map<String, Long> tools(VersionHistory history) {
    Map<String, Long> calls = new TreeMap<>();
    for (TraceDigest digest : history.digests()) {
      digest.toolCalls().forEach((tool, n) -> calls.merge(tool, (long) n, Long::sum));
    }
    return calls;
  }
}
