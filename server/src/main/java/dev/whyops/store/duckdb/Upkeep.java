package dev.whyops.store.duckdb;

import dev.whyops.project.ProjectId;
import java.io.IOException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What has to be done to files that nothing is written to any more, one piece of work at a time. By
 * the appending thread; a death in between costs a repetition.
 */
final class Upkeep {
  private static final Logger LOG = LoggerFactory.getLogger(Upkeep.class);
  private static final Duration RETRY_AFTER = Duration.ofMinutes(30);

  private final DuckDBConnection connection;
  private final DayFiles files;
  private final Hidden hidden;
  private final Rollups rollups;
  private final TraceCatalog catalog;
  private final Resources resources;
  private final Clock clock;

  /** When work that failed is tried again, by its file and kind. */
  private final Map<String, Instant> failed = new HashMap<>();

  /** Tells whether it did something, which is enough for once. */
  private interface Work {
    boolean on(DayFile file) throws SQLException, IOException;
  }

  Upkeep(
      DuckDBConnection connection,
      DayFiles files,
      Hidden hidden,
      Rollups rollups,
      TraceCatalog catalog,
      Resources resources,
      Clock clock) {
    this.connection = connection;
    this.files = files;
    this.hidden = hidden;
    this.rollups = rollups;
    this.catalog = catalog;
    this.resources = resources;
    this.clock = clock;
  }

  /**
   * Drops files whose time is over for all of their projects, rewrites one closed file without what
   * was deleted or is over for some, or closes one for good and adds it up.
   *
   * @param open the file that is written
   * @return whether there is more to do
   */
  boolean doNext(@Nullable DayFile open) throws SQLException, IOException {
    LocalDate today = clock.instant().atZone(ZoneOffset.UTC).toLocalDate();
    boolean allClean = true;
    for (DayFile file : List.copyOf(files.oldestFirst())) {
      if (!file.equals(open) && file.day().isBefore(today)) {
        if (attempt("rewrite", file, this::dropOrRewrite)) {
          return true;
        }
        allClean &= !failed.containsKey(key("rewrite", file));
      }
    }
    if (allClean) { // else what was deleted is still in a file, and would be seen again
      hidden.forgetUpTo(lastSeqOfClosedFiles(today));
    }
    return sealNext(open)
        || catalog.purge(files.oldestFirst())
        || rollups.purge(files.oldestFirst());
  }

  private static String key(String kind, DayFile file) {
    return kind + ' ' + file.path().getFileName();
  }

  /** A file that fails is told of once and left alone for a while; the others have their turn. */
  private boolean attempt(String kind, DayFile file, Work work) throws SQLException {
    Instant now = clock.instant();
    String key = key(kind, file);
    Instant again = failed.get(key);
    if (again != null && now.isBefore(again)) {
      return false;
    }
    try {
      boolean did = work.on(file);
      failed.remove(key);
      return did;
    } catch (SQLException | IOException | RuntimeException e) {
      connection.rollback();
      if (failed.put(key, now.plus(RETRY_AFTER)) == null) {
        LOG.warn(
            "event_file_upkeep_failed file={} work={} cause={}",
            file.path().getFileName(),
            kind,
            e.toString());
      }
      return false;
    }
  }

  /** True when it was rewritten, which is enough for once. */
  private boolean dropOrRewrite(DayFile file) throws SQLException, IOException {
    Set<ProjectId> projects = projects(file);
    Set<ProjectId> expired = new HashSet<>(projects);
    expired.removeIf(project -> !files.isExpired(file, project));
    if (expired.containsAll(projects) && !isNewest(file)) {
      LOG.info("event_file_dropped file={}", file.path().getFileName());
      files.delete(file);
      return false;
    }
    Gone gone = new Gone(hidden, expired);
    boolean needed = gone.isIn(connection, file);
    connection.commit();
    if (needed) {
      seal(file, gone);
      LOG.info("event_file_rewritten file={}", file.path().getFileName());
    }
    return needed;
  }

  private void seal(DayFile file, Gone gone) throws SQLException, IOException {
    try (Resources.Use _ = resources.wide()) {
      files.replace(file, new Sealer(connection, file, gone).seal());
    }
  }

  /** Seals or adds up one file that nothing is written to any more; the oldest first. */
  private boolean sealNext(@Nullable DayFile open) throws SQLException {
    for (DayFile file : List.copyOf(files.oldestFirst())) {
      if (!file.equals(open) && !isNewest(file) && attempt("seal", file, this::sealOrAdd)) {
        return true;
      }
    }
    return false;
  }

  private boolean sealOrAdd(DayFile file) throws SQLException, IOException {
    if (!file.isSealed()) {
      seal(file, new Gone(hidden, Set.of()));
      LOG.info("event_file_sealed file={}", file.path().getFileName());
      return true;
    }
    if (!rollups.has(file)) {
      rollups.add(file);
      return true;
    }
    if (!catalog.has(file)) {
      catalog.add(file);
      return true;
    }
    return false;
  }

  /** The newest file keeps the position in the journal. */
  private boolean isNewest(DayFile file) {
    return file.equals(files.newest());
  }

  private Set<ProjectId> projects(DayFile file) throws SQLException {
    Set<ProjectId> projects = new HashSet<>();
    Manifest manifest = files.manifest(file);
    if (manifest != null) {
      manifest.projects().forEach(project -> projects.add(new ProjectId(project)));
      return projects;
    }
    try (Statement sql = connection.createStatement();
        ResultSet row =
            sql.executeQuery("SELECT DISTINCT project FROM " + file.alias() + ".trace_delta")) {
      while (row.next()) {
        String project = row.getString(1);
        if (project != null) {
          projects.add(new ProjectId(project));
        }
      }
    }
    connection.commit(); // what was read would keep the file from being detached
    return projects;
  }

  private long lastSeqOfClosedFiles(LocalDate today) throws SQLException {
    long seq = 0;
    try (Statement sql = connection.createStatement()) {
      for (DayFile file : files.oldestFirst()) {
        if (file.day().isBefore(today)) {
          try (ResultSet row =
              sql.executeQuery("SELECT max(last_seq) FROM " + file.alias() + ".ingest_state")) {
            row.next();
            seq = Math.max(seq, row.getLong(1));
          }
        }
      }
      connection.commit();
    }
    return seq;
  }
}
