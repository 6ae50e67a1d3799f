package dev.whyops.store.duckdb;

import dev.whyops.analytics.Figures;
import dev.whyops.analytics.Filter;
import dev.whyops.analytics.TraceGroups;
import dev.whyops.pricing.Cost;
import dev.whyops.project.ProjectScope;
import dev.whyops.trace.TraceFaults;
import dev.whyops.trace.TraceQuery;
import dev.whyops.trace.TraceSummary;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Facets, threads and users out of the day files. Thread-safe. */
public final class DuckDbTraceGroups implements TraceGroups {
  private static final int AGENTS_MAX = 20;
  private static final Filter EVER =
      Filter.between(Instant.EPOCH, Instant.parse("9999-01-01T00:00:00Z"));

  /** One row per trace; what threads and users are added up from. */
  private static final String TRACE =
      """
      SELECT trace_hash, arg_max(thread_id, seq_last) AS thread_id,
        arg_min(agent, seq_first) AS agent, arg_max(external_user, seq_last) AS external_user,
        min(started) AS started, max(ended) AS ended, %s AS failed,
        sum(t_input) AS t_input, sum(t_cache_read) AS t_cache_read,
        sum(t_cache_write) AS t_cache_write, sum(t_output) AS t_output,
        sum(t_reasoning) AS t_reasoning, sum(cost_nano) AS cost_nano,
        max(cost_rank) AS cost_rank, sum(priced) AS priced,
        arg_min(preview, seq_first) AS preview
      FROM %s GROUP BY trace_hash HAVING %s\
      """;

  private static final String SUMS =
      """
      min(started) AS started, max(ended) AS ended, count(*) AS traces,
      count(*) FILTER (failed) AS failed, sum(t_input)::BIGINT AS t_input,
      sum(t_cache_read)::BIGINT AS t_cache_read, sum(t_cache_write)::BIGINT AS t_cache_write,
      sum(t_output)::BIGINT AS t_output, sum(t_reasoning)::BIGINT AS t_reasoning,
      sum(cost_nano)::BIGINT AS cost_nano, max(cost_rank) AS cost_rank,
      sum(priced)::BIGINT AS priced\
      """;

  private final DuckDbEventStore store;
  private final TraceFaults faults;
  private final Clock clock;
  private final Question question;

  public DuckDbTraceGroups(DuckDbEventStore store, TraceFaults faults, Clock clock) {
    this.store = store;
    this.faults = faults;
    this.clock = clock;
    this.question = new Question(store);
  }

  @Override
  public Facets facets(ProjectScope scope, TraceQuery query, int valuesMax) {
    return new FacetCounts(store, question, faults, clock.instant()).read(scope, query, valuesMax);
  }

  @Override
  public List<TraceGroups.Thread> threads(
      ProjectScope scope, Filter filter, int limit, TraceGroups.@Nullable Position after) {
    Conditions which = after(new Conditions(), "thread_id", after);
    return threads(scope, EventScan.having(filter), filter, which, limit);
  }

  @Override
  public Optional<TraceGroups.Thread> thread(ProjectScope scope, String threadId) {
    Conditions having = EventScan.having(EVER).add("bool_or(thread_id = ?)", threadId);
    return threads(scope, having, EVER, new Conditions().add("thread_id = ?", threadId), 1).stream()
        .findFirst();
  }

  @Override
  public List<TraceGroups.User> users(
      ProjectScope scope,
      Filter filter,
      @Nullable String text,
      int limit,
      TraceGroups.@Nullable Position after) {
    Conditions which = after(new Conditions(), "external_user", after);
    if (text != null) {
      which.add("contains(lower(external_user), ?)", text.toLowerCase(Locale.ROOT));
    }
    return users(scope, EventScan.having(filter), filter, which, limit);
  }

