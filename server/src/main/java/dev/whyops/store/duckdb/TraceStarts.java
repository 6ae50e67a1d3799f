package dev.whyops.store.duckdb;

import dev.whyops.project.ProjectScope;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.duckdb.DuckDBConnection;

/** Tells by the keys of all files whether a trace has rows before a window. */
final class TraceStarts {
  private final DuckDbEventStore store;
  private final DuckDBConnection reader;
  private final List<DayFile> files;
  private final Set<Long> partlyDeleted;

  TraceStarts(DuckDbEventStore store, DuckDBConnection reader, ProjectScope scope) {
    this.store = store;
    this.reader = reader;
    this.files = store.files().visible(scope.project());
    this.partlyDeleted =
        store.hidden().traces(scope.project()).stream()
            .map(Map.Entry::getKey)
            .collect(Collectors.toSet());
  }

  /** Of a deleted trace that began anew the keys do not know where: its rows are right then. */
  boolean isNotBefore(long key, long started) throws SQLException {
    if (partlyDeleted.contains(key)) {
      return true;
    }
    for (DayFile file : files) {
      TraceKeys.Range range = store.files().keys(file, reader).range(key);
      if (range != null && range.startedUs() < started) {
        return false;
      }
    }
    return true;
  }
}
