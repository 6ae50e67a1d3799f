package dev.whyops.store.duckdb;

import dev.whyops.fault.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sums of sealed files by hour and dimension, in one file of their own: they outlive the events by
 * a year and hold no text and no user. A sealed file counts once, by its newest generation.
 *
 * <p>Written by the appending thread; readers see what is committed.
 */
final class Rollups {
  private static final Logger LOG = LoggerFactory.getLogger(Rollups.class);
  static final int MONTHS_KEPT = 13;
  static final long HOUR_US = Duration.ofHours(1).toMillis() * 1_000;
  private static final String NAME = "rollups.v1.duckdb";

  private final DuckDBConnection connection;
  private final Path path;
  private final Clock clock;

  /** Ids of what was added, by the file; only the newest generation of each. */
  private final Map<DayFile, Integer> added = new ConcurrentHashMap<>();

  private int nextId = 1;

  Rollups(DuckDBConnection connection, Path directory, Clock clock) {
    this.connection = connection;
    this.path = directory.resolve(NAME);
    this.clock = clock;
  }

  /** Opens or makes the file; one that does not open is set aside, the sums are made again. */
  void open() throws SQLException, IOException {
    try {
      attach();
    } catch (SQLException e) {
      LOG.error("rollups_unreadable cause={}", e.getMessage());
      connection.rollback();
      try (Statement sql = connection.createStatement()) {
        sql.execute("DETACH DATABASE IF EXISTS rollups");
        connection.commit();
      }
      String suffix = ".damaged-" + clock.instant().toEpochMilli();
      for (Path file : List.of(path, path.resolveSibling(NAME + ".wal"))) {
        if (Files.exists(file)) {
          Files.move(
              file,
              file.resolveSibling(file.getFileName() + suffix),
              StandardCopyOption.ATOMIC_MOVE);
        }
      }
      attach();
    }
  }

  private void attach() throws SQLException {
    try (Statement sql = connection.createStatement()) {
      sql.execute(
          "ATTACH '" + path.toAbsolutePath().toString().replace("'", "''") + "' AS rollups");
      for (String table : RollupSql.TABLES) {
        sql.execute(table);
      }
      connection.commit();
      sql.execute("CHECKPOINT rollups");
      connection.commit();
      try (ResultSet row = sql.executeQuery("SELECT id, name FROM rollups.segments")) {
        while (row.next()) {
          int id = row.getInt(1);
          nextId = Math.max(nextId, id + 1);
          DayFile.of(path.resolveSibling(row.getString(2))).ifPresent(file -> note(file, id));
        }
      }
      connection.commit();
    }
  }

  private void note(DayFile file, int id) {
    for (DayFile known : added.keySet()) {
      if (known.isSameAs(file)) {
        if (known.generation() > file.generation()) {
          return;
        }
        added.remove(known);
      }
    }
    added.put(file, id);
  }

  boolean has(DayFile file) {
    return added.containsKey(file);
  }

  @Nullable Integer id(DayFile file) {
    return added.get(file);
  }

  /**
   * Ids by file of everything that counts: a file that was rewritten and is not added up yet is not
   * among them.
   */
  Map<DayFile, Integer> ids(List<DayFile> attached) {
    Map<DayFile, Integer> ids = new HashMap<>(added);
    ids.keySet()
        .removeIf(file -> attached.stream().anyMatch(a -> a.isSameAs(file) && !a.equals(file)));
    return ids;
  }

  /** Adds a sealed file up; all of it or nothing. */
  void add(DayFile file) throws SQLException {
    int id = nextId;
    try (Statement sql = connection.createStatement()) {
      sql.execute(RollupSql.hours(id, file));
      sql.execute(RollupSql.buckets(id, file));
      Fault.maybe("seal-rollup-written");
      sql.execute(
          "INSERT INTO rollups.segments VALUES (" + id + ", '" + file.path().getFileName() + "')");
      connection.commit();
      nextId = id + 1;
      note(file, id);
      Fault.maybe("seal-rollup-committed");
      sql.execute("CHECKPOINT rollups");
      connection.commit();
    }
  }

  /**
   * Takes out what is too old and what belongs to files that were rewritten. These rows hold sums
   * only, so that their bytes may stay in the file until its room is used again.
   *
   * @return whether there was any
   */
  boolean purge(List<DayFile> attached) throws SQLException {
    long oldest =
        EventRows.micros(
            clock.instant().atZone(ZoneOffset.UTC).minusMonths(MONTHS_KEPT).toInstant());
    String valid =
        ids(attached).values().stream()
            .map(String::valueOf)
            .reduce((a, b) -> a + "," + b)
            .orElse("0");
    int rows = 0;
    try (Statement sql = connection.createStatement()) {
      for (String table : List.of("hours", "buckets")) {
        rows +=
            sql.executeUpdate(
                "DELETE FROM rollups."
                    + table
                    + " WHERE hour < "
                    + oldest
                    + " OR segment NOT IN ("
                    + valid
                    + ")");
      }
      connection.commit();
    }
    return rows > 0;
  }
}
