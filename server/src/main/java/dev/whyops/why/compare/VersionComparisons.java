package dev.whyops.why.compare;

import dev.whyops.why.compare.VersionComparison.Metric;
import dev.whyops.why.compare.VersionComparison.Verdict;
import dev.whyops.why.history.TraceDigest;
import dev.whyops.why.history.VersionHistory;
import dev.whyops.why.stats.Bootstrap;
import dev.whyops.why.stats.FalseDiscovery;
import dev.whyops.why.stats.Interval;
import dev.whyops.why.stats.Rates;
import dev.whyops.why.stats.Samples;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Compares versions trace by trace. A verdict needs 30 traces on either side, an interval clear of
 * "no change", and must stand among all metrics at a false discovery rate of 5 %.
 */
public final class VersionComparisons {
  private static final int TRACES_MIN = 30;
  private static final double DISCOVERY_RATE = 0.05;
  private static final double SHIFT_MIN = 0.2;

  private VersionComparisons() {}

  /** A metric before the verdict: lower is better for all of them. */
  private record Raw(Metric metric, double pValue, double neutral) {}

  public static VersionComparison of(VersionHistory a, VersionHistory b) {
    List<Raw> raws = new ArrayList<>();
    raws.add(rate("failed_traces", a, b, TraceDigest::failed));
    raws.add(rate("traces_with_tool_errors", a, b, d -> !d.toolErrors().isEmpty()));
    raws.add(rate("traces_with_misused_tools", a, b, d -> !d.misuses().isEmpty()));
    raws.add(ratio("duration", "us", a, b, TraceDigest::durationUs));
    raws.add(ratio("cost", "nanoUsd", a, b, TraceDigest::costNanoUsd));
    raws.add(ratio("tokens", "tokens", a, b, TraceDigest::totalTokens));
    raws.add(ratio("model_calls", "calls", a, b, d -> (long) d.modelCalls()));
    boolean[] stands =
        FalseDiscovery.stands(raws.stream().mapToDouble(Raw::pValue).toArray(), DISCOVERY_RATE);
    List<Metric> metrics = new ArrayList<>();
    for (int i = 0; i < stands.length; i++) {
      metrics.add(judged(raws.get(i), stands[i]));
    }
    Map<String, Long> toolsA = tools(a);
    Map<String, Long> toolsB = tools(b);
    return new VersionComparison(metrics, toolsA, toolsB, variation(toolsA, toolsB), shifts(a, b));
  }

  private static Raw rate(
      String name, VersionHistory a, VersionHistory b, Predicate<TraceDigest> counts) {
    long nA = a.traceCount();
    long nB = b.traceCount();
    long kA = a.digests().stream().filter(counts).count();
    long kB = b.digests().stream().filter(counts).count();
    Double rateA = nA == 0 ? null : (Double) ((double) kA / nA);
    Double rateB = nB == 0 ? null : (Double) ((double) kB / nB);
    Double effect = rateA == null || rateB == null ? null : (Double) (rateB - rateA);
    Interval interval = effect == null ? null : Rates.newcombe(kA, nA, kB, nB);
    return new Raw(
        new Metric(name, "share", nA, nB, rateA, rateB, effect, interval, null, Verdict.TOO_FEW),
        Rates.pValue(kA, nA, kB, nB),
        0);
  }

  private static Raw ratio(
      String name,
      String unit,
      VersionHistory a,
      VersionHistory b,
      Function<TraceDigest, @Nullable Long> value) {
    Samples x = samples(a, value);
    Samples y = samples(b, value);
    if (x.size() == 0 || y.size() == 0) {
      Double medianA = x.size() == 0 ? null : (Double) x.median();
      Double medianB = y.size() == 0 ? null : (Double) y.median();
      return new Raw(
          new Metric(
              name, unit, x.size(), y.size(), medianA, medianB, null, null, null, Verdict.TOO_FEW),
          1,
          1);
    }
    Bootstrap.Outcome outcome = Bootstrap.medianRatio(x, y);
    Double effect = x.median() == 0 ? null : (Double) (y.median() / x.median());
    return new Raw(
        new Metric(
            name,
            unit,
            x.size(),
            y.size(),
            x.median(),
            y.median(),
            effect,
            outcome.interval(),
            x.cliffsDelta(y),
            Verdict.TOO_FEW),
        outcome.pValue(),
        1);
  }

  private static Metric judged(Raw raw, boolean stands) {
    Metric m = raw.metric();
    Verdict verdict = Verdict.NO_CLEAR_CHANGE;
    Interval interval = m.ci95();
    if (m.nA() < TRACES_MIN || m.nB() < TRACES_MIN || interval == null) {
      verdict = Verdict.TOO_FEW;
    } else if (stands && interval.clearOf(raw.neutral())) {
      verdict = interval.high() < raw.neutral() ? Verdict.BETTER : Verdict.WORSE;
    }
    return new Metric(
        m.name(),
        m.unit(),
        m.nA(),
        m.nB(),
        m.a(),
        m.b(),
        m.effect(),
        interval,
        m.cliffsDelta(),
        verdict);
  }

  private static Samples samples(
      VersionHistory history, Function<TraceDigest, @Nullable Long> value) {
    return Samples.of(
        history.digests().stream()
            .map(value)
            .filter(Objects::nonNull)
            .mapToLong(Long::longValue)
            .toArray());
  }

  private static Map<String, Long> tools(VersionHistory history) {
    Map<String, Long> calls = new TreeMap<>();
    for (TraceDigest digest : history.digests()) {
      digest.toolCalls().forEach((tool, n) -> calls.merge(tool, (long) n, Long::sum));
    }
    return calls;
  }

  /** Half of the sum of differences between two distributions. */
  private static @Nullable Double variation(Map<String, Long> a, Map<String, Long> b) {
    double sumA = a.values().stream().mapToLong(Long::longValue).sum();
    double sumB = b.values().stream().mapToLong(Long::longValue).sum();
    if (sumA == 0 || sumB == 0) {
      return null;
    }
    Set<String> names = new HashSet<>(a.keySet());
    names.addAll(b.keySet());
    double sum = 0;
    for (String name : names) {
      sum += Math.abs(a.getOrDefault(name, 0L) / sumA - b.getOrDefault(name, 0L) / sumB);
    }
    return sum / 2;
  }

  private static List<String> shifts(VersionHistory a, VersionHistory b) {
    List<String> shifts = new ArrayList<>();
    Double models = variation(models(a), models(b));
    if (models != null && models >= SHIFT_MIN) {
      shifts.add("the mix of models differs");
    }
    Double users = variation(users(a), users(b));
    if (users != null && users >= 1 - SHIFT_MIN && users(a).size() > 1) {
      shifts.add("the users differ");
    }
    return shifts;
  }

  private static Map<String, Long> models(VersionHistory history) {
    Map<String, Long> counts = new HashMap<>();
    for (TraceDigest digest : history.digests()) {
      digest
          .latencyUs()
          .forEach(
              (name, values) -> {
                if (name.startsWith("model:")) {
                  counts.merge(name, (long) values.size(), Long::sum);
                }
              });
    }
    return counts;
  }

  private static Map<String, Long> users(VersionHistory history) {
    Map<String, Long> counts = new HashMap<>();
    for (TraceDigest digest : history.digests()) {
      if (digest.externalUserId() != null) {
        counts.merge(digest.externalUserId(), 1L, Long::sum);
      }
    }
    return counts;
  }
}
