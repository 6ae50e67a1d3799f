package dev.whyops.store.duckdb;

import dev.whyops.project.ProjectScope;
import dev.whyops.trace.TraceQuery;
import dev.whyops.trace.TraceSort;
import dev.whyops.trace.TraceSummary;
import dev.whyops.trace.query.QueryParser;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;

/**
 * One page of the trace list. The newest first are looked for in windows that grow until the page
 * is full, so that the newest page of a large store reads the newest rows only; the traces found
 * are then added up over all of their rows.
 */
final class TraceList {
  private static final List<Duration> WINDOWS =
      List.of(Duration.ofMinutes(10), Duration.ofHours(3), Duration.ofDays(2));

  /** So many traces with a name are added up faster than they are looked for in a window first. */
  private static final long NAMED_MAX = 10_000;

  static final String OPEN = "max(received) > ?";
  static final String FAILED = "(sum(app_errors) > 0 OR max(failed_at) > max(answered_at))";

  private final DuckDbEventStore store;
  private final DuckDBConnection reader;
  private final ProjectScope scope;
  private final TraceQuery query;
  private final Instant now;
  private final TextSearch search;

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
    this.search = new TextSearch(store, scope, query, now);
  }

  List<TraceSummary> read() throws SQLException {
    if (store.files().visible(scope.project()).isEmpty()) {
      return List.of();
    }
    long oldest = query.from() == null ? Long.MIN_VALUE / 2 : EventRows.micros(query.from());
    if (query.sort().equals(TraceSort.NEWEST_FIRST) && !isNamedRarely(oldest)) {
      for (Duration window : WINDOWS) {
        long lower = newest() - window.toMillis() * 1_000;
        if (lower <= oldest) {
          break;
        }
        List<Long> keys = startedIn(lower);
        if (keys.size() > query.limit()) {
          return summaries(keys);
        }
      }
    }
    return summaries(keys(oldest, Long.MIN_VALUE / 2, query.limit() + 1));
  }

  /** Where the first window ends. */
  private long newest() {
    TraceQuery.Position after = query.after();
    long newest = after == null ? EventRows.micros(now) : after.value();
    return query.to() == null ? newest : Math.min(newest, EventRows.micros(query.to()));
  }

  /**
   * Keys of the matching traces that started in the window, at most one more than a page. Looks at
   * rows of the window alone, so a trace that started before it has to be told by its keys.
   */
  private List<Long> startedIn(long lower) throws SQLException {
    TraceStarts starts = new TraceStarts(store, reader, scope);
    List<Long> keys = new ArrayList<>();
    for (long key : keys(lower, lower, 4 * query.limit())) {
      if (keys.size() <= query.limit() && starts.isNotBefore(key, lower)) {
        keys.add(key);
      }
    }
    return keys;
  }

  /**
   * @param lower when the trace may have started at the earliest
   * @param rowsFrom earlier rows are not looked at
   */
  private List<Long> keys(long lower, long rowsFrom, int limit) throws SQLException {
    Conditions having = new Conditions().add("min(started) >= ?", lower);
    addPosition(having);
    addFilters(having, query, search, store.idleSince(now));
    List<DayFile> files = holding(rowsFrom);
    List<Object> values = new ArrayList<>();
    String rows =
        rows(
            "trace_hash, trace_id, received, started, ended, app_errors, failed_at, answered_at,"
                + " agent, version_id, env, external_user, thread_id, cost_nano, priced, models,"
                + " providers, tools, preview, events, errors",
            files,
            "started >= " + rowsFrom,
            values);
    Map.Entry<String, Object> named = named();
    String among = "";
    if (named != null) {
      String condition = "started >= " + rowsFrom + " AND " + named.getKey();
      among =
          " WHERE trace_hash IN (SELECT trace_hash FROM ("
              + rows("trace_hash", files, condition, values, named.getValue())
              + "))";
    }
    values.addAll(having.values());
    String direction = query.sort().descending() ? " DESC" : "";
    List<Long> keys = new ArrayList<>();
    try (PreparedStatement sql =
        reader.prepareStatement(
            "SELECT trace_hash FROM ("
                + rows
                + ")"
                + among
                + " GROUP BY trace_hash HAVING "
                + having.text()
                + " ORDER BY "
                + value(query.sort())
                + direction
                + ", any_value(trace_id)"
                + direction
                + " LIMIT "
                + limit)) {
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

  private boolean isNamedRarely(long oldest) throws SQLException {
    Map.Entry<String, Object> named = named();
    if (named == null) {
      return false;
    }
    List<Object> values = new ArrayList<>();
    String condition = "started >= " + oldest + " AND " + named.getKey();
    String rows = rows("1", holding(oldest), condition, values, named.getValue());
    try (PreparedStatement sql = reader.prepareStatement("SELECT count(*) FROM (" + rows + ")")) {
      sql.setQueryTimeout(Question.SECONDS_MAX);
      Conditions.bind(sql, values);
      try (ResultSet row = sql.executeQuery()) {
        return row.next() && row.getLong(1) <= NAMED_MAX;
      }
    }
  }

  /**
   * A condition on one row that some row of each matching trace meets; null when the query has
   * none. It leaves few traces to add up.
   */
  private Map.@Nullable Entry<String, Object> named() {
    if (query.thread() != null) {
      return Map.entry("thread_id = ?", query.thread());
    }
    if (query.externalUserId() != null) {
      return Map.entry("external_user = ?", query.externalUserId());
    }
    if (query.agent() != null) {
      return Map.entry("agent = ?", query.agent());
    }
    if (query.version() != null) {
      return Map.entry("version_id = ?", query.version());
    }
    if (query.tool() != null) {
      return Map.entry("contains(tools, ?)", quoted(query.tool()));
    }
    return query.model() == null ? null : Map.entry("contains(models, ?)", quoted(query.model()));
  }

  private static String quoted(String name) {
    return TraceDelta.SEPARATOR + name + TraceDelta.SEPARATOR;
  }

  private void addPosition(Conditions having) {
    TraceQuery.Position after = query.after();
    if (after != null) {
      String value = value(query.sort());
      String behind = query.sort().descending() ? " < ?" : " > ?";
      having.add(
          "(" + value + behind + " OR (" + value + " = ? AND any_value(trace_id)" + behind + "))",
          after.value(),
          after.value(),
          after.traceId());
    }
  }

  /** The same number as {@link TraceSort#value}. */
  private static String value(TraceSort sort) {
    return switch (sort.by()) {
      case STARTED_AT -> "min(started)";
      case DURATION_MS -> "((max(ended) - min(started)) // 1000)";
      case COST ->
          "(CASE WHEN sum(priced) > 0 THEN sum(cost_nano)::BIGINT ELSE " + sort.unknown() + " END)";
      case EVENT_COUNT -> "sum(events)::BIGINT";
      case ERROR_COUNT -> "sum(errors)::BIGINT";
    };
  }

  /** What a query asks of a trace, but for the range in which it started and its place. */
  static void addFilters(Conditions having, TraceQuery query, TextSearch search, Instant idle) {
    long idleSince = EventRows.micros(idle);
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
    any(having, "agent", query.agent());
    any(having, "version_id", query.version());
    any(having, "env", query.environment() == null ? null : query.environment().name());
    any(having, "external_user", query.externalUserId());
    any(having, "thread_id", query.thread());
    if (query.minLatencyMs() != null) {
      having.add("max(ended) - min(started) >= ?", query.minLatencyMs() * 1_000);
    }
    if (query.minCostNanoUsd() != null) {
      having.add("sum(cost_nano) >= ?", query.minCostNanoUsd());
    }
    addName(having, "models", query.model());
    addName(having, "providers", query.provider());
    addName(having, "tools", query.tool());
    if (query.finding() != null) {
      having.add("trace_hash IN " + FaultTable.KEYS, query.finding(), query.finding());
    }
    if (query.text() != null) {
      TermConditions.add(having, QueryParser.parse(query.text()), search, idleSince);
    }
  }

  private static void any(Conditions having, String column, @Nullable String value) {
    if (value != null) {
      having.add("bool_or(" + column + " = ?)", value);
    }
  }

  private static void addName(Conditions having, String column, @Nullable String name) {
    if (name != null) {
      having.add("bool_or(contains(" + column + ", ?))", quoted(name));
    }
  }

  /**
   * The project's rows of the files that are not deleted; adds the values of its question marks.
   *
   * @param more values of the condition, which comes last
   */
  private String rows(
      String columns, List<DayFile> files, String condition, List<Object> values, Object... more) {
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
    for (TraceCatalog.Source source : store.catalog().sources(files)) {
      String where =
          source.condition()
              + " AND project = ? AND seq_last > "
              + hiddenTo
              + notDeleted
              + " AND "
              + condition;
      // all columns of a few rows: found by one column first, else all would be read of all rows
      String which =
          source.isCatalog() && columns.equals(Schema.TRACE_COLUMNS)
              ? "rowid IN (SELECT rowid FROM " + source.table() + " WHERE " + where + ")"
              : where;
      parts.add("SELECT " + columns + " FROM " + source.table() + " WHERE " + which);
      values.add(scope.project().value());
      values.addAll(Arrays.asList(more));
    }
    return String.join(" UNION ALL ", parts);
  }

  /** Files that may hold rows that began then or later; never none. */
  private List<DayFile> holding(long rowsFrom) {
    List<DayFile> visible = store.files().visible(scope.project());
    List<DayFile> files = new ArrayList<>();
    for (DayFile file : visible) {
      Manifest manifest = store.files().manifest(file);
      if (manifest == null || manifest.maxStarted() >= rowsFrom) {
        files.add(file);
      }
    }
    return files.isEmpty() ? visible : files;
  }

  /** Files with rows of at least one of the traces. */
  private List<DayFile> holding(List<Long> keys) throws SQLException {
    List<DayFile> files = new ArrayList<>();
    for (DayFile file : store.files().visible(scope.project())) {
      TraceKeys known = store.files().keys(file, reader);
      if (keys.stream().anyMatch(known::has)) {
        files.add(file);
      }
    }
    return files;
  }

  /** The traces of these keys, in their order. */
  private List<TraceSummary> summaries(List<Long> keys) throws SQLException {
    if (keys.isEmpty()) {
      return List.of();
    }
    String list = keys.stream().map(String::valueOf).collect(Collectors.joining(","));
    List<Object> values = new ArrayList<>();
    String rows = rows(Schema.TRACE_COLUMNS, holding(keys), "trace_hash IN (" + list + ")", values);
    Map<Long, TraceSummary> found = new HashMap<>();
    try (PreparedStatement sql = reader.prepareStatement(SummaryRows.select(rows))) {
      sql.setQueryTimeout(Question.SECONDS_MAX);
      Conditions.bind(sql, values);
      try (ResultSet row = sql.executeQuery()) {
        while (row.next()) {
          found.put(row.getLong("trace_hash"), SummaryRows.read(row, store.idleSince(now)));
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
