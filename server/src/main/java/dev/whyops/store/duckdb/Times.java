package dev.whyops.store.duckdb;

import dev.whyops.analytics.Analytics;
import dev.whyops.analytics.Figures;
import dev.whyops.analytics.Filter;
import dev.whyops.project.ProjectScope;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Quantiles of the measured times of model calls: from the buckets of sealed files, within two
 * percent, or exact where only events are read.
 */
final class Times {
  static final Figures.Quantiles NONE = new Figures.Quantiles(0, null, null, null, null);
  private static final String[] QUANTILES = {"0.5", "0.95", "0.99"};

  private final DuckDbEventStore store;
  private final Question question;

  Times(DuckDbEventStore store, Question question) {
    this.store = store;
    this.question = question;
  }

  /**
   * What one row of the answer is about.
   *
   * @param at start of the bucket of time; 0 for the whole range
   */
  record Key(String group, long at) {}

  /** One kind of time of one key. */
  private record Row(Key key, int kind, Figures.Quantiles quantiles) {}

  /** Latency, time to first token and overhead of one key. */
  record Three(
      Figures.Quantiles latency, Figures.Quantiles firstToken, Figures.Quantiles overhead) {
    static final Three NONE = new Three(Times.NONE, Times.NONE, Times.NONE);

    private Three with(int kind, Figures.Quantiles q) {
      return switch (kind) {
        case 0 -> new Three(q, firstToken, overhead);
        case 1 -> new Three(latency, q, overhead);
        default -> new Three(latency, firstToken, q);
      };
    }
  }

  /** Which times are asked for, by their number in {@link RollupSql#KINDS}. */
  static final Set<Integer> ALL = Set.of(0, 1, 2);

  static final Set<Integer> LATENCY = Set.of(0);

  static Set<Integer> of(Analytics.Metric metric) {
    return switch (metric) {
      case TTFT_P50, TTFT_P95 -> Set.of(1);
      case OVERHEAD_P50, OVERHEAD_P95 -> Set.of(2);
      default -> LATENCY;
    };
  }

  /**
   * @param kinds the others stay {@link #NONE}
   * @param group a column, or a constant for none
   * @param key what is told apart, over {@code g} and {@code env}
   * @param at the bucket of time, over {@code ts}; 0 for none
   */
  Map<Key, Three> read(
      ProjectScope scope,
      Filter filter,
      boolean rollups,
      Set<Integer> kinds,
      String group,
      String key,
      String at) {
    SumScan scan = new SumScan(store, scope, filter, rollups);
    List<Object> values = new ArrayList<>();
    String buckets = scan.readsRollups() ? scan.buckets(group, kinds, values) : null;
    if (buckets == null) {
      EventScan events = EventScan.events(store, scope, filter, Aggregates.COLUMNS);
      return events.isEmpty() ? Map.of() : exact(events, kinds, group, key, at);
    }
    Map<Key, Three> all = new HashMap<>();
    for (Row row : question.ask(fromBuckets(buckets, key, at), values, Times::fromBuckets)) {
      Three known = all.getOrDefault(row.key(), Three.NONE);
      all.put(row.key(), known.with(row.kind(), row.quantiles()));
    }
    return all;
  }

  private static String fromBuckets(String buckets, String key, String at) {
    StringBuilder places = new StringBuilder();
    for (String q : QUANTILES) {
      places.append(", min(bucket) FILTER (upto > ").append(q).append(" * (total - 1)) AS b_");
      places.append(q.substring(2));
    }
    return "WITH h AS (SELECT coalesce("
        + key
        + ", '') AS k, "
        + at
        + " AS t, kind, bucket, sum(n) AS n FROM "
        + buckets
        + " GROUP BY ALL), c AS (SELECT *, sum(n) OVER (PARTITION BY k, t, kind ORDER BY bucket)"
        + " AS upto, sum(n) OVER (PARTITION BY k, t, kind) AS total FROM h)"
        + " SELECT k, t, kind, max(total)::BIGINT AS n"
        + places
        + ", max(bucket) AS b_max FROM c GROUP BY k, t, kind";
  }

  private static Row fromBuckets(ResultSet row) throws SQLException {
    return new Row(
        key(row),
        row.getInt("kind"),
        new Figures.Quantiles(
            row.getLong("n"),
            middle(row, "b_5"),
            middle(row, "b_95"),
            middle(row, "b_99"),
            middle(row, "b_max")));
  }

  /** The geometric middle of a bucket, in milliseconds. */
  private static @Nullable Double middle(ResultSet row, String column) throws SQLException {
    int bucket = row.getInt(column);
    return row.wasNull() ? null : Double.valueOf(Math.pow(RollupSql.BASE, bucket + 0.5) / 1_000);
  }

  private Map<Key, Three> exact(
      EventScan events, Set<Integer> kinds, String group, String key, String bucket) {
    StringBuilder select = new StringBuilder("SELECT coalesce(").append(key);
    select.append(", '') AS k, ").append(bucket).append(" AS t");
    for (int kind : kinds) {
      select.append(", ");
      select.append(Aggregates.quantiles("q" + kind, RollupSql.KINDS[kind], "true"));
    }
    Map<Key, Three> all = new HashMap<>();
    question
        .ask(
            select
                + " FROM (SELECT *, "
                + group
                + " AS g FROM "
                + events.text()
                + ") WHERE "
                + Aggregates.IS_CALL
                + " GROUP BY k, t",
            events.values(),
            row ->
                Map.entry(
                    key(row),
                    new Three(
                        kinds.contains(0) ? Aggregates.quantiles(row, "q0") : NONE,
                        kinds.contains(1) ? Aggregates.quantiles(row, "q1") : NONE,
                        kinds.contains(2) ? Aggregates.quantiles(row, "q2") : NONE)))
        .forEach(entry -> all.put(entry.getKey(), entry.getValue()));
    return all;
  }

  private static Key key(ResultSet row) throws SQLException {
    return new Key(Objects.requireNonNull(row.getString("k")), row.getLong("t"));
  }
}
