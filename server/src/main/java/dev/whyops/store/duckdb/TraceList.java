package dev.whyops.store.duckdb;

import dev.whyops.project.ProjectScope;
import dev.whyops.trace.TraceAssembler;
import dev.whyops.trace.TraceQuery;
import dev.whyops.trace.TraceSummary;
import dev.whyops.trace.query.QueryParser;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;

/**
 * One page of the trace list. Looks back in windows that grow until the page is full, so that the
 * newest page of a large store reads the newest rows only; then adds up the traces found.
 */
final class TraceList {
  private static final List<Duration> WINDOWS =
      List.of(Duration.ofMinutes(10), Duration.ofHours(3), Duration.ofDays(2));

  /** Rows that arrived late may start this much before the window. */
  private static final long LATE_MAX_US = Duration.ofHours(1).toMillis() * 1_000;

  static final String OPEN = "max(received) > ?";
  static final String FAILED = "(sum(app_errors) > 0 OR max(failed_at) > max(answered_at))";

  private final DuckDbEventStore store;
  private final DuckDBConnection reader;
  private final ProjectScope scope;
  private final TraceQuery query;
  private final Instant now;

  TraceList(
      DuckDbEventStore store,
      DuckDBConnection reader,
      ProjectScope scope,
      TraceQuery query,
      Instant now) {
    this.store = store;
    this.reader = reader;
    this.scope = scope;
    this.query = query;
    this.now = now;
  }

  List<TraceSummary> read() throws SQLException {
    if (store.files().visible(scope.project()).isEmpty()) {
      return List.of();
    }
    TraceQuery.Position after = query.after();
    Instant newest = after == null ? now : after.startedAt();
    if (query.to() != null && query.to().isBefore(newest)) {
      newest = query.to();
    }
    long oldest = query.from() == null ? Long.MIN_VALUE / 2 : EventRows.micros(query.from());
    for (Duration window : WINDOWS) {
      long lower = EventRows.micros(newest.minus(window));
      if (lower <= oldest) {
        break;
      }
      List<Long> keys = keys(lower);
      if (keys.size() > query.limit()) {
        return summaries(keys);
      }
    }
    return summaries(keys(oldest));
  }

  /** Keys of the matching traces that started in the window, one more than a page. */
  private List<Long> keys(long lower) throws SQLException {
    Conditions having = new Conditions().add("min(started) >= ?", lower);
    TraceQuery.Position after = query.after();
    if (after != null) {
      long at = EventRows.micros(after.startedAt());
      having.add(
          "(min(started) < ? OR (min(started) = ? AND any_value(trace_id) < ?))",
          at,
          at,
          after.traceId());
    }
    addFilters(having, query, new TextSearch(store, scope, query, now), now);
    List<Object> values = new ArrayList<>();
    String rows =
        rows(
            "trace_hash, trace_id, received, started, ended, app_errors, failed_at, answered_at,"
                + " agent, version_id, env, external_user, thread_id, cost_nano, priced, models,"
                + " providers, tools, preview",
            Long.toString(lower - LATE_MAX_US),
            values);
    values.addAll(having.values());
    List<Long> keys = new ArrayList<>();
    try (PreparedStatement sql =
        reader.prepareStatement(
            "SELECT trace_hash FROM ("
                + rows
                + ") GROUP BY trace_hash HAVING "
                + having.text()
                + " ORDER BY min(started) DESC, any_value(trace_id) DESC LIMIT "
                + (query.limit() + 1))) {
      sql.setQueryTimeout(Question.SECONDS_MAX);
      Conditions.bind(sql, values);
      try (ResultSet row = sql.executeQuery()) {
        while (row.next()) {
          keys.add(row.getLong(1));
        }
      }
    }
    return keys;
  }

