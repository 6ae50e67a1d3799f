package dev.whyops.store.duckdb;

import dev.whyops.fault.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
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
 * Closes a day file for good, or takes out of a closed one what must go: writes its next
 * generation, in which rows lie by trace, with the keys of its traces and a manifest beside it. A
 * row that is deleted in place would leave its bytes in the file.
 *
 * <p>The old file is not touched, and the new one gets its name last, so a death at any moment
 * costs a repetition only.
 */
final class Sealer {
  private static final String NAMES =
      """
      CASE WHEN count({c}) > 0 THEN chr(31) || array_to_string(list_sort(list_distinct(list_filter(
        string_split(string_agg({c}, ''), chr(31)), lambda x: x <> ''))), chr(31)) || chr(31) END\
      """;

  /** A trace stays several rows where a filter may ask for one of several values. */
  private static final String FOLDED =
      """
      INSERT INTO sealing.trace_delta
      SELECT min(seq_first), max(seq_last), bool_or(opens), project, env, trace_hash,
        any_value(trace_id), thread_id, agent, any_value(agent_id), version_id, external_user,
        max(received), min(started), max(ended), sum(events)::INTEGER, sum(llm_calls)::INTEGER,
        sum(tool_requests)::INTEGER, sum(tool_results)::INTEGER, sum(errors)::INTEGER,
        sum(app_errors)::INTEGER, max(failed_at), max(answered_at), sum(t_input)::BIGINT,
        sum(t_cache_read)::BIGINT, sum(t_cache_write)::BIGINT, sum(t_output)::BIGINT,
        sum(t_reasoning)::BIGINT, sum(cost_nano)::BIGINT, max(cost_rank), sum(priced)::INTEGER,
        max(latency_us), %s, %s, %s, arg_min(preview, seq_first)
      FROM %s.trace_delta WHERE NOT %s
      GROUP BY project, env, trace_hash, thread_id, agent, version_id, external_user
      ORDER BY project, min(started), trace_hash\
      """;

  private static final String CALLS =
      "INSERT INTO sealing.calls SELECT * FROM %s.calls WHERE NOT %s"
          + " ORDER BY project, trace_hash, seq";

  private final DuckDBConnection connection;
  private final DayFile file;
  private final DayFile next;
  private final Gone gone;

  Sealer(DuckDBConnection connection, DayFile file, Gone gone) {
    this.connection = connection;
    this.file = file;
    this.next = file.nextGeneration();
    this.gone = gone;
  }

  /** The new generation, complete and safe on disk but not attached. */
  DayFile seal() throws SQLException, IOException {
    Path unfinished = next.path().resolveSibling(next.path().getFileName() + ".new");
    Files.deleteIfExists(unfinished);
    Files.deleteIfExists(unfinished.resolveSibling(unfinished.getFileName() + ".wal"));
    attach(unfinished);
    try {
      fill();
      Fault.maybe("seal-filled");
      writeKeys();
      Fault.maybe("seal-keys");
      manifest().write(next.manifest());
      Fault.maybe("seal-manifest");
    } catch (SQLException | IOException | RuntimeException e) {
      connection.rollback();
      detach();
      throw e;
    }
    detach();
    Files.move(unfinished, next.path(), StandardCopyOption.ATOMIC_MOVE);
    Fault.maybe("seal-named");
    return next;
  }

  private void attach(Path unfinished) throws SQLException {
    try (Statement sql = connection.createStatement()) {
      sql.execute("DETACH DATABASE IF EXISTS sealing");
      sql.execute(
          "ATTACH '" + unfinished.toAbsolutePath().toString().replace("'", "''") + "' AS sealing");
      for (String table : Schema.SEALED) {
        sql.execute(String.format(Locale.ROOT, table, "sealing"));
      }
      connection.commit();
    }
  }

  private void detach() throws SQLException {
    try (Statement sql = connection.createStatement()) {
      sql.execute("DETACH sealing");
      connection.commit();
    }
  }

  private void fill() throws SQLException, IOException {
    copy(CALLS, "seq");
    copy(
        FOLDED.formatted(
            NAMES.replace("{c}", "models"),
            NAMES.replace("{c}", "providers"),
            NAMES.replace("{c}", "tools"),
            "%s",
            "%s"),
        "seq_last");
    for (String table : List.of("ingest_state", "tombstones")) {
      try (Statement sql = connection.createStatement()) {
        sql.execute(
            "INSERT INTO sealing." + table + " SELECT * FROM " + file.alias() + "." + table);
      }
    }
    if (file.isSealed()) {
      copy("INSERT INTO sealing.events SELECT * FROM %s.events WHERE NOT %s", "seq");
      try (BlockWriter out = blocks()) {
        new BlockCopy(connection, file, gone).write(out, "sealing");
      }
    } else {
      try (Sorting sorting = Sorting.of(connection, file, gone);
          BlockWriter out = blocks()) {
        Fault.maybe("seal-sorted");
        sorting.writeBlocks(out);
        try (Statement sql = connection.createStatement()) {
          sql.execute(
              "INSERT INTO sealing.events SELECT "
                  + Schema.SEALED_COLUMNS
                  + " FROM temp.sorting_events");
        }
      }
    }
    connection.commit();
    try (Statement sql = connection.createStatement()) {
      sql.execute("CHECKPOINT sealing");
      connection.commit();
    }
  }

  private BlockWriter blocks() throws SQLException {
    DuckDb.begin(connection);
    return new BlockWriter(connection, "sealing");
  }

  private void copy(String insert, String seq) throws SQLException {
    Conditions any = gone.over(seq);
    try (PreparedStatement sql =
        connection.prepareStatement(insert.formatted(file.alias(), any.anyText()))) {
      Conditions.bind(sql, any.values());
      sql.executeUpdate();
    }
    connection.commit();
  }

  private void writeKeys() throws SQLException, IOException {
    String keys =
        "SELECT trace_hash, min(seq_first), max(seq_last), min(started)"
            + " FROM sealing.trace_delta GROUP BY trace_hash";
    try (Statement sql = connection.createStatement()) {
      long count;
      try (ResultSet row = sql.executeQuery("SELECT count(*) FROM (" + keys + ")")) {
        row.next();
        count = row.getLong(1);
      }
      try (ResultSet rows = sql.executeQuery(keys + " ORDER BY trace_hash")) {
        SealedKeys.write(next.keys(), count, rows);
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
                    FROM sealing.events) e,
                  (SELECT coalesce(max(last_seq), 0) AS last FROM sealing.ingest_state) s,
                  (SELECT coalesce(min(started), 0) AS s0, coalesce(max(started), 0) AS s1,
                    coalesce(list(DISTINCT project), []) AS projects FROM sealing.trace_delta) d\
                """)) {
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
