package dev.whyops.store.duckdb;

import dev.whyops.event.Event;
import dev.whyops.event.EventType;
import dev.whyops.project.ProjectId;
import dev.whyops.record.Landed;
import dev.whyops.record.Superseded;
import dev.whyops.record.ToldAnswer;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;

/**
 * Answers that several tell of: which are stored, and which of them no longer count.
 *
 * <p>A row is superseded in a transaction of its own before the batch that says so. Should the
 * server die between the two, the journal brings the batch again, and the row is a duplicate
 * already. It happens when somebody tells of an answer before the proxy's record of it is written:
 * rare, so looking the row up by its place in the journal is cheap enough.
 */
final class StoredAnswers {
  /** So many sequences back answers are remembered over a restart. */
  private static final int SEQUENCES = 200_000;

  private final DuckDBConnection connection;
  private final DayFiles files;

  /**
   * @param connection the one that writes
   */
  StoredAnswers(DuckDBConnection connection, DayFiles files) {
    this.connection = connection;
    this.files = files;
  }

  static List<ToldAnswer> latest(DuckDBConnection reader, DayFiles files, long lastSeq)
      throws SQLException {
    List<ToldAnswer> answers = new ArrayList<>();
    for (DayFile file : files.oldestFirst()) {
      Manifest manifest = files.manifest(file);
      if (manifest != null && manifest.lastSeq() <= lastSeq - SEQUENCES) {
        continue;
      }
      try (PreparedStatement sql =
          reader.prepareStatement(
              "SELECT project, trace_id, response_id, source, type, seq, ord FROM "
                  + file.alias()
                  + ".events WHERE seq > ? AND response_id IS NOT NULL AND (type = 'llm_response'"
                  + " OR type = 'user_message' AND source = 'OTLP') AND status <> ?"
                  + " ORDER BY seq, ord")) {
        sql.setLong(1, lastSeq - SEQUENCES);
        sql.setString(2, Event.DUPLICATE);
        try (ResultSet row = sql.executeQuery()) {
          while (row.next()) {
            answers.add(read(row));
          }
        }
      }
    }
    return answers;
  }

  private static ToldAnswer read(ResultSet row) throws SQLException {
    return new ToldAnswer(
        new ProjectId(text(row, 1)),
        text(row, 2),
        text(row, 3),
        Event.Source.valueOf(text(row, 4)),
        text(row, 5).equals(EventType.LLM_RESPONSE.wireName()),
        row.getLong(6),
        row.getInt(7));
  }

  private static String text(ResultSet row, int column) throws SQLException {
    return Objects.requireNonNull(row.getString(column));
  }

  void supersede(List<Superseded> rows) throws SQLException {
    for (Superseded row : rows) {
      long key = TraceKey.of(row.project(), row.traceId());
      for (DayFile file : files.newestFirst()) {
        boolean sealed = files.manifest(file) != null;
        if (!sealed && files.mayHold(file, key) && mark(file, key, row)) {
          recount(file, key, row.seq());
          break;
        }
      }
      connection.commit();
    }
  }

  private boolean mark(DayFile file, long key, Superseded row) throws SQLException {
    try (PreparedStatement sql =
        connection.prepareStatement(
            "UPDATE "
                + file.alias()
                + ".events SET status = ? WHERE seq = ? AND ord = ? AND trace_hash = ?"
                + " AND status <> ?")) {
      sql.setString(1, Event.DUPLICATE);
      sql.setLong(2, row.seq());
      sql.setInt(3, row.ordinal());
      sql.setLong(4, key);
      sql.setString(5, Event.DUPLICATE);
      return sql.executeUpdate() > 0;
    }
  }

  /** A row of sums that is added up again. */
  private record Sums(long seqFirst, long seqLast, boolean opens, @Nullable String preview) {}

  /** Adds up the events of the batch with this sequence anew. */
  private void recount(DayFile file, long key, long seq) throws SQLException {
    Sums sums = takeOut(file, key, seq);
    if (sums == null) {
      return;
    }
    List<Landed> events = events(file, key, sums);
    TraceDelta delta = new TraceDelta(key, events.getFirst(), false);
    events.forEach(delta::add);
    delta.preview(sums.preview());
    try (DuckDBAppender row =
        connection.createAppender(file.alias(), DuckDBConnection.DEFAULT_SCHEMA, "trace_delta")) {
      delta.write(row, sums.opens());
    }
  }

  private @Nullable Sums takeOut(DayFile file, long key, long seq) throws SQLException {
    String which =
        file.alias() + ".trace_delta WHERE trace_hash = ? AND seq_first <= ? AND seq_last >= ?";
    Sums sums = null;
    try (PreparedStatement sql =
        connection.prepareStatement("SELECT seq_first, seq_last, opens, preview FROM " + which)) {
      try (ResultSet row = bound(sql, key, seq).executeQuery()) {
        if (row.next()) {
          sums = new Sums(row.getLong(1), row.getLong(2), row.getBoolean(3), row.getString(4));
        }
      }
    }
    try (PreparedStatement sql = connection.prepareStatement("DELETE FROM " + which)) {
      bound(sql, key, seq).executeUpdate();
    }
    return sums;
  }

  private static PreparedStatement bound(PreparedStatement sql, long key, long seq)
      throws SQLException {
    sql.setLong(1, key);
    sql.setLong(2, seq);
    sql.setLong(3, seq);
    return sql;
  }

  private List<Landed> events(DayFile file, long key, Sums sums) throws SQLException {
    List<EventRows.Row> rows = new ArrayList<>();
    try (PreparedStatement sql =
        connection.prepareStatement(
            "SELECT "
                + EventRows.COLUMNS
                + " FROM "
                + file.alias()
                + ".events WHERE seq BETWEEN ? AND ? AND trace_hash = ? ORDER BY seq, ord")) {
      sql.setLong(1, sums.seqFirst());
      sql.setLong(2, sums.seqLast());
      sql.setLong(3, key);
      try (ResultSet row = sql.executeQuery()) {
        while (row.next()) {
          rows.add(EventRows.read(row));
        }
      }
    }
    return rows.stream().map(EventRows.Row::landed).toList();
  }
}
