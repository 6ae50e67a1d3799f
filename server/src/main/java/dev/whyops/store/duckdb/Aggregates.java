package dev.whyops.store.duckdb;

import dev.whyops.analytics.Figures;
import dev.whyops.pricing.Cost;
import dev.whyops.trace.TraceSummary;
import dev.whyops.trace.TraceSummary.Tokens;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Sums and quantiles over rows of {@code events}, as SQL and as what is read from it. */
final class Aggregates {
  /** Answers of models: what has usage and a price. */
  static final String IS_CALL = "type IN ('llm_response', 'embedding_response')";

  /** What every column list of a scan must hold for these to work. */
  static final String COLUMNS =
      "seq, trace_hash, ts, env, agent, version_id, provider, model, tool, external_user, type,"
          + " status, latency_us, ttft_us, overhead_us, t_input, t_cache_read, t_cache_5m,"
          + " t_cache_1h, t_output, t_reasoning, cost_nano, cost_kind";

  static final String TOKENS =
      """
      coalesce(sum(t_input), 0)::BIGINT AS t_input,
      coalesce(sum(t_cache_read), 0)::BIGINT AS t_cache_read,
      (coalesce(sum(t_cache_5m), 0) + coalesce(sum(t_cache_1h), 0))::BIGINT AS t_cache_write,
      coalesce(sum(t_output), 0)::BIGINT AS t_output,
      coalesce(sum(t_reasoning), 0)::BIGINT AS t_reasoning\
      """;

  /** Over rows that add up. The kinds rank as {@link Cost.Kind} orders them. */
  static final String MONEY =
      """
      sum(cost_nano)::BIGINT AS cost_nano, coalesce(sum(priced), 0)::BIGINT AS priced,
      coalesce(sum(unpriced), 0)::BIGINT AS unpriced, coalesce(max(cost_rank), 0) AS cost_rank\
      """;

  private Aggregates() {}

  /** Quantiles of a column in microseconds, over the rows that the condition lets through. */
  static String quantiles(String name, String column, String condition) {
    StringBuilder sql = new StringBuilder();
    sql.append("count(").append(column).append(") FILTER (").append(condition).append(") AS ");
    sql.append(name).append("_n");
    for (String q : new String[] {"0.5", "0.95", "0.99"}) {
      sql.append(", quantile_cont(").append(column).append(", ").append(q).append(") FILTER (");
      sql.append(condition).append(") AS ").append(name).append('_').append(q.substring(2));
    }
    sql.append(", max(").append(column).append(") FILTER (").append(condition).append(") AS ");
    return sql.append(name).append("_max").toString();
  }

  static Figures.Quantiles quantiles(ResultSet row, String name) throws SQLException {
    return new Figures.Quantiles(
        row.getLong(name + "_n"),
        millis(row, name + "_5"),
        millis(row, name + "_95"),
        millis(row, name + "_99"),
        millis(row, name + "_max"));
  }

  static Tokens tokens(ResultSet row) throws SQLException {
    long input = row.getLong("t_input");
    long cacheRead = row.getLong("t_cache_read");
    long cacheWrite = row.getLong("t_cache_write");
    long output = row.getLong("t_output");
    return new Tokens(
        input,
        cacheRead,
        cacheWrite,
        output,
        row.getLong("t_reasoning"),
        input + cacheRead + cacheWrite + output);
  }

  static Figures.Money money(ResultSet row) throws SQLException {
    boolean priced = row.getLong("priced") > 0;
    Cost.Kind weakest = Cost.Kind.values()[row.getInt("cost_rank")];
    return new Figures.Money(
        priced ? row.getLong("cost_nano") : null,
        TraceSummary.costKind(priced, row.getLong("unpriced") > 0, weakest));
  }

  static @Nullable Double millis(ResultSet row, String column) throws SQLException {
    double micros = row.getDouble(column);
    return row.wasNull() ? null : Double.valueOf(micros / 1_000);
  }
}
