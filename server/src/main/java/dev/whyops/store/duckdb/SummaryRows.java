package dev.whyops.store.duckdb;

import dev.whyops.pricing.Cost;
import dev.whyops.project.Environment;
import dev.whyops.trace.TraceSummary;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Adds up rows of {@code trace_delta} and reads the sums. */
final class SummaryRows {
  private SummaryRows() {}

  static String select(String rows) {
    return """
    SELECT trace_hash, any_value(trace_id) AS trace_id, arg_max(thread_id, seq_last) AS thread_id,
      arg_min(agent, seq_first) AS agent, arg_max(version_id, seq_last) AS version_id,
      arg_min(env, seq_first) AS env, arg_max(external_user, seq_last) AS external_user,
      max(received) AS received, min(started) AS started, max(ended) AS ended,
      sum(events)::BIGINT AS events, sum(llm_calls)::BIGINT AS llm_calls,
      greatest(sum(tool_requests), sum(tool_results))::BIGINT AS tool_calls,
      sum(errors)::BIGINT AS errors, sum(app_errors)::BIGINT AS app_errors,
      max(failed_at) AS failed_at, max(answered_at) AS answered_at,
      sum(t_input)::BIGINT AS t_input, sum(t_cache_read)::BIGINT AS t_cache_read,
      sum(t_cache_write)::BIGINT AS t_cache_write, sum(t_output)::BIGINT AS t_output,
      sum(t_reasoning)::BIGINT AS t_reasoning, sum(cost_nano)::BIGINT AS cost_nano,
      max(cost_rank) AS cost_rank, sum(priced)::BIGINT AS priced,
      string_agg(models, '') AS models, arg_min(preview, seq_first) AS preview
    FROM (%s) GROUP BY trace_hash\
    """
        .formatted(rows);
  }

  static TraceSummary read(ResultSet row, Instant idleSince) throws SQLException {
    Instant started = TraceDelta.instant(row.getLong("started"));
    Instant ended = TraceDelta.instant(row.getLong("ended"));
    boolean open = TraceDelta.instant(row.getLong("received")).isAfter(idleSince);
    boolean failed =
        row.getLong("app_errors") > 0 || row.getLong("failed_at") > row.getLong("answered_at");
    long input = row.getLong("t_input");
    long cacheRead = row.getLong("t_cache_read");
    long cacheWrite = row.getLong("t_cache_write");
    long output = row.getLong("t_output");
    boolean priced = row.getLong("priced") > 0;
    Cost.Kind weakest = Cost.Kind.values()[row.getInt("cost_rank")];
    String preview = row.getString("preview");
    return new TraceSummary(
        Objects.requireNonNull(row.getString("trace_id")),
        Objects.requireNonNull(row.getString("thread_id")),
        Objects.requireNonNull(row.getString("agent")),
        row.getString("version_id"),
        Environment.valueOf(row.getString("env")),
        row.getString("external_user"),
        open ? "open" : failed ? "error" : "ok",
        started,
        ended,
        Duration.between(started, ended).toMillis(),
        names(row.getString("models")),
        row.getInt("llm_calls"),
        row.getInt("tool_calls"),
        row.getInt("events"),
        row.getInt("errors"),
        new TraceSummary.Tokens(
            input,
            cacheRead,
            cacheWrite,
            output,
            row.getLong("t_reasoning"),
            input + cacheRead + cacheWrite + output),
        priced ? row.getLong("cost_nano") : null,
        TraceSummary.costKind(priced, weakest == Cost.Kind.UNPRICED, weakest),
        preview == null ? "" : preview);
  }

  static List<String> names(@Nullable String joined) {
    if (joined == null) {
      return List.of();
    }
    TreeSet<String> names = new TreeSet<>(Arrays.asList(joined.split(TraceDelta.SEPARATOR, -1)));
    names.remove("");
    return List.copyOf(names);
  }
}