  /** What a query asks of a trace, but for the range in which it started and its place. */
  static void addFilters(Conditions having, TraceQuery query, TextSearch search, Instant now) {
    long idleSince = EventRows.micros(now.minus(TraceAssembler.IDLE));
    if (query.status() != null) {
      switch (query.status()) {
        case "open" -> having.add(OPEN, idleSince);
        case "error" -> having.add("NOT " + OPEN + " AND " + FAILED, idleSince);
        default -> having.add("NOT " + OPEN + " AND NOT " + FAILED, idleSince);
      }
    }
    if (query.to() != null) {
      having.add("min(started) <= ?", EventRows.micros(query.to()));
    }
    if (query.agent() != null) {
      having.add("bool_or(agent = ?)", query.agent());
    }
    if (query.version() != null) {
      having.add("bool_or(version_id = ?)", query.version());
    }
    if (query.environment() != null) {
      having.add("bool_or(env = ?)", query.environment().name());
    }
    if (query.externalUserId() != null) {
      having.add("bool_or(external_user = ?)", query.externalUserId());
    }
    if (query.thread() != null) {
      having.add("bool_or(thread_id = ?)", query.thread());
    }
    if (query.minLatencyMs() != null) {
      having.add("max(ended) - min(started) >= ?", query.minLatencyMs() * 1_000);
    }
    if (query.minCostNanoUsd() != null) {
      having.add("sum(cost_nano) >= ?", query.minCostNanoUsd());
    }
    addName(having, "models", query.model());
    addName(having, "providers", query.provider());
    addName(having, "tools", query.tool());
    if (query.text() != null) {
      TermConditions.add(having, QueryParser.parse(query.text()), search, idleSince);
    }
  }

  private static void addName(Conditions having, String column, @Nullable String name) {
    if (name != null) {
      having.add(
          "bool_or(contains(" + column + ", ?))",
          TraceDelta.SEPARATOR + name + TraceDelta.SEPARATOR);
    }
  }

  /**
   * The project's rows of all files that are not deleted; adds the values of its question marks.
   */
  private String rows(String columns, String startedFrom, List<Object> values) {
    List<Map.Entry<Long, Long>> deleted = store.hidden().traces(scope.project());
    String notDeleted =
        deleted.isEmpty()
            ? ""
            : " AND NOT ("
                + deleted.stream()
                    .map(d -> "trace_hash = " + d.getKey() + " AND seq_last <= " + d.getValue())
                    .collect(Collectors.joining(" OR "))
                + ")";
    long hiddenTo = store.hidden().upTo(scope.project());
    List<String> parts = new ArrayList<>();
    for (DayFile file : store.files().visible(scope.project())) {
      parts.add(
          "SELECT "
              + columns
              + " FROM "
              + file.alias()
              + ".trace_delta WHERE project = ? AND started >= "
              + startedFrom
              + " AND seq_last > "
              + hiddenTo
              + notDeleted);
      values.add(scope.project().value());
    }
    return String.join(" UNION ALL ", parts);
  }

  /** The traces of these keys, in their order. */
  private List<TraceSummary> summaries(List<Long> keys) throws SQLException {
    if (keys.isEmpty()) {
      return List.of();
    }
    String list = keys.stream().map(String::valueOf).collect(Collectors.joining(","));
    List<Object> values = new ArrayList<>();
    String rows =
        rows("*", Long.toString(Long.MIN_VALUE / 2) + " AND trace_hash IN (" + list + ")", values);
    Map<Long, TraceSummary> found = new HashMap<>();
    try (PreparedStatement sql = reader.prepareStatement(SummaryRows.select(rows))) {
      sql.setQueryTimeout(Question.SECONDS_MAX);
      Conditions.bind(sql, values);
      try (ResultSet row = sql.executeQuery()) {
        while (row.next()) {
          found.put(row.getLong("trace_hash"), SummaryRows.read(row, now));
        }
      }
    }
    List<TraceSummary> page = new ArrayList<>(keys.size());
    for (Long key : keys) {
      TraceSummary summary = found.get(key);
      if (summary != null) {
        page.add(summary);
      }
    }
    return page;
  }
}
