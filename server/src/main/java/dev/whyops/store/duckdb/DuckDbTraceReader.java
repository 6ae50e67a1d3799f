package dev.whyops.store.duckdb;

import dev.whyops.project.ProjectScope;
import dev.whyops.record.Landed;
import dev.whyops.trace.TraceAssembler;
import dev.whyops.trace.TraceDetail;
import dev.whyops.trace.TraceFaults;
import dev.whyops.trace.TraceQuery;
import dev.whyops.trace.TraceReader;
import dev.whyops.trace.TraceSummary;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;

/** Reads traces from the day files. Thread-safe: each question has a connection of its own. */
public final class DuckDbTraceReader implements TraceReader {
  /** What an event without its texts takes while its trace is put in order, twice over. */
  private static final int EVENT_BYTES = 6_144;

  /** A longer trace is cut, and says so. */
  private static final int EVENTS_MAX =
      (int) Math.min(100_000, Runtime.getRuntime().maxMemory() / EVENT_BYTES);

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

  /** Seconds since 1970 for cursors; kept here so that lists and details agree. */
  static long micros(Instant at) {
    return EventRows.micros(at);
  }
}
