package dev.whyops.store.duckdb;

import dev.whyops.event.Event;
import dev.whyops.project.ProjectScope;
import dev.whyops.record.Landed;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.duckdb.DuckDBConnection;

/** Rows of one trace, in all files that hold some. One thread. */
final class TraceRows {
  private static final String LIGHT_COLUMNS =
      EventRows.COLUMNS.replace(
          "content, content_refs, metadata, metadata_refs",
          "CASE WHEN type = 'llm_response' THEN content ELSE 'null' END AS content,"
              + " NULL AS content_refs, '{}' AS metadata, NULL AS metadata_refs");

  private final DuckDbEventStore store;
  private final DuckDBConnection reader;
  private final ProjectScope scope;
  private final String traceId;
  private final long key;
  private boolean light;

  TraceRows(DuckDbEventStore store, DuckDBConnection reader, ProjectScope scope, String traceId) {
    this.store = store;
    this.reader = reader;
    this.scope = scope;
    this.traceId = traceId;
    this.key = TraceKey.of(scope.project(), traceId);
  }

  /** All events; with their content when there are at most {@code wholeMax}, else without. */
  List<Landed> all(int max, int wholeMax) throws SQLException {
    List<Landed> events = read(TraceBlock.Texts.ALL, wholeMax + 1, Set.of());
    if (events.size() <= wholeMax) {
      return events;
    }
    light = true;
    return read(TraceBlock.Texts.ANSWERS, max, Set.of());
  }

  /** The same events with their content. */
  List<Landed> withContent(List<Landed> page) throws SQLException {
    if (!light) {
      return page;
    }
    Set<Long> seqs = new HashSet<>();
    page.forEach(l -> seqs.add(l.seq()));
    Map<String, Landed> whole = new HashMap<>();
    for (Landed landed : read(TraceBlock.Texts.ALL, Integer.MAX_VALUE, seqs)) {
      whole.put(landed.seq() + "." + landed.ordinal(), landed);
    }
    List<Landed> result = new ArrayList<>(page.size());
    for (Landed landed : page) {
      Landed found = whole.get(landed.seq() + "." + landed.ordinal());
      result.add(found == null ? landed : withPlace(found, landed));
    }
    return result;
  }

  private static Landed withPlace(Landed content, Landed linked) {
    var e = content.event();
    return new Landed(
        content.seq(),
        content.ordinal(),
        content.receivedAt(),
        new Event(
            e.id(),
            e.type(),
            e.project(),
            e.environment(),
            e.source(),
            e.agent(),
            linked.event().place(),
            e.timestamp(),
            e.clockSuspect(),
            e.facts(),
            e.contentJson(),
            e.metadataJson()));
  }

  private List<Landed> read(TraceBlock.Texts texts, int max, Set<Long> seqs) throws SQLException {
    long hiddenTo = store.hidden().upTo(scope.project(), traceId);
    List<Landed> events = new ArrayList<>();
    for (DayFile file : store.files().visible(scope.project())) {
      TraceKeys.Range range = store.files().keys(file, reader).range(key);
      if (range == null || events.size() >= max || range.lastSeq() <= hiddenTo) {
        continue;
      }
      long from = Math.max(range.firstSeq(), hiddenTo + 1);
      int more = max - events.size();
      if (file.isSealed()) {
        events.addAll(
            new BlockReader(reader, file, scope.project().value(), traceId, key)
                .events(seq -> seq >= from && (seqs.isEmpty() || seqs.contains(seq)), texts, more));
      } else {
        String columns = texts == TraceBlock.Texts.ALL ? EventRows.COLUMNS : LIGHT_COLUMNS;
        events.addAll(read(file, columns, from, range.lastSeq(), more, seqs));
      }
    }
    return events;
  }

  private List<Landed> read(
      DayFile file, String columns, long from, long to, int max, Set<Long> seqs)
      throws SQLException {
    String only =
        seqs.isEmpty()
            ? ""
            : " AND seq IN (" + String.join(",", seqs.stream().map(String::valueOf).toList()) + ")";
    List<EventRows.Row> rows = new ArrayList<>();
    try (PreparedStatement sql =
        reader.prepareStatement(
            "SELECT "
                + columns
                + " FROM "
                + file.alias()
                + ".events WHERE seq BETWEEN ? AND ? AND trace_hash = ? AND project = ?"
                + " AND trace_id = ?"
                + only
                + " LIMIT " // rows lie in order of the journal; a sort would read them twice
                + max)) {
      sql.setQueryTimeout(Question.SECONDS_MAX);
      sql.setLong(1, from);
      sql.setLong(2, to);
      sql.setLong(3, key);
      sql.setString(4, scope.project().value());
      sql.setString(5, traceId);
      try (ResultSet row = sql.executeQuery()) {
        while (row.next()) {
          rows.add(EventRows.read(row));
        }
      }
    }
    return PartTexts.join(reader, file, rows);
  }
}