  @Override
  public Optional<TraceGroups.User> user(ProjectScope scope, String externalUserId) {
    Conditions having = EventScan.having(EVER).add("bool_or(external_user = ?)", externalUserId);
    return users(scope, having, EVER, new Conditions().add("external_user = ?", externalUserId), 1)
        .stream()
        .findFirst();
  }

  private List<TraceGroups.Thread> threads(
      ProjectScope scope, Conditions having, Filter filter, Conditions which, int limit) {
    return grouped(
        scope,
        having,
        filter,
        "thread_id",
        "list_slice(list_sort(list_distinct(list(agent))), 1, "
            + AGENTS_MAX
            + ") AS agents, arg_max(external_user, ended) AS external_user,"
            + " arg_min(preview, started) AS preview",
        which,
        limit,
        DuckDbTraceGroups::thread);
  }

  private List<TraceGroups.User> users(
      ProjectScope scope, Conditions having, Filter filter, Conditions which, int limit) {
    having.add("arg_max(external_user, seq_last) IS NOT NULL");
    return grouped(
        scope,
        having,
        filter,
        "external_user",
        "count(DISTINCT thread_id) AS threads",
        which,
        limit,
        DuckDbTraceGroups::user);
  }

  private <T> List<T> grouped(
      ProjectScope scope,
      Conditions having,
      Filter filter,
      String column,
      String more,
      Conditions which,
      int limit,
      Question.RowReader<T> reader) {
    EventScan traces = EventScan.traces(store, scope, filter);
    if (traces.isEmpty()) {
      return List.of();
    }
    List<Object> values = new ArrayList<>(traces.values());
    values.addAll(having.values());
    values.addAll(which.values());
    String each = TRACE.formatted(TraceList.FAILED, traces.text(), having.text());
    String having2 = which.values().isEmpty() ? "" : " HAVING " + which.text();
    return question.ask(
        "SELECT "
            + column
            + ", "
            + SUMS
            + ", "
            + more
            + " FROM ("
            + each
            + ") GROUP BY "
            + column
            + having2
            + " ORDER BY max(ended) DESC, "
            + column
            + " DESC LIMIT "
            + (limit + 1),
        values,
        reader);
  }

  private static Conditions after(
      Conditions conditions, String column, TraceGroups.@Nullable Position after) {
    if (after != null) {
      long at = EventRows.micros(after.at());
      conditions.add(
          "(max(ended) < ? OR (max(ended) = ? AND " + column + " < ?))", at, at, after.id());
    }
    return conditions;
  }

  private static TraceGroups.Thread thread(ResultSet row) throws SQLException {
    List<String> agents = new ArrayList<>();
    for (Object agent : (Object[]) row.getArray("agents").getArray()) {
      agents.add(String.valueOf(agent));
    }
    String preview = row.getString("preview");
    return new TraceGroups.Thread(
        Objects.requireNonNull(row.getString("thread_id")),
        agents,
        row.getString("external_user"),
        TraceDelta.instant(row.getLong("started")),
        TraceDelta.instant(row.getLong("ended")),
        row.getLong("traces"),
        row.getLong("failed"),
        Aggregates.tokens(row),
        money(row),
        preview == null ? "" : preview);
  }

  private static TraceGroups.User user(ResultSet row) throws SQLException {
    return new TraceGroups.User(
        Objects.requireNonNull(row.getString("external_user")),
        TraceDelta.instant(row.getLong("started")),
        TraceDelta.instant(row.getLong("ended")),
        row.getLong("traces"),
        row.getLong("threads"),
        row.getLong("failed"),
        Aggregates.tokens(row),
        money(row));
  }

  /** As the trace list tells it: the rank holds whether something has no price. */
  private static Figures.Money money(ResultSet row) throws SQLException {
    boolean priced = row.getLong("priced") > 0;
    Cost.Kind weakest = Cost.Kind.values()[row.getInt("cost_rank")];
    return new Figures.Money(
        priced ? row.getLong("cost_nano") : null,
        TraceSummary.costKind(priced, weakest == Cost.Kind.UNPRICED, weakest));
  }
}
