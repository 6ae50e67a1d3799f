package dev.whyops.store.duckdb;

import dev.whyops.fault.Fault;
import dev.whyops.project.ProjectId;
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
import java.util.Map;
import java.util.Set;
import org.duckdb.DuckDBConnection;

/**
 * Writes a closed day file anew without what was deleted or is past its time, as the next
 * generation of the file. A row that is deleted in place would leave its bytes in the file.
 */
final class FileRewriter {
  /** Columns that hold pairs of (offset, part). */
  private static final List<String> REFS =
      List.of("events.content_refs", "events.metadata_refs", "calls.request_refs");

  private final DuckDBConnection connection;
  private final DayFile file;
  private final Conditions gone;

  /**
   * @param expired projects whose time for this file is over
   */
  FileRewriter(DuckDBConnection connection, DayFile file, Hidden hidden, Set<ProjectId> expired) {
    this.connection = connection;
    this.file = file;
    this.gone = new Conditions().add("false");
    for (ProjectId project : expired) {
      gone.add("project = ?", project.value());
    }
    for (Map.Entry<ProjectId, Long> project : hidden.projects().entrySet()) {
      gone.add("(project = ? AND {seq} <= ?)", project.getKey().value(), project.getValue());
      // deleted traces of a project are told one by one
    }
    for (Hidden.Trace trace : hidden.traces()) {
      gone.add(
          "(project = ? AND trace_hash = ? AND {seq} <= ?)",
          trace.project().value(),
          trace.key(),
          trace.seq());
    }
  }

  /** What must go, as alternatives over a sequence {@code {seq}}. */
  Conditions gone() {
    return gone;
  }

  /** Whether the file holds anything that must go. */
  boolean isNeeded() throws SQLException {
    try (PreparedStatement sql =
        connection.prepareStatement(
            "SELECT 1 FROM "
                + file.alias()
                + ".trace_delta WHERE "
                + goneFrom("seq_first")
                + " LIMIT 1")) {
      Conditions.bind(sql, gone.values());
      try (ResultSet row = sql.executeQuery()) {
        return row.next();
      }
    }
  }

  /** The new generation, complete and safe on disk but not attached. */
  DayFile rewrite() throws SQLException, IOException {
    DayFile next = file.nextGeneration();
    Path unfinished = next.path().resolveSibling(next.path().getFileName() + ".new");
    Files.deleteIfExists(unfinished);
    try (Statement sql = connection.createStatement()) {
      sql.execute(
          "ATTACH '"
              + unfinished.toAbsolutePath().toString().replace("'", "''")
              + "' AS rewritten");
      for (String table : Schema.ALL) {
        sql.execute(String.format(Locale.ROOT, table, "rewritten"));
      }
      copy("events", "seq");
      copy("calls", "seq");
      copy("trace_delta", "seq_last");
      for (String table : List.of("ingest_state", "tombstones")) {
        sql.execute(
            "INSERT INTO rewritten." + table + " SELECT * FROM " + file.alias() + "." + table);
      }
      sql.execute(
          "INSERT INTO rewritten.msgs SELECT * FROM "
              + file.alias()
              + ".msgs WHERE id IN ("
              + usedParts()
              + ")");
      connection.commit();
      sql.execute("CHECKPOINT rewritten");
      connection.commit();
      sql.execute("DETACH rewritten");
      connection.commit();
    }
    Fault.maybe("rewrite-written");
    Files.move(unfinished, next.path(), StandardCopyOption.ATOMIC_MOVE);
    Fault.maybe("rewrite-named");
    return next;
  }

  private void copy(String table, String seq) throws SQLException {
    try (PreparedStatement sql =
        connection.prepareStatement(
            "INSERT INTO rewritten."
                + table
                + " SELECT * FROM "
                + file.alias()
                + "."
                + table
                + " WHERE NOT ("
                + goneFrom(seq)
                + ")")) {
      Conditions.bind(sql, gone.values());
      sql.executeUpdate();
    }
  }

  private String goneFrom(String seq) {
    return String.join(" OR ", gone.texts()).replace("{seq}", seq);
  }

  private static String usedParts() {
    List<String> parts = new ArrayList<>();
    for (String column : REFS) {
      String table = column.substring(0, column.indexOf('.'));
      String name = column.substring(column.indexOf('.') + 1);
      parts.add(
          "SELECT unnest(list_filter("
              + name
              + ", lambda x, i: i % 2 = 0)) FROM rewritten."
              + table);
    }
    return String.join(" UNION ", parts);
  }
}
