package dev.whyops.bench;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** The result file: Markdown tables with medians, spread, raw rounds and errors. */
final class Report {
  private final StringBuilder text = new StringBuilder();

  void heading(String heading) {
    text.append("\n## ").append(heading).append("\n\n");
  }

  void line(String format, Object... values) {
    text.append(values.length == 0 ? format : String.format(Locale.ROOT, format, values))
        .append('\n');
  }

  /** Requests per second of each leg, and its ratio to the base leg. */
  void rates(Map<String, List<Wrk.Run>> runs, String base) {
    double baseRate = median(runs, base, Wrk.Run::perSecond);
    double baseCpu = median(runs, base, Wrk.Run::cpuUsPerCall);
    line(
        "| leg | per second | of %s | CPU µs per call | of %s | p99 ms | errors | rounds |",
        base, base);
    line("|---|---|---|---|---|---|---|---|");
    runs.forEach(
        (leg, list) -> {
          double rate = Bench.median(list, Wrk.Run::perSecond);
          double cpu = Bench.median(list, Wrk.Run::cpuUsPerCall);
          line(
              "| %s | %.0f | %.2f | %.0f | %.2f | %.2f | %d | %s |",
              leg,
              rate,
              rate / baseRate,
              cpu,
              cpu / baseCpu,
              Bench.median(list, Wrk.Run::p99Us) / 1_000,
              errors(list),
              rounds(list));
        });
  }

  /** Latency of each leg, and what it adds over the base leg. */
  void latencies(Map<String, List<Wrk.Run>> runs, String base) {
    double baseP50 = median(runs, base, Wrk.Run::p50Us);
    double baseP99 = median(runs, base, Wrk.Run::p99Us);
    line("| leg | p50 µs | added | p99 µs | added | CPU µs per call | errors |");
    line("|---|---|---|---|---|---|---|");
    runs.forEach(
        (leg, list) -> {
          double p50 = Bench.median(list, Wrk.Run::p50Us);
          double p99 = Bench.median(list, Wrk.Run::p99Us);
          line(
              "| %s | %.0f | %.0f | %.0f | %.0f | %.0f | %d |",
              leg,
              p50,
              p50 - baseP50,
              p99,
              p99 - baseP99,
              Bench.median(list, Wrk.Run::cpuUsPerCall),
              errors(list));
        });
  }

  /** NaN where the leg did not run. */
  private static double median(
      Map<String, List<Wrk.Run>> runs, String leg, ToDoubleFunction<Wrk.Run> of) {
    List<Wrk.Run> list = runs.getOrDefault(leg, List.of());
    return list.isEmpty() ? Double.NaN : Bench.median(list, of);
  }

  private static long errors(List<Wrk.Run> runs) {
    return runs.stream().mapToLong(Wrk.Run::errors).sum();
  }

  private static String rounds(List<Wrk.Run> runs) {
    return runs.stream()
        .map(run -> "%.0f".formatted(run.perSecond()))
        .collect(Collectors.joining(" "));
  }

  String text() {
    return text.toString();
  }
}
