package dev.whyops.store.duckdb;

import static dev.whyops.store.duckdb.Aggregates.IS_CALL;

import dev.whyops.analytics.Analytics;
import dev.whyops.analytics.Figures;
import dev.whyops.analytics.Filter;
import dev.whyops.project.Environment;
import dev.whyops.project.ProjectScope;
import dev.whyops.trace.TraceSummary.Tokens;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Figures out of the day files. Thread-safe: each question has a connection of its own. */
public final class DuckDbAnalytics implements Analytics {
  private static final String IS_ERROR = "status <> 'ok'";
  private static final Figures.Quantiles NO_VALUES =
      new Figures.Quantiles(0, null, null, null, null);
  private static final Figures.Money NO_MONEY = new Figures.Money(null, "unpriced");

  private final DuckDbEventStore store;
  private final Question question;

  public DuckDbAnalytics(DuckDbEventStore store) {
    this.store = store;
    this.question = new Question(store);
  }

  /** Which agent, where. */
  private record AgentKey(String environment, String agent) {}

  /** Traces of one agent. */
  private record TraceCount(AgentKey key, long traces, long failed) {}

  /** Calls of one agent. */
  private record CallSums(AgentKey key, @Nullable Double p95, Figures.Money cost) {}

  @Override
  public List<Figures.AgentRow> agents(ProjectScope scope, Filter filter) {
    EventScan events = EventScan.events(store, scope, filter, Aggregates.COLUMNS);
    if (events.isEmpty()) {
      return List.of();
    }
    Map<AgentKey, CallSums> calls = new HashMap<>();
    question
        .ask(
            "SELECT env, agent, "
                + Aggregates.MONEY
                + ", quantile_cont(latency_us, 0.95) FILTER ("
                + IS_CALL
                + ") AS p95 FROM "
                + events.text()
                + " GROUP BY env, agent",
            events.values(),
            row -> new CallSums(key(row), Aggregates.millis(row, "p95"), Aggregates.money(row)))
        .forEach(sums -> calls.put(sums.key(), sums));
    List<Figures.AgentRow> rows = new ArrayList<>();
    for (TraceCount count : traceCounts(scope, filter)) {
      @Nullable CallSums sums = calls.get(count.key());
      rows.add(
          new Figures.AgentRow(
              Environment.valueOf(count.key().environment()),
              count.key().agent(),
              count.traces(),
              count.failed(),
              sums == null ? null : sums.p95(),
              sums == null ? NO_MONEY : sums.cost()));
    }
    return rows;
  }

  @Override
  public Figures.Overview overview(ProjectScope scope, Filter filter) {
    EventScan events = EventScan.events(store, scope, filter, Aggregates.COLUMNS);
    long traces = 0;
    long failed = 0;
    for (TraceCount count : traceCounts(scope, filter)) {
      traces += count.traces();
      failed += count.failed();
    }
    if (events.isEmpty()) {
      return new Figures.Overview(
          0,
          0,
          0,
          0,
          0,
          0,
          0,
          0,
          0,
          new Tokens(0, 0, 0, 0, 0, 0),
          NO_MONEY,
          0,
          NO_VALUES,
          NO_VALUES,
          NO_VALUES);
    }
    long allTraces = traces;
    long allFailed = failed;
    return question
        .ask(
            "SELECT count(*) AS events, count(*) FILTER ("
                + IS_CALL
                + ") AS llm_calls, greatest(count(*) FILTER (type = 'tool_call_request'),"
                + " count(*) FILTER (type = 'tool_result')) AS tool_calls, count(*) FILTER ("
                + IS_CALL
                + " AND "
                + IS_ERROR
                + ") AS llm_errors, count(*) FILTER (type IN ('tool_result',"
                + " 'tool_call_response') AND "
                + IS_ERROR
                + ") AS tool_errors, count(DISTINCT env || ' ' || agent) AS agents,"
                + " count(DISTINCT external_user) AS users, "
                + Aggregates.TOKENS
                + ", "
                + Aggregates.MONEY
                + ", "
                + Aggregates.quantiles("l", "latency_us", IS_CALL)
                + ", "
                + Aggregates.quantiles("f", "ttft_us", IS_CALL)
                + ", "
                + Aggregates.quantiles("o", "overhead_us", IS_CALL)
                + " FROM "
                + events.text(),
            events.values(),
            row ->
                new Figures.Overview(
                    allTraces,
                    allFailed,
                    row.getLong("events"),
                    row.getLong("llm_calls"),
                    row.getLong("tool_calls"),
                    row.getLong("llm_errors"),
                    row.getLong("tool_errors"),
                    row.getLong("agents"),
                    row.getLong("users"),
                    Aggregates.tokens(row),
                    Aggregates.money(row),
                    row.getLong("unpriced"),
                    Aggregates.quantiles(row, "l"),
                    Aggregates.quantiles(row, "f"),
                    Aggregates.quantiles(row, "o")))
        .getFirst();
  }

