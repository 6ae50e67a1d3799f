package dev.whyops.store.duckdb;

import dev.whyops.analytics.Filter;
import dev.whyops.project.ProjectScope;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a filter lets through, as rows that add up: the sums by hour of sealed files for the whole
 * hours of the range, and the events themselves for the rest of it, for files that are still open,
 * and for files of which something was deleted that is not taken out yet. Nothing counts twice.
 */
final class SumScan {
  private static final String DIMENSIONS = "env, agent, version_id, provider, model, tool";
  private static final String SUMS =
      "events, llm_calls, llm_errors, tool_requests, tool_results, tool_errors, errors, t_input,"
          + " t_cache_read, t_cache_5m, t_cache_1h, t_output, t_reasoning, cost_nano, priced,"
          + " unpriced, cost_rank";

  private final DuckDbEventStore store;
  private final ProjectScope scope;
  private final Filter filter;
  private final long from;
  private final long to;
  private final long fullFrom;
  private final long fullTo;
  private final Map<DayFile, Integer> added;
  private final List<DayFile> visible;

  /**
   * @param rollups false when hours are too coarse or a dimension is asked for that they lack
   */
  SumScan(DuckDbEventStore store, ProjectScope scope, Filter filter, boolean rollups) {
    this.store = store;
    this.scope = scope;
    this.filter = filter;
    this.from = EventRows.micros(filter.from());
    this.to = EventRows.micros(filter.to());
    this.fullFrom = -Math.floorDiv(-from, Rollups.HOUR_US) * Rollups.HOUR_US;
    this.fullTo = Math.floorDiv(to, Rollups.HOUR_US) * Rollups.HOUR_US;
    this.visible = store.files().visible(scope.project());
    boolean fit = rollups && filter.externalUserId() == null && fullFrom < fullTo;
    this.added = fit ? usable() : Map.of();
  }

  /** Files whose sums may stand for them. */
  private Map<DayFile, Integer> usable() {
    if (store.hidden().upTo(scope.project()) > 0) {
      return Map.of();
    }
    Map<DayFile, Integer> ids = new HashMap<>(store.rollups().ids(store.files().oldestFirst()));
    for (Map.Entry<Long, Long> deleted : store.hidden().traces(scope.project())) {
      ids.keySet()
          .removeIf(
              file -> visible.contains(file) && store.files().mayHold(file, deleted.getKey()));
    }
    return ids;
  }

  /** Whether any sums are read; else every row is an event. */
  boolean readsRollups() {
    return !added.isEmpty();
  }

  /** The events that no sum stands for; empty when there are none. */
  List<EventScan> events(String columns) {
    List<EventScan> scans = new ArrayList<>();
    List<DayFile> whole = visible.stream().filter(file -> !added.containsKey(file)).toList();
    scans.add(EventScan.events(store, scope, filter, columns, whole));
    if (readsRollups()) {
      List<DayFile> edges = visible.stream().filter(added::containsKey).toList();
      scans.add(EventScan.events(store, scope, within(from, fullFrom), columns, edges));
      scans.add(EventScan.events(store, scope, within(fullTo, to), columns, edges));
    }
    scans.removeIf(EventScan::isEmpty);
    return scans;
  }

  private Filter within(long first, long end) {
    return new Filter(
        TraceDelta.instant(first),
        TraceDelta.instant(end),
        filter.environment(),
        filter.agent(),
        filter.version(),
        filter.model(),
        filter.provider(),
        filter.externalUserId());
  }

  /**
   * Rows with {@code ts}, the dimensions and the sums; adds the values of its question marks. Empty
   * when there is nothing to read.
   */
  String rows(List<Object> values) {
    List<String> parts = new ArrayList<>();
    for (EventScan scan : events(Aggregates.COLUMNS)) {
      parts.add(
          "SELECT ts, "
              + DIMENSIONS
              + ", external_user, "
              + RollupSql.ONE
              + " FROM "
              + scan.text());
      values.addAll(scan.values());
    }
    if (readsRollups()) {
      Conditions conditions = rolled();
      equal(conditions, "agent", filter.agent());
      equal(conditions, "version_id", filter.version());
      equal(conditions, "model", filter.model());
      equal(conditions, "provider", filter.provider());
      parts.add(
          "SELECT hour AS ts, "
              + DIMENSIONS
              + ", NULL AS external_user, "
              + SUMS
              + " FROM rollups.hours WHERE "
              + conditions.text());
      values.addAll(conditions.values());
    }
    return parts.isEmpty() ? "" : "(" + String.join(" UNION ALL ", parts) + ")";
  }

  /**
   * Rows with {@code g}, {@code ts}, kind, bucket and n, grouped by a dimension that buckets are
   * kept for; null when the filter asks for another one.
   *
   * @param group a column, or a constant for none
   * @param kinds which times
   */
  @Nullable String buckets(String group, Set<Integer> kinds, List<Object> values) {
    int dim = dimension(group);
    if (dim < 0) {
      return null;
    }
    List<String> parts = new ArrayList<>();
    for (EventScan scan : events(Aggregates.COLUMNS)) {
      for (int kind : kinds) {
        String column = RollupSql.KINDS[kind];
        parts.add(
            "SELECT "
                + group
                + " AS g, env, ts, "
                + kind
                + " AS kind, "
                + RollupSql.bucket(column)
                + " AS bucket, 1 AS n FROM "
                + scan.text()
                + " WHERE "
                + Aggregates.IS_CALL
                + " AND "
                + column
                + " IS NOT NULL");
        values.addAll(scan.values());
      }
    }
    String value = value(dim);
    Conditions conditions = rolled().add("dim = " + dim);
    if (kinds.size() < RollupSql.KINDS.length) {
      conditions.add(
          "kind IN (" + kinds.stream().map(String::valueOf).collect(Collectors.joining(",")) + ")");
    }
    equal(conditions, "val", value);
    String g = dim > 0 && group.equals(RollupSql.DIMS[dim]) ? "val" : group;
    parts.add(
        "SELECT "
            + g
            + " AS g, env, hour AS ts, kind, bucket, n FROM rollups.buckets WHERE "
            + conditions.text());
    values.addAll(conditions.values());
    return "(" + String.join(" UNION ALL ", parts) + ")";
  }

  /** The only dimension that group and filter name, 0 for none, -1 for several or another. */
  private int dimension(String group) {
    int found = 0;
    for (int dim = 1; dim < RollupSql.DIMS.length; dim++) {
      if (value(dim) != null || group.equals(RollupSql.DIMS[dim])) {
        if (found > 0) {
          return -1;
        }
        found = dim;
      }
    }
    return group.equals("external_user") ? -1 : found;
  }

  private @Nullable String value(int dim) {
    return switch (dim) {
      case 1 -> filter.agent();
      case 2 -> filter.version();
      case 3 -> filter.provider();
      case 4 -> filter.model();
      default -> null;
    };
  }

  private Conditions rolled() {
    String ids = added.values().stream().map(String::valueOf).collect(Collectors.joining(","));
    Conditions conditions =
        new Conditions()
            .add("project = ?", scope.project().value())
            .add("hour >= ?", fullFrom)
            .add("hour < ?", fullTo)
            .add("segment IN (" + ids + ")");
    equal(conditions, "env", filter.environment() == null ? null : filter.environment().name());
    return conditions;
  }

  private static void equal(Conditions conditions, String column, @Nullable String value) {
    if (value != null) {
      conditions.add(column + " = ?", value);
    }
  }
}
