package dev.whyops.store.duckdb;

import dev.whyops.fault.Fault;
import java.io.IOException;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.duckdb.DuckDBConnection;

/**
 * Closes a day file for good: adds up its rows of traces, writes their keys and at last the
 * manifest. Every step may be done again, so a death at any moment costs a repetition only.
 */
final class Sealer {
  private static final String NAMES =
      """
      CASE WHEN count({c}) > 0 THEN chr(31) || array_to_string(list_sort(list_distinct(list_filter(
        string_split(string_agg({c}, ''), chr(31)), lambda x: x <> ''))), chr(31)) || chr(31) END\
      """;

  /**
   * A trace stays several rows where a filter may ask for one of several values, and where a
   * deletion hides some of them.
   */
  private static final String FOLDED =
      """
      SELECT min(seq_first), max(seq_last), bool_or(opens), project, env, trace_hash,
        any_value(trace_id), thread_id, agent, any_value(agent_id), version_id, external_user,
        max(received), min(started), max(ended), sum(events)::INTEGER, sum(llm_calls)::INTEGER,
        sum(tool_requests)::INTEGER, sum(tool_results)::INTEGER, sum(errors)::INTEGER,
        sum(app_errors)::INTEGER, max(failed_at), max(answered_at), sum(t_input)::BIGINT,
        sum(t_cache_read)::BIGINT, sum(t_cache_write)::BIGINT, sum(t_output)::BIGINT,
        sum(t_reasoning)::BIGINT, sum(cost_nano)::BIGINT, max(cost_rank), sum(priced)::INTEGER,
        max(latency_us), %s, %s, %s, arg_min(preview, seq_first)
      FROM %s.trace_delta
      GROUP BY project, env, trace_hash, thread_id, agent, version_id, external_user, %s
      ORDER BY project, min(started), trace_hash\
      """;

  private final DuckDBConnection connection;
  private final DayFile file;
  private final Hidden hidden;

  Sealer(DuckDBConnection connection, DayFile file, Hidden hidden) {
    this.connection = connection;
    this.file = file;
    this.hidden = hidden;
  }

  /** The manifest of the file, which is sealed from now on. */
  Manifest seal() throws SQLException, IOException {
    fold();
    Fault.maybe("seal-folded");
    writeKeys();
    Fault.maybe("seal-keys");
    Manifest manifest = manifest();
    manifest.write(file.manifest());
    Fault.maybe("seal-manifest");
    return manifest;
  }

  private void fold() throws SQLException {
    Conditions gone = new FileRewriter(connection, file, hidden, java.util.Set.of()).gone();
    String goneNow = String.join(" OR ", gone.texts()).replace("{seq}", "seq_last");
    String select =
        FOLDED.formatted(
            NAMES.replace("{c}", "models"),
            NAMES.replace("{c}", "providers"),
            NAMES.replace("{c}", "tools"),
            file.alias(),
            "(" + goneNow + ")");
    try (Statement sql = connection.createStatement()) {
      sql.execute("DROP TABLE IF EXISTS temp.folded");
      sql.execute(
          String.format(
              Locale.ROOT,
              Schema.TRACE_DELTA
                  .replace("CREATE", "CREATE TEMP")
                  .replace("%s.trace_delta", "folded")));
      try (PreparedStatement fold =
          connection.prepareStatement("INSERT INTO temp.folded " + select)) {
        Conditions.bind(fold, gone.values());
        fold.executeUpdate();
      }
      connection.commit();
      sql.execute("DROP TABLE " + file.alias() + ".trace_delta");
      sql.execute(String.format(Locale.ROOT, Schema.TRACE_DELTA, file.alias()));
      sql.execute("INSERT INTO " + file.alias() + ".trace_delta SELECT * FROM temp.folded");
      connection.commit();
      sql.execute("CHECKPOINT " + file.alias());
      connection.commit();
      sql.execute("DROP TABLE temp.folded");
      connection.commit();
    }
  }

  private void writeKeys() throws SQLException, IOException {
    String keys =
        "SELECT trace_hash, min(seq_first), max(seq_last), min(started) FROM "
            + file.alias()
            + ".trace_delta GROUP BY trace_hash";
    try (Statement sql = connection.createStatement()) {
      long count;
      try (ResultSet row = sql.executeQuery("SELECT count(*) FROM (" + keys + ")")) {
        row.next();
        count = row.getLong(1);
      }
      try (ResultSet rows = sql.executeQuery(keys + " ORDER BY trace_hash")) {
        SealedKeys.write(file.keys(), count, rows);
      }
      connection.commit();
    }
  }

  private Manifest manifest() throws SQLException {
    try (Statement sql = connection.createStatement();
        ResultSet row =
            sql.executeQuery(
                """
                SELECT e.n, s.last, e.t0, e.t1, d.s0, d.s1, d.projects FROM
                  (SELECT count(*) AS n, coalesce(min(ts), 0) AS t0, coalesce(max(ts), 0) AS t1
                    FROM %1$s.events) e,
                  (SELECT coalesce(max(last_seq), 0) AS last FROM %1$s.ingest_state) s,
                  (SELECT coalesce(min(started), 0) AS s0, coalesce(max(started), 0) AS s1,
                    coalesce(list(DISTINCT project), []) AS projects FROM %1$s.trace_delta) d\
                """
                    .formatted(file.alias()))) {
      row.next();
      List<String> projects = new ArrayList<>();
      for (Object project : (Object[]) Objects.requireNonNull(row.getArray(7)).getArray()) {
        projects.add(String.valueOf(project));
      }
      Manifest manifest =
          new Manifest(
              Manifest.FORMAT,
              row.getLong(1),
              row.getLong(2),
              row.getLong(3),
              row.getLong(4),
              row.getLong(5),
              row.getLong(6),
              projects.stream().sorted().toList());
      connection.commit();
      return manifest;
    }
  }
}
