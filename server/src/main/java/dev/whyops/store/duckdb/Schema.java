package dev.whyops.store.duckdb;

import java.util.List;

/**
 * Tables of a day file. No keys and no indexes: while a file is written, rows lie in order of the
 * journal, which is what look-ups prune by; once it is sealed they lie by trace. New columns of
 * events stand at the end and are added to older files when they are opened ({@link Columns}); any
 * other change of the schema is another {@link DayFile#format}.
 */
final class Schema {
  private Schema() {}

  static final String EVENTS =
      """
      CREATE TABLE %s.events (
        seq BIGINT, ord INTEGER, received BIGINT, event_id UUID, project VARCHAR, env VARCHAR,
        source VARCHAR, trace_hash BIGINT, trace_id VARCHAR, thread_id VARCHAR, span_id VARCHAR,
        parent_span VARCHAR, step INTEGER, parent_step INTEGER, type VARCHAR, agent VARCHAR,
        agent_id VARCHAR, version_id VARCHAR, provider VARCHAR, model VARCHAR,
        requested_model VARCHAR, tool VARCHAR, tool_call_id VARCHAR, response_id VARCHAR,
        external_user VARCHAR, ts BIGINT, clock_suspect BOOLEAN, latency_us BIGINT, ttft_us BIGINT,
        overhead_us BIGINT, t_input BIGINT, t_cache_read BIGINT, t_cache_5m BIGINT,
        t_cache_1h BIGINT, t_output BIGINT, t_reasoning BIGINT, usage_rule VARCHAR,
        usage_odd BOOLEAN, cost_nano BIGINT, cost_kind VARCHAR, cost_row VARCHAR,
        cost_book INTEGER, cost_reported BIGINT, finish VARCHAR, status VARCHAR,
        continuity VARCHAR, content VARCHAR USING COMPRESSION zstd, content_refs INTEGER[],
        metadata VARCHAR USING COMPRESSION zstd, metadata_refs INTEGER[],
        m_input_audio BIGINT, m_input_image BIGINT, m_cache_audio BIGINT, m_cache_image BIGINT,
        m_output_audio BIGINT, m_output_image BIGINT)
      """;

  /** Parts of the token classes above; files of the first days lack them. */
  static final List<String> MEDIA =
      List.of(
          "m_input_audio",
          "m_input_image",
          "m_cache_audio",
          "m_cache_image",
          "m_output_audio",
          "m_output_image");

  static final String CALLS =
      """
      CREATE TABLE %s.calls (
        seq BIGINT, call_id VARCHAR, project VARCHAR, env VARCHAR, key_id VARCHAR,
        trace_hash BIGINT, trace_id VARCHAR, agent VARCHAR, provider VARCHAR, kind VARCHAR,
        method VARCHAR, path VARCHAR, received BIGINT, status INTEGER, end_reason VARCHAR,
        capture VARCHAR, continuity VARCHAR, provider_request_id VARCHAR, request_bytes BIGINT,
        answer_bytes BIGINT, request_hash VARCHAR, answer_hash VARCHAR, truncated BOOLEAN,
        routable_ns BIGINT, sent_ns BIGINT, body_sent_ns BIGINT, up_first_ns BIGINT,
        up_content_ns BIGINT, down_first_ns BIGINT, up_last_ns BIGINT, down_last_ns BIGINT,
        rewrites VARCHAR, timeline BIGINT[], notes VARCHAR,
        request VARCHAR USING COMPRESSION zstd, request_refs INTEGER[])
      """;

  static final String MESSAGES =
      "CREATE TABLE %s.msgs (id INTEGER, hash UUID, body VARCHAR USING COMPRESSION zstd)";