  @Override
  public List<Figures.Point> timeseries(
      ProjectScope scope, Filter filter, Metric metric, List<Group> groups, Duration interval) {
    EventScan events = EventScan.events(store, scope, filter, Aggregates.COLUMNS);
    if (events.isEmpty()) {
      return List.of();
    }
    String group = groups.isEmpty() ? "''" : column(groups.getFirst());
    long step = interval.toMillis() * 1_000;
    String bucket = "(ts // " + step + ") * " + step;
    String rows =
        metric == Metric.TRACES
            // A trace counts once, where it begins.
            ? "(SELECT "
                + group
                + " AS g, trace_hash, min(ts) AS ts FROM "
                + events.text()
                + " GROUP BY g, trace_hash)"
            : "(SELECT *, " + group + " AS g FROM " + events.text() + ")";
    return question.ask(
        "SELECT coalesce(g, '') AS g, "
            + bucket
            + " AS bucket, "
            + value(metric)
            + " AS v FROM "
            + rows
            + " GROUP BY 1, 2 HAVING v IS NOT NULL ORDER BY 2",
        events.values(),
        row ->
            new Figures.Point(
                text(row, "g"), TraceDelta.instant(row.getLong("bucket")), row.getDouble("v")));
  }

  @Override
  public List<Figures.CostRow> costs(ProjectScope scope, Filter filter, Group group) {
    return byGroup(
        scope,
        filter,
        column(group),
        "count(*) AS calls, " + Aggregates.TOKENS + ", " + Aggregates.MONEY,
        IS_CALL,
        "cost_nano DESC NULLS LAST, calls DESC",
        row ->
            new Figures.CostRow(
                text(row, "g"),
                row.getLong("calls"),
                Aggregates.tokens(row),
                Aggregates.money(row),
                row.getLong("unpriced")));
  }

  @Override
  public List<Figures.LatencyRow> latency(ProjectScope scope, Filter filter, Group group) {
    return byGroup(
        scope,
        filter,
        column(group),
        "count(*) AS calls, count(*) FILTER ("
            + IS_ERROR
            + ") AS errors, "
            + Aggregates.quantiles("l", "latency_us", "true")
            + ", "
            + Aggregates.quantiles("f", "ttft_us", "true")
            + ", "
            + Aggregates.quantiles("o", "overhead_us", "true"),
        IS_CALL,
        "calls DESC",
        row ->
            new Figures.LatencyRow(
                text(row, "g"),
                row.getLong("calls"),
                row.getLong("errors"),
                Aggregates.quantiles(row, "l"),
                Aggregates.quantiles(row, "f"),
                Aggregates.quantiles(row, "o")));
  }

  @Override
  public List<Figures.ToolRow> tools(ProjectScope scope, Filter filter) {
    return byGroup(
        scope,
        filter,
        "tool",
        "greatest(count(*) FILTER (type = 'tool_call_request'), count(*) FILTER (type ="
            + " 'tool_result')) AS calls, count(*) FILTER (type IN ('tool_result',"
            + " 'tool_call_response') AND "
            + IS_ERROR
            + ") AS errors, count(DISTINCT trace_hash) AS traces, "
            + Aggregates.quantiles("l", "latency_us", "latency_us IS NOT NULL"),
        "tool IS NOT NULL",
        "calls DESC",
        row ->
            new Figures.ToolRow(
                text(row, "g"),
                row.getLong("calls"),
                row.getLong("errors"),
                Aggregates.quantiles(row, "l"),
                row.getLong("traces")));
  }

