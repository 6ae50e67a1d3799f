package dev.whyops.store.duckdb;

import dev.whyops.project.ProjectScope;
import dev.whyops.record.Landed;
import dev.whyops.trace.TraceAssembler;
import dev.whyops.trace.TraceDetail;
import dev.whyops.trace.TraceFaults;
import dev.whyops.trace.TraceQuery;
import dev.whyops.trace.TraceReader;
import dev.whyops.trace.TraceSummary;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;

/** Reads traces from the day files. Thread-safe: each question has a connection of its own. */
public final class DuckDbTraceReader implements TraceReader {
  /** A longer trace is cut, and says so. */
  private static final int EVENTS_MAX = 100_000;

  private final DuckDbEventStore store;
  private final Clock clock;
  private final TraceFaults faults;

  public DuckDbTraceReader(DuckDbEventStore store, TraceFaults faults, Clock clock) {
    this.store = store;
    this.faults = faults;
    this.clock = clock;
  }

  @Override
  public List<TraceSummary> traces(ProjectScope scope, TraceQuery query) {
    try (DuckDBConnection reader = store.reader()) {
      if (FaultTable.isAskedBy(query)) {
        FaultTable.fill(reader, scope, faults.faults(scope, query.from()));
      }
      return new TraceList(store, reader, scope, query, clock.instant()).read();
    } catch (SQLException e) {
      throw Question.failed(store, e);
    }
  }

  @Override
  public Optional<TraceDetail> trace(
      ProjectScope scope, String traceId, @Nullable String eventCursor, int eventLimit) {
    try (DuckDBConnection reader = store.reader()) {
      TraceRows rows = new TraceRows(store, reader, scope, traceId);
      List<Landed> all = rows.all(EVENTS_MAX + 1, eventLimit);
      boolean truncated = all.size() > EVENTS_MAX;
      if (truncated) {
        all = all.subList(0, EVENTS_MAX);
      }
      if (all.isEmpty()) {
        return Optional.empty();
      }
      TraceAssembler.Assembled trace =
          TraceAssembler.assemble(all, store.idleSince(clock.instant()), truncated);
      return Optional.of(page(trace, rows, eventCursor, eventLimit));
    } catch (SQLException e) {
      throw Question.failed(store, e);
    }
  }

  @Override
  public Optional<List<TraceDetail>> whole(
      ProjectScope scope, Set<String> traceIds, int eventsMax) {
    try (DuckDBConnection reader = store.reader()) {
      return new WholeTraces(store, reader, scope, traceIds)
          .read(eventsMax)
          .map(traces -> traces.stream().map(this::detail).toList());
    } catch (SQLException e) {
      throw Question.failed(store, e);
    }
  }

  private TraceDetail detail(List<Landed> events) {
    TraceAssembler.Assembled trace =
        TraceAssembler.assemble(events, store.idleSince(clock.instant()), false);
    return new TraceDetail(
        trace.summary(),
        trace.versions(),
        trace.completeness(),
        trace.ordered().stream().map(Landed::event).toList(),
        null);
  }

  private static TraceDetail page(
      TraceAssembler.Assembled trace, TraceRows rows, @Nullable String cursor, int limit)
      throws SQLException {
    List<Landed> ordered = trace.ordered();
    int from = cursor == null ? 0 : Math.clamp(parse(cursor), 0, ordered.size());
    int to = Math.min(ordered.size(), from + limit);
    List<Landed> page = rows.withContent(ordered.subList(from, to));
    return new TraceDetail(
        trace.summary(),
        trace.versions(),
        trace.completeness(),
        page.stream().map(Landed::event).toList(),
        to < ordered.size() ? Integer.toString(to) : null);
  }

  private static int parse(String cursor) {
    try {
      return Integer.parseInt(cursor);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("bad event cursor", e);
    }
  }

  /** Rows of one trace, in all files that hold some. */
  static final class TraceRows {
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
      List<Landed> events = read(EventRows.COLUMNS, wholeMax + 1, Set.of());
      if (events.size() <= wholeMax) {
        return events;
      }
      light = true;
      return read(LIGHT_COLUMNS, max, Set.of());
    }

    /** The same events with their content. */
    List<Landed> withContent(List<Landed> page) throws SQLException {
      if (!light) {
        return page;
      }
      Set<Long> seqs = new HashSet<>();
      page.forEach(l -> seqs.add(l.seq()));
      Map<String, Landed> whole = new HashMap<>();
      for (Landed landed : read(EventRows.COLUMNS, Integer.MAX_VALUE, seqs)) {
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
          new dev.whyops.event.Event(
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

    private List<Landed> read(String columns, int max, Set<Long> seqs) throws SQLException {
      long hiddenTo = store.hidden().upTo(scope.project(), traceId);
      List<Landed> events = new ArrayList<>();
      for (DayFile file : store.files().visible(scope.project())) {
        TraceKeys.Range range = store.files().keys(file, reader).range(key);
        if (range == null || events.size() >= max || range.lastSeq() <= hiddenTo) {
          continue;
        }
        long from = Math.max(range.firstSeq(), hiddenTo + 1);
        events.addAll(read(file, columns, from, range.lastSeq(), max - events.size(), seqs));
      }
      return events;
    }

    private List<Landed> read(
        DayFile file, String columns, long from, long to, int max, Set<Long> seqs)
        throws SQLException {
      String only =
          seqs.isEmpty()
              ? ""
              : " AND seq IN ("
                  + String.join(",", seqs.stream().map(String::valueOf).toList())
                  + ")";
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

  /** Seconds since 1970 for cursors; kept here so that lists and details agree. */
  static long micros(Instant at) {
    return EventRows.micros(at);
  }
}
