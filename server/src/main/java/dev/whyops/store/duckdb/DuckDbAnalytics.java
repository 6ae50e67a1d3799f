package dev.whyops.store.duckdb;

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
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Figures out of the day files. Thread-safe: each question has a connection of its own. */
public final class DuckDbAnalytics implements Analytics {
  private static final String IS_ERROR = "status <> 'ok'";
  private static final String TOOL_CALLS =
      "greatest(coalesce(sum(tool_requests), 0), coalesce(sum(tool_results), 0))";
  private static final Figures.Money NO_MONEY = new Figures.Money(null, "unpriced");
  private static final Figures.Overview NOTHING =
      new Figures.Overview(
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
          Times.NONE,
          Times.NONE,
          Times.NONE);

  private final DuckDbEventStore store;
  private final Question question;
  private final Times times;

  public DuckDbAnalytics(DuckDbEventStore store) {
    this.store = store;
    this.question = new Question(store);
    this.times = new Times(store, question);
  }

  /** Which agent, where. */
  private record AgentKey(String environment, String agent) {}

  /** Traces of one agent. */
  private record TraceCount(AgentKey key, long traces, long failed) {}

  /** Costs of one agent. */
  private record AgentCost(AgentKey key, Figures.Money cost) {}

  @Override
  public List<Figures.AgentRow> agents(ProjectScope scope, Filter filter) {
    Map<AgentKey, Figures.Money> costs = new HashMap<>();
    sums(
            scope,
            filter,
            true,
            "env, agent, " + Aggregates.MONEY,
            " GROUP BY env, agent",
            row -> new AgentCost(key(row), Aggregates.money(row)))
        .forEach(cost -> costs.put(cost.key(), cost.cost()));
    Map<Times.Key, Times.Three> latencies =
        times.read(scope, filter, true, Times.LATENCY, "agent", "env || chr(31) || g", "0");
    List<Figures.AgentRow> rows = new ArrayList<>();
    for (TraceCount count : traceCounts(scope, filter)) {
      AgentKey key = count.key();
      String both = key.environment() + TraceDelta.SEPARATOR + key.agent();
      Times.Three latency = latencies.getOrDefault(new Times.Key(both, 0), Times.Three.NONE);
      rows.add(
          new Figures.AgentRow(
              Environment.valueOf(key.environment()),
              key.agent(),
              count.traces(),
              count.failed(),
              latency.latency().p95(),
              costs.getOrDefault(key, NO_MONEY)));
    }
    return rows;
  }

