package dev.whyops.dashboard;

import dev.whyops.analytics.Analytics;
import dev.whyops.analytics.Figures;
import dev.whyops.analytics.Filter;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One metric over time. Gaps of counts are 0, those of percentiles null; the bucket that may still
 * grow is named; of many groups the largest are shown and all are counted.
 */
final class TimeseriesApi {
  private static final int SERIES_MAX = 8;
  private static final int BUCKETS_MAX = 2_000;
  private static final int BUCKETS_WANTED = 120;
  private static final Map<String, Duration> INTERVALS = intervals();

  private final Analytics analytics;
  private final Clock clock;

  TimeseriesApi(Analytics analytics, Clock clock) {
    this.analytics = analytics;
    this.clock = clock;
  }

  record Series(@Nullable String group, List<@Nullable Double> points, @Nullable Double total) {}

  record Timeseries(
      String metric,
      String unit,
      String interval,
      Instant from,
      Instant to,
      List<Instant> buckets,
      @Nullable Integer unfinishedFrom,
      List<Series> series,
      int groupCount) {}

  void addTo(RouteTable routes) {
    routes.get("/api/analytics/timeseries", Access.READ, this::timeseries);
  }

  private Reply timeseries(Call call) {
    Instant now = clock.instant();
    Filter filter = TimeRange.filter(call, now);
    String name = call.query("metric").orElseThrow();
    Analytics.Metric metric = metric(name);
    String intervalName = call.query("interval").orElseGet(() -> fitting(filter));
    Duration interval = INTERVALS.getOrDefault(intervalName, Duration.ofHours(1));
    List<Instant> buckets = buckets(filter, interval);
    List<Analytics.Group> groups =
        call.query("groupBy").isPresent() ? List.of(AnalyticsApi.group(call)) : List.of();
    Map<String, List<Figures.Point>> byGroup = new LinkedHashMap<>();
    for (Figures.Point point :
        analytics.timeseries(call.project(), filter, metric, groups, interval)) {
      byGroup.computeIfAbsent(point.group(), _ -> new ArrayList<>()).add(point);
    }
    List<Series> series =
        byGroup.entrySet().stream()
            .map(e -> series(groups.isEmpty() ? null : e.getKey(), e.getValue(), buckets, metric))
            .sorted(Comparator.comparingDouble(TimeseriesApi::size).reversed())
            .limit(SERIES_MAX)
            .toList();
    if (series.isEmpty() && groups.isEmpty()) {
      series = List.of(series(null, List.of(), buckets, metric));
    }
    return Reply.ok(
        new Timeseries(
            name,
            metric.unit(),
            intervalName,
            filter.from(),
            filter.to(),
            buckets,
            unfinished(buckets, interval, now),
            series,
            byGroup.size()));
  }

  private static Series series(
      @Nullable String group,
      List<Figures.Point> points,
      List<Instant> buckets,
      Analytics.Metric metric) {
    Map<Instant, Double> values = new LinkedHashMap<>();
    points.forEach(point -> values.put(point.bucket(), point.value()));
    List<@Nullable Double> row = new ArrayList<>(buckets.size());
    double sum = 0;
    for (Instant bucket : buckets) {
      @Nullable Double value = values.get(bucket);
      row.add(value == null && metric.isSum() ? Double.valueOf(0) : value);
      sum += value == null ? 0 : value;
    }
    return new Series(group, row, metric.isSum() ? Double.valueOf(sum) : null);
  }

  /** Counts rank by their sum; what has no sum by how many buckets it fills. */
  private static double size(Series series) {
    @Nullable Double total = series.total();
    return total != null ? total : series.points().stream().filter(p -> p != null).count();
  }

  private static List<Instant> buckets(Filter filter, Duration interval) {
    long step = interval.toSeconds();
    long first = Math.floorDiv(filter.from().getEpochSecond(), step) * step;
    long last = filter.to().getEpochSecond();
    if ((last - first) / step >= BUCKETS_MAX) {
      throw QueryRule.bad("interval", "is too short for this range");
    }
    List<Instant> buckets = new ArrayList<>();
    for (long at = first; at < last || buckets.isEmpty(); at += step) {
      buckets.add(Instant.ofEpochSecond(at));
    }
    return buckets;
  }

  private static @Nullable Integer unfinished(
      List<Instant> buckets, Duration interval, Instant now) {
    for (int i = 0; i < buckets.size(); i++) {
      if (buckets.get(i).plus(interval).isAfter(now)) {
        return i;
      }
    }
    return null;
  }

  private static String fitting(Filter filter) {
    Duration range = Duration.between(filter.from(), filter.to());
    return INTERVALS.entrySet().stream()
        .filter(e -> range.dividedBy(BUCKETS_WANTED).compareTo(e.getValue()) <= 0)
        .map(Map.Entry::getKey)
        .findFirst()
        .orElse("1d");
  }

  /** {@code latencyP95} is LATENCY_P95. */
  private static Analytics.Metric metric(String name) {
    return Call.constant(Analytics.Metric.class, name.replaceAll("(?<=[a-z])(?=[A-Z])", "_"));
  }

  private static Map<String, Duration> intervals() {
    Map<String, Duration> intervals = new LinkedHashMap<>();
    intervals.put("1m", Duration.ofMinutes(1));
    intervals.put("5m", Duration.ofMinutes(5));
    intervals.put("15m", Duration.ofMinutes(15));
    intervals.put("1h", Duration.ofHours(1));
    intervals.put("6h", Duration.ofHours(6));
    intervals.put("1d", Duration.ofDays(1));
    return intervals;
  }
}