  /** One row per trace and batch; sums of rows are sums of the trace. */
  static final String TRACE_DELTA =
      """
      CREATE TABLE %s.trace_delta (
        seq_first BIGINT, seq_last BIGINT, opens BOOLEAN, project VARCHAR, env VARCHAR,
        trace_hash BIGINT, trace_id VARCHAR, thread_id VARCHAR, agent VARCHAR, agent_id VARCHAR,
        version_id VARCHAR, external_user VARCHAR, received BIGINT, started BIGINT, ended BIGINT,
        events INTEGER, llm_calls INTEGER, tool_requests INTEGER, tool_results INTEGER,
        errors INTEGER, app_errors INTEGER, failed_at BIGINT, answered_at BIGINT,
        t_input BIGINT, t_cache_read BIGINT, t_cache_write BIGINT, t_output BIGINT,
        t_reasoning BIGINT, cost_nano BIGINT, cost_rank INTEGER, priced INTEGER, latency_us BIGINT,
        models VARCHAR, providers VARCHAR, tools VARCHAR, preview VARCHAR)
      """;

  static final String TRACE_COLUMNS =
      "seq_first, seq_last, opens, project, env, trace_hash, trace_id, thread_id, agent, "
          + "agent_id, version_id, external_user, received, started, ended, events, llm_calls, "
          + "tool_requests, tool_results, errors, app_errors, failed_at, answered_at, t_input, "
          + "t_cache_read, t_cache_write, t_output, t_reasoning, cost_nano, cost_rank, priced, "
          + "latency_us, models, providers, tools, preview";

  static final String INGEST_STATE =
      "CREATE TABLE %s.ingest_state (last_seq BIGINT, replay_from BIGINT)";

  static final String TOMBSTONES =
      "CREATE TABLE %s.tombstones (seq BIGINT, project VARCHAR, trace_hash BIGINT, trace_id"
          + " VARCHAR)";

  /**
   * What figures and joins are made of; everything else of a sealed file's events lies in its
   * blocks.
   */
  static final String SEALED_COLUMNS =
      "seq, ord, project, env, source, trace_hash, trace_id, response_id, step, type, agent,"
          + " version_id, provider, model, tool, external_user, ts, latency_us, ttft_us,"
          + " overhead_us, t_input, t_cache_read, t_cache_5m, t_cache_1h, t_output, t_reasoning,"
          + " cost_nano, cost_kind, status";

  static final String SEALED_EVENTS =
      """
      CREATE TABLE %s.events (
        seq BIGINT, ord INTEGER, project VARCHAR, env VARCHAR, source VARCHAR, trace_hash BIGINT,
        trace_id VARCHAR, response_id VARCHAR, step INTEGER, type VARCHAR, agent VARCHAR, version_id VARCHAR, provider VARCHAR, model VARCHAR,
        tool VARCHAR, external_user VARCHAR, ts BIGINT, latency_us BIGINT, ttft_us BIGINT,
        overhead_us BIGINT, t_input BIGINT, t_cache_read BIGINT, t_cache_5m BIGINT,
        t_cache_1h BIGINT, t_output BIGINT, t_reasoning BIGINT, cost_nano BIGINT,
        cost_kind VARCHAR, status VARCHAR)
      """;

  /** Blocks of a trace follow each other; {@code said} are shared parts that its contents have. */
  static final String BLOCKS =
      """
      CREATE TABLE %s.blocks (
        trace_hash BIGINT, chunk INTEGER, project VARCHAR, started BIGINT, said INTEGER[],
        body BLOB USING COMPRESSION uncompressed)
      """;

  /** Parts that several traces have, each compressed by itself. */
  static final String SHARED =
      "CREATE TABLE %s.shared (id INTEGER, body BLOB USING COMPRESSION uncompressed)";

  /** Tables of a sealed file: rows lie by project, start of their trace and trace. */
  static final String[] SEALED = {
    SEALED_EVENTS, CALLS, BLOCKS, SHARED, TRACE_DELTA, INGEST_STATE, TOMBSTONES
  };

  static final String[] ALL = {EVENTS, CALLS, MESSAGES, TRACE_DELTA, INGEST_STATE, TOMBSTONES};
}