  @Override
  public Figures.Behaviour behaviour(ProjectScope scope, Filter filter) {
    EventScan traces = EventScan.traces(store, scope, filter);
    if (traces.isEmpty()) {
      return new Figures.Behaviour(NO_VALUES, List.of());
    }
    Conditions having = EventScan.having(filter);
    List<Object> values = new ArrayList<>(traces.values());
    values.addAll(having.values());
    String each =
        "(SELECT arg_max(version_id, seq_last) AS version_id, max(ended) - min(started) AS"
            + " duration, "
            + TraceList.FAILED
            + " AS failed FROM "
            + traces.text()
            + " GROUP BY trace_hash HAVING "
            + having.text()
            + ")";
    List<Figures.VersionRow> versions =
        question.ask(
            "SELECT version_id, count(*) AS traces, count(*) FILTER (failed) AS failed FROM "
                + each
                + " WHERE version_id IS NOT NULL GROUP BY version_id ORDER BY traces DESC",
            values,
            row ->
                new Figures.VersionRow(
                    text(row, "version_id"), row.getLong("traces"), row.getLong("failed")));
    Figures.Quantiles duration =
        question
            .ask(
                "SELECT " + Aggregates.quantiles("d", "duration", "true") + " FROM " + each,
                values,
                row -> Aggregates.quantiles(row, "d"))
            .getFirst();
    return new Figures.Behaviour(duration, versions);
  }

  private List<TraceCount> traceCounts(ProjectScope scope, Filter filter) {
    EventScan traces = EventScan.traces(store, scope, filter);
    if (traces.isEmpty()) {
      return List.of();
    }
    Conditions having = EventScan.having(filter);
    List<Object> values = new ArrayList<>(traces.values());
    values.addAll(having.values());
    return question.ask(
        "SELECT env, agent, count(*) AS traces, count(*) FILTER (failed) AS failed FROM (SELECT"
            + " arg_min(env, seq_first) AS env, arg_min(agent, seq_first) AS agent, "
            + TraceList.FAILED
            + " AS failed FROM "
            + traces.text()
            + " GROUP BY trace_hash HAVING "
            + having.text()
            + ") GROUP BY env, agent",
        values,
        row -> new TraceCount(key(row), row.getLong("traces"), row.getLong("failed")));
  }

  private <T> List<T> byGroup(
      ProjectScope scope,
      Filter filter,
      String column,
      String sums,
      String condition,
      String order,
      Question.RowReader<T> reader) {
    EventScan events = EventScan.events(store, scope, filter, Aggregates.COLUMNS);
    return events.isEmpty()
        ? List.of()
        : question.ask(
            "SELECT coalesce("
                + column
                + ", '') AS g, "
                + sums
                + " FROM "
                + events.text()
                + " WHERE "
                + condition
                + " GROUP BY g ORDER BY "
                + order
                + ", g",
            events.values(),
            reader);
  }

  private static String column(Group group) {
    return switch (group) {
      case AGENT -> "agent";
      case VERSION -> "version_id";
      case MODEL -> "model";
      case PROVIDER -> "provider";
      case USER -> "external_user";
      case ENVIRONMENT -> "env";
    };
  }

  private static String value(Metric metric) {
    return switch (metric) {
      case TRACES -> "count(*)";
      case ERRORS -> "count(*) FILTER (type = 'error' OR status = 'error')";
      case LLM_CALLS -> "count(*) FILTER (" + IS_CALL + ")";
      case TOOL_CALLS ->
          "greatest(count(*) FILTER (type = 'tool_call_request'),"
              + " count(*) FILTER (type = 'tool_result'))";
      case TOKENS ->
          "sum(coalesce(t_input, 0) + coalesce(t_cache_read, 0) + coalesce(t_cache_5m, 0)"
              + " + coalesce(t_cache_1h, 0) + coalesce(t_output, 0))";
      case INPUT_TOKENS -> "sum(t_input)";
      case OUTPUT_TOKENS -> "sum(t_output)";
      case CACHE_READ_TOKENS -> "sum(t_cache_read)";
      case COST -> "sum(cost_nano) / 1e9";
      case LATENCY_P50 -> quantile("latency_us", "0.5");
      case LATENCY_P95 -> quantile("latency_us", "0.95");
      case LATENCY_P99 -> quantile("latency_us", "0.99");
      case TTFT_P50 -> quantile("ttft_us", "0.5");
      case TTFT_P95 -> quantile("ttft_us", "0.95");
      case OVERHEAD_P50 -> quantile("overhead_us", "0.5");
      case OVERHEAD_P95 -> quantile("overhead_us", "0.95");
    };
  }

  private static String quantile(String column, String q) {
    return "quantile_cont(" + column + ", " + q + ") FILTER (" + IS_CALL + ") / 1000.0";
  }

  private static AgentKey key(ResultSet row) throws SQLException {
    return new AgentKey(text(row, "env"), text(row, "agent"));
  }

  private static String text(ResultSet row, String column) throws SQLException {
    return Objects.requireNonNull(row.getString(column));
  }
}
