package dev.whyops.store.duckdb;

import dev.whyops.project.ProjectId;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.duckdb.DuckDBConnection;

/** What must leave a file: it was deleted, or the time that its project keeps things is over. */
final class Gone {
  private final Set<ProjectId> expired;
  private final Map<ProjectId, Long> projects;
  private final List<Hidden.Trace> traces;
  private final Map<Long, Hidden.Trace> byKey = new HashMap<>();

  /**
   * @param expired projects whose time for this file is over
   */
  Gone(Hidden hidden, Set<ProjectId> expired) {
    this.expired = Set.copyOf(expired);
    this.projects = hidden.projects();
    this.traces = hidden.traces();
    traces.forEach(trace -> byKey.put(trace.key(), trace));
  }

  /** Whether a row must go. */
  boolean has(ProjectId project, long key, long seq) {
    Hidden.Trace trace = byKey.get(key);
    return expired.contains(project)
        || seq <= projects.getOrDefault(project, 0L)
        || (trace != null && trace.project().equals(project) && seq <= trace.seq());
  }

  /** The same, over a column of sequences; never true of nothing. */
  Conditions over(String seq) {
    Conditions any = new Conditions().add("false");
    for (ProjectId project : expired) {
      any.add("project = ?", project.value());
    }
    projects.forEach(
        (project, upTo) -> any.add("(project = ? AND " + seq + " <= ?)", project.value(), upTo));
    for (Hidden.Trace trace : traces) {
      any.add(
          "(project = ? AND trace_hash = ? AND " + seq + " <= ?)",
          trace.project().value(),
          trace.key(),
          trace.seq());
    }
    return any;
  }

  /** Whether the file holds any of it. Sums are asked first: they are few. */
  boolean isIn(DuckDBConnection connection, DayFile file) throws SQLException {
    return isIn(connection, file, "trace_delta", "seq_first")
        && (isIn(connection, file, "events", "seq") || isIn(connection, file, "calls", "seq"));
  }

  private boolean isIn(DuckDBConnection connection, DayFile file, String table, String seq)
      throws SQLException {
    Conditions any = over(seq);
    try (PreparedStatement sql =
        connection.prepareStatement(
            "SELECT 1 FROM "
                + file.alias()
                + "."
                + table
                + " WHERE "
                + any.anyText()
                + " LIMIT 1")) {
      Conditions.bind(sql, any.values());
      try (ResultSet row = sql.executeQuery()) {
        return row.next();
      }
    }
  }
}