  @Override
  public Figures.Overview overview(ProjectScope scope, Filter filter) {
    long traces = 0;
    long failed = 0;
    for (TraceCount count : traceCounts(scope, filter)) {
      traces += count.traces();
      failed += count.failed();
    }
    long allTraces = traces;
    long allFailed = failed;
    long users = users(scope, filter);
    Map<Times.Key, Times.Three> all = times.read(scope, filter, true, Times.ALL, "''", "g", "0");
    Times.Three three = all.getOrDefault(new Times.Key("", 0), Times.Three.NONE);
    return sums(
            scope,
            filter,
            true,
            "coalesce(sum(events), 0)::BIGINT AS events, coalesce(sum(llm_calls), 0)::BIGINT AS"
                + " llm_calls, "
                + TOOL_CALLS
                + "::BIGINT AS tool_calls, coalesce(sum(llm_errors), 0)::BIGINT AS llm_errors,"
                + " coalesce(sum(tool_errors), 0)::BIGINT AS tool_errors,"
                + " count(DISTINCT env || ' ' || agent) AS agents, "
                + Aggregates.TOKENS
                + ", "
                + Aggregates.MONEY,
            "",
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
                    users,
                    Aggregates.tokens(row),
                    Aggregates.money(row),
                    row.getLong("unpriced"),
                    three.latency(),
                    three.firstToken(),
                    three.overhead()))
        .stream()
        .findFirst()
        .orElse(NOTHING);
  }

  /** Sums hold no users, so that a deleted one is nowhere in them. */
  private long users(ProjectScope scope, Filter filter) {
    EventScan events = EventScan.events(store, scope, filter, "external_user");
    return events.isEmpty()
        ? 0
        : question
            .ask(
                "SELECT count(DISTINCT external_user) FROM " + events.text(),
                events.values(),
                row -> row.getLong(1))
            .getFirst();
  }

  /** Asks over rows that add up; no rows at all when there is nothing to read. */
  private <T> List<T> sums(
      ProjectScope scope,
      Filter filter,
      boolean rollups,
      String select,
      String grouped,
      Question.RowReader<T> reader) {
    List<Object> values = new ArrayList<>();
    String rows = new SumScan(store, scope, filter, rollups).rows(values);
    return rows.isEmpty()
        ? List.of()
        : question.ask("SELECT " + select + " FROM " + rows + grouped, values, reader);
  }

  @Override
  public List<Figures.Point> timeseries(
      ProjectScope scope, Filter filter, Metric metric, List<Group> groups, Duration interval) {
    String group = groups.isEmpty() ? "''" : column(groups.getFirst());
    long step = interval.toMillis() * 1_000;
    String bucket = "(ts // " + step + ") * " + step;
    if (metric == Metric.TRACES) {
      return traceSeries(scope, filter, group, bucket);
    }
    boolean rollups = step % Rollups.HOUR_US == 0 && !groups.contains(Group.USER);
    if (!metric.isSum()) {
      return times
          .read(scope, filter, rollups, Times.of(metric), group, "g", bucket)
          .entrySet()
          .stream()
          .flatMap(entry -> point(entry.getKey(), metric, entry.getValue()).stream())
          .sorted(Comparator.comparing(Figures.Point::bucket))
          .toList();
    }
    return sums(
        scope,
        filter,
        rollups,
        "coalesce(" + group + ", '') AS g, " + bucket + " AS bucket, " + value(metric) + " AS v",
        " GROUP BY 1, 2 HAVING v IS NOT NULL ORDER BY 2",
        DuckDbAnalytics::point);
  }

  /** A trace counts once, where it begins. */
  private List<Figures.Point> traceSeries(
      ProjectScope scope, Filter filter, String group, String bucket) {
    EventScan events = EventScan.events(store, scope, filter, Aggregates.COLUMNS);
    return events.isEmpty()
        ? List.of()
        : question.ask(
            "SELECT coalesce(g, '') AS g, "
                + bucket
                + " AS bucket, count(*) AS v FROM (SELECT "
                + group
                + " AS g, trace_hash, min(ts) AS ts FROM "
                + events.text()
                + " GROUP BY g, trace_hash) GROUP BY 1, 2 ORDER BY 2",
            events.values(),
            DuckDbAnalytics::point);
  }

  private static Figures.Point point(ResultSet row) throws SQLException {
    return new Figures.Point(
        text(row, "g"), TraceDelta.instant(row.getLong("bucket")), row.getDouble("v"));
  }

  private static Optional<Figures.Point> point(Times.Key key, Metric metric, Times.Three three) {
    Double value =
        switch (metric) {
          case LATENCY_P50 -> three.latency().p50();
          case LATENCY_P95 -> three.latency().p95();
          case LATENCY_P99 -> three.latency().p99();
          case TTFT_P50 -> three.firstToken().p50();
          case TTFT_P95 -> three.firstToken().p95();
          case OVERHEAD_P50 -> three.overhead().p50();
          case OVERHEAD_P95 -> three.overhead().p95();
          default -> throw new IllegalArgumentException("a sum: " + metric);
        };
    return value == null
        ? Optional.empty()
        : Optional.of(new Figures.Point(key.group(), TraceDelta.instant(key.at()), value));
  }

  @Override
  public List<Figures.CostRow> costs(ProjectScope scope, Filter filter, Group group) {
    return sums(
        scope,
        filter,
        group != Group.USER,
        grouped(group) + ", " + Aggregates.TOKENS + ", " + Aggregates.MONEY,
        " WHERE llm_calls > 0 GROUP BY g ORDER BY cost_nano DESC NULLS LAST, calls DESC, g",
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
    boolean rollups = group != Group.USER;
    Map<Times.Key, Times.Three> quantiles =
        times.read(scope, filter, rollups, Times.ALL, column(group), "g", "0");
    return sums(
        scope,
        filter,
        rollups,
        grouped(group) + ", sum(llm_errors)::BIGINT AS errors",
        " WHERE llm_calls > 0 GROUP BY g ORDER BY calls DESC, g",
        row -> {
          String name = text(row, "g");
          Times.Three three = quantiles.getOrDefault(new Times.Key(name, 0), Times.Three.NONE);
          return new Figures.LatencyRow(
              name,
              row.getLong("calls"),
              row.getLong("errors"),
              three.latency(),
              three.firstToken(),
              three.overhead());
        });
  }

  private static String grouped(Group group) {
    return "coalesce(" + column(group) + ", '') AS g, sum(llm_calls)::BIGINT AS calls";
  }

  @Override
  public List<Figures.ToolRow> tools(ProjectScope scope, Filter filter) {
    EventScan events = EventScan.events(store, scope, filter, Aggregates.COLUMNS);
    return events.isEmpty()
        ? List.of()
        : question.ask(
            "SELECT tool, greatest(count(*) FILTER (type = 'tool_call_request'), count(*) FILTER"
                + " (type = 'tool_result')) AS calls, count(*) FILTER (type IN ('tool_result',"
                + " 'tool_call_response') AND "
                + IS_ERROR
                + ") AS errors, count(DISTINCT trace_hash) AS traces, "
                + Aggregates.quantiles("l", "latency_us", "latency_us IS NOT NULL")
                + " FROM "
                + events.text()
                + " WHERE tool IS NOT NULL GROUP BY tool ORDER BY calls DESC, tool",
            events.values(),
            row ->
                new Figures.ToolRow(
                    text(row, "tool"),
                    row.getLong("calls"),
                    row.getLong("errors"),
                    Aggregates.quantiles(row, "l"),
                    row.getLong("traces")));
  }

  @Override
  public Figures.Behaviour behaviour(ProjectScope scope, Filter filter) {
    EventScan traces = EventScan.traces(store, scope, filter);
    if (traces.isEmpty()) {
      return new Figures.Behaviour(Times.NONE, List.of());
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
      case ERRORS -> "sum(errors)";
      case LLM_CALLS -> "sum(llm_calls)";
      case TOOL_CALLS -> TOOL_CALLS;
      case TOKENS ->
          "sum(coalesce(t_input, 0) + coalesce(t_cache_read, 0) + coalesce(t_cache_5m, 0)"
              + " + coalesce(t_cache_1h, 0) + coalesce(t_output, 0))";
      case INPUT_TOKENS -> "sum(t_input)";
      case OUTPUT_TOKENS -> "sum(t_output)";
      case CACHE_READ_TOKENS -> "sum(t_cache_read)";
      case COST -> "sum(cost_nano) / 1e9";
      default -> throw new IllegalArgumentException("no sum: " + metric);
    };
  }

  private static AgentKey key(ResultSet row) throws SQLException {
    return new AgentKey(text(row, "env"), text(row, "agent"));
  }

  private static String text(ResultSet row, String column) throws SQLException {
    return Objects.requireNonNull(row.getString(column));
  }
}
