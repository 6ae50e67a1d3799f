package dev.whyops.store.duckdb;

import dev.whyops.project.ProjectScope;
import dev.whyops.record.Landed;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.duckdb.DuckDBConnection;

/**
 * Reads many short traces at once: one question per file and one for its texts, where a reading of
 * each trace would ask two or more.
 */
final class WholeTraces {
  /** Frames of the journal for each trace, up to which traces lie close together. */
  private static final int DENSE_FRAMES = 5;

  private final DuckDbEventStore store;
  private final DuckDBConnection reader;
  private final ProjectScope scope;
  private final Set<String> traceIds;

  WholeTraces(
      DuckDbEventStore store, DuckDBConnection reader, ProjectScope scope, Set<String> traceIds) {
    this.store = store;
    this.reader = reader;
    this.scope = scope;
    this.traceIds = traceIds;
  }

  /**
   * The rows of each trace that has some, in order of the journal.
   *
   * @return empty when there are more than {@code eventsMax} rows
   */
  Optional<List<List<Landed>>> read(int eventsMax) throws SQLException {
    Map<String, List<Landed>> byTrace = new LinkedHashMap<>();
    int left = eventsMax;
    for (DayFile file : store.files().visible(scope.project())) {
      Place place = place(file);
      if (place.keys.isEmpty()) {
        continue;
      }
      List<Landed> events = new ArrayList<>();
      left -= read(file, place, left + 1, events);
      if (left < 0) {
        return Optional.empty();
      }
      for (Landed landed : events) {
        byTrace
            .computeIfAbsent(landed.event().place().traceId(), _ -> new ArrayList<>())
            .add(landed);
      }
    }
    return Optional.of(List.copyOf(byTrace.values()));
  }

  /** Where in a file the traces lie. */
  private static final class Place {
    final List<Long> keys = new ArrayList<>();
    final Map<String, Long> hiddenTo = new HashMap<>();
    long firstSeq = Long.MAX_VALUE;
    long lastSeq;

    /** Hardly anything else lies between them: to read it is cheaper than to leave it out. */
    boolean isDense() {
      return lastSeq - firstSeq <= (long) keys.size() * DENSE_FRAMES;
    }
  }

  private Place place(DayFile file) throws SQLException {
    Place place = new Place();
    TraceKeys known = store.files().keys(file, reader);
    for (String traceId : traceIds) {
      long key = TraceKey.of(scope.project(), traceId);
      TraceKeys.Range range = known.range(key);
      long hiddenTo = store.hidden().upTo(scope.project(), traceId);
      if (range != null && range.lastSeq() > hiddenTo) {
        place.keys.add(key);
        place.hiddenTo.put(traceId, hiddenTo);
        place.firstSeq = Math.min(place.firstSeq, Math.max(range.firstSeq(), hiddenTo + 1));
        place.lastSeq = Math.max(place.lastSeq, range.lastSeq());
      }
    }
    return place;
  }

  /**
   * Adds what may be seen to {@code events}; answers how many rows there were, {@code max} at most.
   */
  private int read(DayFile file, Place place, int max, List<Landed> events) throws SQLException {
    if (file.isSealed()) {
      for (Map.Entry<String, Long> trace : place.hiddenTo.entrySet()) {
        String traceId = trace.getKey();
        long key = TraceKey.of(scope.project(), traceId);
        events.addAll(
            new BlockReader(reader, file, scope.project().value(), traceId, key)
                .events(seq -> seq > trace.getValue(), TraceBlock.Texts.ALL, max - events.size()));
      }
      return events.size();
    }
    List<EventRows.Row> rows = new ArrayList<>();
    int count = readRows(file, place, max, rows);
    events.addAll(PartTexts.join(reader, file, rows));
    return count;
  }

  private int readRows(DayFile file, Place place, int max, List<EventRows.Row> rows)
      throws SQLException {
    int count = 0;
    try (PreparedStatement sql =
        reader.prepareStatement(
            "SELECT "
                + EventRows.COLUMNS
                + " FROM "
                + file.alias()
                + ".events WHERE seq BETWEEN ? AND ?"
                + (place.isDense() ? "" : " AND trace_hash IN (" + list(place.keys) + ")")
                + " AND project = ? LIMIT "
                + max)) {
      sql.setQueryTimeout(Question.SECONDS_MAX);
      sql.setLong(1, place.firstSeq);
      sql.setLong(2, place.lastSeq);
      sql.setString(3, scope.project().value());
      try (ResultSet row = sql.executeQuery()) {
        while (row.next()) {
          count++;
          EventRows.Row read = EventRows.read(row);
          Long hiddenTo = place.hiddenTo.get(read.landed().event().place().traceId());
          if (hiddenTo != null && read.landed().seq() > hiddenTo) {
            rows.add(read);
          }
        }
      }
    }
    return count;
  }

  private static String list(Collection<Long> numbers) {
    return String.join(",", numbers.stream().map(String::valueOf).toList());
  }
}
