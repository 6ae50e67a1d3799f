package dev.whyops.store.duckdb;

import dev.whyops.project.ProjectId;
import dev.whyops.record.Tombstone;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What was deleted and is not gone from the files yet. Thread-safe. */
final class Hidden {
  private final Map<ProjectId, Long> projects = new ConcurrentHashMap<>();
  private final Map<ProjectId, Map<String, Long>> traces = new ConcurrentHashMap<>();

  void load(Statement sql, DayFile file) throws SQLException {
    try (ResultSet row =
        sql.executeQuery("SELECT seq, project, trace_id FROM " + file.alias() + ".tombstones")) {
      while (row.next()) {
        String project = row.getString(2);
        if (project != null) {
          add(new Tombstone(row.getLong(1), new ProjectId(project), row.getString(3)));
        }
      }
    }
  }

  void add(Tombstone tombstone) {
    String traceId = tombstone.traceId();
    if (traceId == null) {
      projects.merge(tombstone.project(), tombstone.seq(), Math::max);
    } else {
      traces
          .computeIfAbsent(tombstone.project(), p -> new ConcurrentHashMap<>())
          .merge(traceId, tombstone.seq(), Math::max);
    }
  }

  /** A deleted trace. */
  record Trace(ProjectId project, long key, long seq) {}

  Map<ProjectId, Long> projects() {
    return Map.copyOf(projects);
  }

  List<Trace> traces() {
    List<Trace> all = new ArrayList<>();
    traces.forEach(
        (project, byId) ->
            byId.forEach(
                (traceId, seq) -> all.add(new Trace(project, TraceKey.of(project, traceId), seq))));
    return all;
  }

  /** All rows up to this sequence are gone from the files: what hid them is not needed any more. */
  void forgetUpTo(long seq) {
    traces.values().forEach(byId -> byId.values().removeIf(hidden -> hidden <= seq));
  }

  /** Rows of this trace up to this sequence are deleted; 0 when none are. */
  long upTo(ProjectId project, String traceId) {
    long all = projects.getOrDefault(project, 0L);
    return Math.max(all, traces.getOrDefault(project, Map.of()).getOrDefault(traceId, 0L));
  }

  long upTo(ProjectId project) {
    return projects.getOrDefault(project, 0L);
  }

  /** Deleted traces of a project, by key. */
  List<Map.Entry<Long, Long>> traces(ProjectId project) {
    Map<Long, Long> byKey = new HashMap<>();
    traces
        .getOrDefault(project, Map.of())
        .forEach((traceId, seq) -> byKey.put(TraceKey.of(project, traceId), seq));
    return List.copyOf(byKey.entrySet());
  }
}
