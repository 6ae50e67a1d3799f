package dev.whyops.store.duckdb;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a written file by trace, in temporary tables: the database puts on disk what does not
 * fit into its memory, and it is read back in pages.
 */
final class Sorting implements AutoCloseable {
  /** Rows in memory at once. */
  private static final int PAGE = 1_000;

  /**
   * The earliest start decides where a trace lies. A part belongs to a trace when no other one has
   * it; to number 0 when several have.
   */
  private static final String[] STEPS = {
    """
    CREATE TEMP TABLE sorting_places AS SELECT project, trace_hash, started,
      row_number() OVER (ORDER BY project, started, trace_hash)::INTEGER AS no
    FROM (SELECT project, trace_hash, min(started) AS started FROM {file}.trace_delta
      WHERE NOT {gone_last} GROUP BY project, trace_hash)\
    """,
    """
    CREATE TEMP TABLE sorting_events AS SELECT {columns}, trace_hash, no, started
    FROM (SELECT * FROM {file}.events WHERE NOT {gone}) JOIN temp.sorting_places
      USING (project, trace_hash)
    ORDER BY no, seq, ord\
    """,
    """
    CREATE TEMP TABLE sorting_owners AS
    SELECT id, CASE WHEN min(no) = max(no) THEN min(no) ELSE 0 END AS no, bool_or(said) AS said
    FROM (
      SELECT no, unnest({content_ids}) AS id, true AS said FROM temp.sorting_events
      UNION ALL SELECT no, unnest({metadata_ids}), false FROM temp.sorting_events
      UNION ALL SELECT coalesce(no, 0), unnest({request_ids}), false
        FROM (SELECT * FROM {file}.calls WHERE NOT {gone}) LEFT JOIN temp.sorting_places
          USING (project, trace_hash))
    GROUP BY id\
    """,
    """
    CREATE TEMP TABLE sorting_parts AS SELECT no, id, said, body
    FROM {file}.msgs JOIN temp.sorting_owners USING (id) ORDER BY no, id\
    """
  };

  private final DuckDBConnection connection;

  private Sorting(DuckDBConnection connection) {
    this.connection = connection;
  }

  static Sorting of(DuckDBConnection connection, DayFile file, Gone gone) throws SQLException {
    Sorting sorting = new Sorting(connection);
    sorting.close(); // what a failure left
    for (String step : STEPS) {
      sorting.run(step, file, gone);
    }
    return sorting;
  }

  private void run(String step, DayFile file, Gone gone) throws SQLException {
    Conditions rows = gone.over("seq");
    Conditions sums = gone.over("seq_last");
    String text =
        step.replace("{file}", file.alias())
            .replace("{columns}", EventRows.COLUMNS)
            .replace("{content_ids}", ids("content_refs"))
            .replace("{metadata_ids}", ids("metadata_refs"))
            .replace("{request_ids}", ids("request_refs"))
            .replace("{gone_last}", sums.anyText())
            .replace("{gone}", rows.anyText());
    try (PreparedStatement sql = connection.prepareStatement(text)) {
      if (step.contains("{gone_last}")) {
        Conditions.bind(sql, sums.values());
      } else if (step.contains("{gone}")) {
        Conditions.bind(sql, rows.values());
      }
      sql.execute();
    }
    connection.commit();
  }

  /** Numbers of the parts in a column of pairs of (offset, number). */
  static String ids(String column) {
    return "list_filter(" + column + ", lambda x, i: i % 2 = 0)";
  }

  /** Walks all traces in order. */
  void writeBlocks(BlockWriter out) throws SQLException {
    new Walk(out).go();
  }

  /** Parts and events of the traces, side by side. */
  private final class Walk {
    private final BlockWriter out;
    private final Pages<Part> parts =
        new Pages<>(
            "parts",
            "no, id, said, body",
            row -> new Part(row.getInt(1), row.getInt(2), row.getBoolean(3), text(row)));
    private final Pages<Place> rows =
        new Pages<>(
            "events",
            EventRows.COLUMNS + ", trace_hash, no, started",
            row ->
                new Place(
                    EventRows.read(row),
                    row.getLong("trace_hash"),
                    row.getInt("no"),
                    row.getLong("started")));
    private @Nullable Part part;

    Walk(BlockWriter out) {
      this.out = out;
    }

    void go() throws SQLException {
      part = parts.next();
      int trace = 0;
      for (Place row = rows.next(); row != null; row = rows.next()) {
        if (row.trace() != trace) {
          finish(trace);
          trace = row.trace();
          shareUpTo(trace);
          out.begin(row.key(), row.row().landed().event().project().value(), row.startedUs());
        }
        int newest =
            Math.max(newest(row.row().content().refs()), newest(row.row().metadata().refs()));
        addParts(trace, newest);
        out.row(row.row());
      }
      finish(trace);
      shareUpTo(Integer.MAX_VALUE);
    }

    /** A part that no event of its trace refers to is one of a call of it. */
    private void finish(int trace) throws SQLException {
      if (trace > 0) {
        addParts(trace, Integer.MAX_VALUE);
        out.end();
      }
    }

    private void addParts(int trace, int newest) throws SQLException {
      while (part != null && part.trace() == trace && part.id() <= newest) {
        out.part(part.id(), part.said(), part.body());
        part = parts.next();
      }
    }

    /** Parts of several traces come first; a trace of calls alone has no block to put its into. */
    private void shareUpTo(int trace) throws SQLException {
      while (part != null && part.trace() < trace) {
        out.sharedPart(part.id(), part.body());
        part = parts.next();
      }
    }
  }

  private static int newest(int[] refs) {
    int newest = 0;
    for (int i = 1; i < refs.length; i += 2) {
      newest = Math.max(newest, refs[i]);
    }
    return newest;
  }

  private static String text(ResultSet row) throws SQLException {
    String body = row.getString(4);
    return body == null ? "null" : body;
  }

  private record Part(int trace, int id, boolean said, String body) {}

  private record Place(EventRows.Row row, long key, int trace, long startedUs) {}

  /** Rows of a table in the order in which they lie. */
  private final class Pages<T> {
    private final String table;
    private final String columns;
    private final Question.RowReader<T> reader;
    private final Deque<T> page = new ArrayDeque<>();
    private long from;

    Pages(String table, String columns, Question.RowReader<T> reader) {
      this.table = table;
      this.columns = columns;
      this.reader = reader;
    }

    @Nullable T next() throws SQLException {
      if (page.isEmpty()) {
        read();
      }
      return page.poll();
    }

    private void read() throws SQLException {
      String text =
          "SELECT "
              + columns
              + " FROM temp.sorting_"
              + table
              + " WHERE rowid >= "
              + from
              + " AND rowid < "
              + (from + PAGE);
      try (Statement sql = connection.createStatement();
          ResultSet row = sql.executeQuery(text)) {
        while (row.next()) {
          page.add(reader.read(row));
        }
      }
      from += PAGE;
    }
  }

  @Override
  public void close() throws SQLException {
    try (Statement sql = connection.createStatement()) {
      for (String table : List.of("places", "events", "owners", "parts")) {
        sql.execute("DROP TABLE IF EXISTS temp.sorting_" + table);
      }
      connection.commit();
    }
  }
}
