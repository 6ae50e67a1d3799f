package dev.whyops.store.duckdb;

/** Tables of the sums by hour, and how they are made from the rows of a file. */
final class RollupSql {
  /** Width of the buckets: the middle of one is at most 2 % from all of its values. */
  static final double BASE = 1.04;

  static final String[] TABLES = {
    "CREATE TABLE IF NOT EXISTS rollups.segments (id INTEGER, name VARCHAR)",
    """
    CREATE TABLE IF NOT EXISTS rollups.hours (
      segment INTEGER, project VARCHAR, hour BIGINT, env VARCHAR, agent VARCHAR,
      version_id VARCHAR, provider VARCHAR, model VARCHAR, tool VARCHAR, events BIGINT,
      llm_calls BIGINT, llm_errors BIGINT, tool_requests BIGINT, tool_results BIGINT,
      tool_errors BIGINT, errors BIGINT, t_input BIGINT, t_cache_read BIGINT, t_cache_5m BIGINT,
      t_cache_1h BIGINT, t_output BIGINT, t_reasoning BIGINT, cost_nano BIGINT, priced BIGINT,
      unpriced BIGINT, cost_rank INTEGER)\
    """,
    """
    CREATE TABLE IF NOT EXISTS rollups.buckets (
      segment INTEGER, project VARCHAR, dim TINYINT, hour BIGINT, env VARCHAR, val VARCHAR,
      kind TINYINT, bucket SMALLINT, n BIGINT)\
    """
  };

  /** What one row of {@code events} adds to the sums; the columns of {@code hours} after tool. */
  static final String ONE =
      """
      1 AS events, (type IN ('llm_response', 'embedding_response'))::INT AS llm_calls,
      (type IN ('llm_response', 'embedding_response') AND status <> 'ok')::INT AS llm_errors,
      (type = 'tool_call_request')::INT AS tool_requests,
      (type = 'tool_result')::INT AS tool_results,
      (type IN ('tool_result', 'tool_call_response') AND status <> 'ok')::INT AS tool_errors,
      (type = 'error' OR status = 'error')::INT AS errors, t_input, t_cache_read, t_cache_5m,
      t_cache_1h, t_output, t_reasoning, cost_nano, (cost_nano IS NOT NULL)::INT AS priced,
      (type IN ('llm_response', 'embedding_response') AND cost_nano IS NULL)::INT AS unpriced,
      CASE WHEN cost_nano IS NULL THEN 0 ELSE CASE cost_kind WHEN 'REPORTED' THEN 0
        WHEN 'COMPUTED' THEN 1 WHEN 'ESTIMATED' THEN 2 WHEN 'PARTIAL' THEN 3 ELSE 4 END END
        AS cost_rank\
      """;

  /** The measured times that have buckets, by their number. */
  static final String[] KINDS = {"latency_us", "ttft_us", "overhead_us"};

  /** Dimensions that buckets are kept for, by their number; 0 is none. */
  static final String[] DIMS = {"", "agent", "version_id", "provider", "model"};

  private static final String HOUR =
      "(ts // " + Rollups.HOUR_US + ") * " + Rollups.HOUR_US + " AS hour";

  private RollupSql() {}

  static String bucket(String column) {
    return "floor(ln(greatest(" + column + ", 1)) / ln(" + BASE + "))::SMALLINT";
  }

  static String hours(int id, DayFile file) {
    return """
    INSERT INTO rollups.hours SELECT %d, project, hour, env, agent, version_id, provider, model,
      tool, sum(events), sum(llm_calls), sum(llm_errors), sum(tool_requests), sum(tool_results),
      sum(tool_errors), sum(errors), sum(t_input), sum(t_cache_read), sum(t_cache_5m),
      sum(t_cache_1h), sum(t_output), sum(t_reasoning), sum(cost_nano), sum(priced),
      sum(unpriced), max(cost_rank)
    FROM (SELECT project, %s, env, agent, version_id, provider, model, tool, %s FROM %s.events
      WHERE status <> 'duplicate')
    GROUP BY project, hour, env, agent, version_id, provider, model, tool
    ORDER BY project, hour\
    """
        .formatted(id, HOUR, ONE, file.alias());
  }

  static String buckets(int id, DayFile file) {
    StringBuilder rows = new StringBuilder();
    for (int kind = 0; kind < KINDS.length; kind++) {
      rows.append(kind == 0 ? "" : " UNION ALL ");
      rows.append("SELECT project, ").append(HOUR);
      rows.append(", env, agent, version_id, provider, model, ").append(kind).append(" AS kind, ");
      rows.append(bucket(KINDS[kind])).append(" AS bucket FROM ").append(file.alias());
      rows.append(".events WHERE status <> 'duplicate' AND ").append(Aggregates.IS_CALL);
      rows.append(" AND ").append(KINDS[kind]).append(" IS NOT NULL");
    }
    StringBuilder sets = new StringBuilder();
    StringBuilder dim = new StringBuilder("CASE ");
    StringBuilder value = new StringBuilder("CASE ");
    for (int i = 0; i < DIMS.length; i++) {
      sets.append(i == 0 ? "(" : ", (").append("project, hour, env, kind, bucket");
      if (i > 0) {
        sets.append(", ").append(DIMS[i]);
        dim.append("WHEN grouping(").append(DIMS[i]).append(") = 0 THEN ").append(i).append(' ');
        value.append("WHEN grouping(").append(DIMS[i]).append(") = 0 THEN ");
        value.append(DIMS[i]).append(' ');
      }
      sets.append(')');
    }
    return "INSERT INTO rollups.buckets SELECT "
        + id
        + ", project, "
        + dim
        + "ELSE 0 END AS dim, hour, env, "
        + value
        + "END, kind, bucket, count(*) FROM ("
        + rows
        + ") GROUP BY GROUPING SETS ("
        + sets
        + ") ORDER BY dim, project, hour";
  }
}
