package dev.whyops.bench;

import dev.whyops.analytics.Analytics;
import dev.whyops.analytics.Filter;
import dev.whyops.project.ProjectScope;
import dev.whyops.store.duckdb.DuckDbAnalytics;
import dev.whyops.store.duckdb.DuckDbEventStore;
import dev.whyops.store.duckdb.DuckDbSettings;
import dev.whyops.store.duckdb.DuckDbTraceReader;
import dev.whyops.trace.TraceFaults;
import dev.whyops.trace.TraceQuery;
import dev.whyops.trace.TraceSort;
import dev.whyops.trace.TraceSummary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/** Asks a filled store what a dashboard asks, and writes times beside budgets. */
final class EventsMeasure implements AutoCloseable {
  private static final int LOOKUPS = 300;
  private static final com.sun.management.OperatingSystemMXBean OS =
      (com.sun.management.OperatingSystemMXBean)
          java.lang.management.ManagementFactory.getOperatingSystemMXBean();
  private final Path folder;
  private final Instant end;
  private final DuckDbEventStore store;
  private final DuckDbTraceReader reader;
  private final DuckDbAnalytics analytics;
  private final ProjectScope scope = new ProjectScope(EventsAgent.project(0));
  private final List<String> rows = new ArrayList<>();

  /**
   * @param end when the last event was received
   */
  EventsMeasure(Path folder, Instant end) {
    this.folder = folder;
    this.end = end;
    Clock clock = Clock.fixed(end.plus(Duration.ofMinutes(10)), ZoneOffset.UTC);
    this.store = DuckDbEventStore.open(DuckDbSettings.in(folder), clock);
    this.reader = new DuckDbTraceReader(store, TraceFaults.NONE, clock);
    this.analytics = new DuckDbAnalytics(store);
  }

  /** Seals what is not sealed yet; the newest file stays open. */
  void seal() {
    long start = System.nanoTime();
    int steps = 0;
    while (store.maintain()) {
      steps++;
    }
    store.checkpoint();
    System.out.printf("sealed in %d steps, %.1f s%n", steps, (System.nanoTime() - start) / 1e9);
  }

  private interface Ask {
    Object ask(int i);
  }

  private void row(String name, int times, double p50Max, double p99Max, Ask ask) {
    for (int i = 0; i < Math.min(20, times); i++) {
      ask.ask(times + i);
    }
    double[] millis = new double[times];
    long cpu = OS.getProcessCpuTime();
    for (int i = 0; i < times; i++) {
      long start = System.nanoTime();
      ask.ask(i);
      millis[i] = (System.nanoTime() - start) / 1e6;
    }
    double cpuMillis = (OS.getProcessCpuTime() - cpu) / 1e6 / times;
    Arrays.sort(millis);
    double p50 = millis[times / 2];
    double p99 = millis[(int) Math.ceil(times * 0.99) - 1];
    boolean met = p50 <= p50Max && p99 <= p99Max;
    rows.add(
        String.format(
            Locale.ROOT,
            "| %s | %d | %.1f ms | %.1f ms | %.1f ms | p50 ≤ %.0f, p99 ≤ %.0f ms | %s |",
            name,
            times,
            p50,
            p99,
            cpuMillis,
            p50Max,
            p99Max,
            met ? "met" : "missed"));
    System.out.println(rows.getLast());
  }

  String measure() throws IOException {
    List<String> ids = twentyEvents();
    SplittableRandom random = new SplittableRandom(3);
    row(
        "open a 20-event trace",
        LOOKUPS,
        5,
        20,
        i -> reader.trace(scope, ids.get(i % ids.size()), null, 1_000).orElseThrow());
    row(
        "list, agent and model",
        100,
        20,
        100,
        i -> reader.traces(scope, filtered(2 * random.nextInt(100), null)));
    row(
        "list, agent and status error",
        100,
        20,
        100,
        i -> reader.traces(scope, filtered(2 * random.nextInt(100), "error")));
    Filter month = Filter.between(end.minus(Duration.ofDays(30)), end);
    Duration hour = Duration.ofHours(1);
    row(
        "hourly cost and p50, p95, p99 latency, 30 days",
        10,
        300,
        300,
        i -> {
          analytics.timeseries(scope, month, Analytics.Metric.COST, List.of(), hour);
          analytics.timeseries(scope, month, Analytics.Metric.LATENCY_P50, List.of(), hour);
          analytics.timeseries(scope, month, Analytics.Metric.LATENCY_P95, List.of(), hour);
          return analytics.timeseries(scope, month, Analytics.Metric.LATENCY_P99, List.of(), hour);
        });
    row("overview, 30 days", 5, 300, 300, i -> analytics.overview(scope, month));
    row(
        "cost by agent, 30 days",
        5,
        300,
        300,
        i -> analytics.costs(scope, month, Analytics.Group.AGENT));
    row("tools, 30 days", 5, 2_000, 2_000, i -> analytics.tools(scope, month));
    row("search a word, one project, 24 h", 5, 1_000, 1_000, i -> reader.traces(scope, word(i)));
    return report();
  }

  /** Traces of exactly twenty events, spread over the days. */
  private List<String> twentyEvents() {
    List<String> ids = new ArrayList<>();
    for (int day = 0; day < 30; day++) {
      Instant from = end.minus(Duration.ofDays(day + 1)).plus(Duration.ofHours(12));
      TraceQuery query =
          new TraceQuery(
              null,
              null,
              null,
              null,
              null,
              null,
              null,
              null,
              null,
              from,
              from.plusSeconds(43_000),
              null,
              null,
              null,
              null,
              TraceSort.NEWEST_FIRST,
              200,
              null);
      reader.traces(scope, query).stream()
          .filter(trace -> trace.eventCount() == 20)
          .limit(12)
          .map(TraceSummary::traceId)
          .forEach(ids::add);
    }
    return ids;
  }

  private static TraceQuery filtered(int agent, String status) {
    String model = status == null ? "gpt-4o" : null;
    return new TraceQuery(
        "agent-" + agent,
        null,
        null,
        status,
        model,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        TraceSort.NEWEST_FIRST,
        50,
        null);
  }

  private TraceQuery word(int i) {
    Instant from = end.minus(Duration.ofDays(1));
    return new TraceQuery(
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        from,
        end,
        null,
        null,
        null,
        "refund" + i,
        TraceSort.NEWEST_FIRST,
        50,
        null);
  }

  private String report() throws IOException {
    long bytes;
    try (Stream<Path> files = Files.list(folder)) {
      bytes = files.mapToLong(file -> file.toFile().length()).sum();
    }
    long events =
        analytics.overview(scope, Filter.between(end.minus(Duration.ofDays(31)), end)).events() * 2;
    double each = (double) bytes / events;
    rows.add(
        String.format(
            Locale.ROOT,
            "| disk per event | %,d | %.0f B | | | ≤ 1024 B | %s |",
            events,
            each,
            each <= 1_024 ? "met" : "missed"));
    return "| what | times | p50 | p99 | CPU each | budget | |\n|---|---|---|---|---|---|---|\n"
        + String.join("\n", rows)
        + "\n";
  }

  @Override
  public void close() {
    store.close();
  }
}
