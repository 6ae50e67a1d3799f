package dev.whyops.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/**
 * The same load on every leg, the legs interleaved in rounds, so that a noisy minute falls on all
 * alike. Legs are compared within a round; what is told is the median of the rounds.
 */
final class Rounds {
  private final Map<String, List<Wrk.Run>> runs = new LinkedHashMap<>();

  static Rounds of(Ground ground, List<Leg> legs, Load load, int rounds)
      throws IOException, InterruptedException {
    Rounds all = new Rounds();
    for (int round = 0; round < rounds; round++) {
      for (Leg leg : legs) {
        all.runs
            .computeIfAbsent(leg.name(), _ -> new ArrayList<>())
            .add(Wrk.run(leg, load, ground.folder()));
      }
    }
    return all;
  }

  double median(String leg, ToDoubleFunction<Wrk.Run> value) {
    return Samples.median(values(leg, value));
  }

  /** Of the leg to the base, in the same round. */
  double ratio(String leg, String base, ToDoubleFunction<Wrk.Run> value) {
    double[] ours = values(leg, value);
    double[] theirs = values(base, value);
    for (int i = 0; i < ours.length; i++) {
      ours[i] /= theirs[i];
    }
    return Samples.median(ours);
  }

  /** What the leg adds over the base in the same round. */
  double added(String leg, String base, ToDoubleFunction<Wrk.Run> value) {
    double[] ours = values(leg, value);
    double[] theirs = values(base, value);
    for (int i = 0; i < ours.length; i++) {
      ours[i] -= theirs[i];
    }
    return Samples.median(ours);
  }

  private double[] values(String leg, ToDoubleFunction<Wrk.Run> value) {
    return Objects.requireNonNull(runs.get(leg), leg).stream().mapToDouble(value).toArray();
  }

  /** A table of rates and CPU. */
  void rates(Section out, String base) {
    out.columns(
        "leg",
        "per second",
        "of " + base,
        "CPU µs",
        "of " + base,
        "p50 ms",
        "p99 ms",
        "errors",
        "drained after s",
        "rounds");
    for (String leg : runs.keySet()) {
      out.row(
          "%s | %.0f | %.2f | %s | %s | %.2f | %.2f | %d | %s | %s",
          leg,
          median(leg, Wrk.Run::perSecond),
          ratio(leg, base, Wrk.Run::perSecond),
          orDash("%.0f", median(leg, Wrk.Run::cpuUsPerCall)),
          orDash("%.2f", ratio(leg, base, Wrk.Run::cpuUsPerCall)),
          median(leg, Wrk.Run::p50Us) / 1_000,
          median(leg, Wrk.Run::p99Us) / 1_000,
          errors(leg),
          leg.startsWith("ours") ? "%.1f".formatted(median(leg, Wrk.Run::settleSeconds)) : "–",
          raw(leg, Wrk.Run::perSecond));
    }
  }

  /** A table of latencies. */
  void latencies(Section out, String base) {
    out.columns(
        "leg",
        "p50 µs",
        "added",
        "p99 µs",
        "added",
        "CPU µs",
        "per second",
        "errors",
        "p50 of the rounds",
        "p99 of the rounds");
    for (String leg : runs.keySet()) {
      out.row(
          "%s | %.0f | %.0f | %.0f | %.0f | %s | %.0f | %d | %s | %s",
          leg,
          median(leg, Wrk.Run::p50Us),
          added(leg, base, Wrk.Run::p50Us),
          median(leg, Wrk.Run::p99Us),
          added(leg, base, Wrk.Run::p99Us),
          orDash("%.0f", median(leg, Wrk.Run::cpuUsPerCall)),
          median(leg, Wrk.Run::perSecond),
          errors(leg),
          raw(leg, Wrk.Run::p50Us),
          raw(leg, Wrk.Run::p99Us));
    }
  }

  static String orDash(String format, double value) {
    return Double.isNaN(value) ? "–" : format.formatted(value);
  }

  private long errors(String leg) {
    return (long) java.util.Arrays.stream(values(leg, Wrk.Run::errors)).sum();
  }

  private String raw(String leg, ToDoubleFunction<Wrk.Run> value) {
    return java.util.Arrays.stream(values(leg, value))
        .mapToObj("%.0f"::formatted)
        .collect(Collectors.joining(" "));
  }
}
