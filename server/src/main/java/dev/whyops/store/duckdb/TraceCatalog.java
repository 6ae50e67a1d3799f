package dev.whyops.store.duckdb;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.duckdb.DuckDBConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The traces of all sealed files in one table, so that a question over a month plans over one file
 * and not over thirty. It holds nothing that the files do not hold: one that does not open is made
 * anew, and one with traces of files that are no more is written again without them.
 *
 * <p>Written by the appending thread; readers see what is committed. A file that is not in it is
 * read by itself.
 */
final class TraceCatalog {
  private static final Logger LOG = LoggerFactory.getLogger(TraceCatalog.class);
  private static final Pattern NAME = Pattern.compile("traces-(\\d{1,9})\\.v1\\.duckdb");

  private final DuckDBConnection connection;
  private final Leaving leaving;
  private final Path directory;
  private volatile State state = new State(0, Map.of());

  /** Which file is in use, and what is in it. */
  private record State(int generation, Map<DayFile, Integer> segments) {
    String alias() {
      return "traces_" + generation;
    }

    State with(DayFile file, int id) {
      Map<DayFile, Integer> more = new HashMap<>(segments);
      more.put(file, id);
      return new State(generation, Map.copyOf(more));
    }
  }

  /**
   * A table with rows of traces.
   *
   * @param condition what its rows must meet to be among those asked for
   * @param isCatalog whether it holds the traces of many files
   */
  record Source(String table, String condition, boolean isCatalog) {
    Source(String table, String condition) {
      this(table, condition, false);
    }
  }

  TraceCatalog(DuckDBConnection connection, Leaving leaving, Path directory) {
    this.connection = connection;
    this.leaving = leaving;
    this.directory = directory;
  }

  /** Opens the newest file or makes one. */
  void open() throws SQLException, IOException {
    List<Integer> found = new ArrayList<>();
    try (Stream<Path> paths = Files.list(directory)) {
      for (Path path : paths.toList()) {
        Matcher name = NAME.matcher(path.getFileName().toString());
        if (name.matches()) {
          found.add(Integer.parseInt(name.group(1)));
        }
      }
    }
    found.sort(Comparator.reverseOrder());
    for (int older : found.subList(Math.min(1, found.size()), found.size())) {
      remove(older);
    }
    int newest = found.isEmpty() ? 1 : found.getFirst();
    try {
      attach(newest);
    } catch (SQLException e) {
      LOG.warn("trace_catalog_unreadable cause={}", e.getMessage());
      connection.rollback();
      detach(newest);
      remove(newest);
      attach(newest + 1);
    }
  }

  private Path path(int generation) {
    return directory.resolve("traces-" + generation + ".v1.duckdb");
  }

  private void remove(int generation) throws IOException {
    Files.deleteIfExists(path(generation));
    Files.deleteIfExists(directory.resolve("traces-" + generation + ".v1.duckdb.wal"));
  }

  private void detach(int generation) throws SQLException {
    try (Statement sql = connection.createStatement()) {
      sql.execute("DETACH DATABASE IF EXISTS traces_" + generation);
      connection.commit();
    }
  }

  private void attach(int generation) throws SQLException {
    Map<DayFile, Integer> segments = new HashMap<>();
    String alias = create(generation);
    try (Statement sql = connection.createStatement();
        ResultSet row = sql.executeQuery("SELECT id, name FROM " + alias + ".segments")) {
      while (row.next()) {
        Optional<DayFile> file = DayFile.of(directory.resolve(row.getString(2)));
        int id = row.getInt(1);
        file.ifPresent(known -> segments.put(known, id));
      }
      connection.commit();
    }
    state = new State(generation, Map.copyOf(segments));
  }

  private String create(int generation) throws SQLException {
    String alias = "traces_" + generation;
    try (Statement sql = connection.createStatement()) {
      sql.execute(
          "ATTACH '"
              + path(generation).toAbsolutePath().toString().replace("'", "''")
              + "' AS "
              + alias);
      sql.execute("CREATE TABLE IF NOT EXISTS " + alias + ".segments (id INTEGER, name VARCHAR)");
      sql.execute(
          Schema.TRACE_DELTA
              .replace("CREATE TABLE %s", "CREATE TABLE IF NOT EXISTS " + alias)
              .replace("preview VARCHAR)", "preview VARCHAR, segment INTEGER)"));
      connection.commit();
    }
    return alias;
  }

  boolean has(DayFile file) {
    return state.segments().containsKey(file);
  }

  /** Adds a sealed file; all of it or nothing. */
  void add(DayFile file) throws SQLException {
    State now = state;
    int id = 1 + now.segments().values().stream().mapToInt(Integer::intValue).max().orElse(0);
    try (Statement sql = connection.createStatement()) {
      sql.execute(
          "INSERT INTO "
              + now.alias()
              + ".trace_delta SELECT *, "
              + id
              + " FROM "
              + file.alias()
              + ".trace_delta ORDER BY project, agent, started");
      sql.execute(
          "INSERT INTO "
              + now.alias()
              + ".segments VALUES ("
              + id
              + ", '"
              + file.path().getFileName()
              + "')");
      connection.commit();
      state = now.with(file, id);
      sql.execute("CHECKPOINT " + now.alias());
      connection.commit();
    }
  }

  /**
   * Writes the file again when it holds traces of files that are no more: what was deleted has to
   * leave the disk.
   *
   * @return whether there was any
   */
  boolean purge(List<DayFile> attached) throws SQLException, IOException {
    State now = state;
    Map<DayFile, Integer> kept = new HashMap<>(now.segments());
    if (!kept.keySet().retainAll(attached)) {
      return false;
    }
    int next = now.generation() + 1;
    remove(next);
    String alias = create(next);
    try (Statement sql = connection.createStatement()) {
      for (String table : List.of("trace_delta", "segments")) {
        sql.execute(
            "INSERT INTO "
                + alias
                + "."
                + table
                + " SELECT * FROM "
                + now.alias()
                + "."
                + table
                + " WHERE "
                + (table.equals("segments") ? "id" : "segment")
                + " IN ("
                + ids(kept.values().stream())
                + ")");
      }
      connection.commit();
      sql.execute("CHECKPOINT " + alias);
      connection.commit();
    }
    state = new State(next, Map.copyOf(kept));
    leaving.add(now.alias(), () -> remove(now.generation()));
    return true;
  }

  private static String ids(Stream<Integer> ids) {
    return ids.map(String::valueOf)
        .collect(Collectors.collectingAndThen(Collectors.joining(","), s -> s.isEmpty() ? "0" : s));
  }

  /** Where the traces of these files are read: together as far as they are here. */
  List<Source> sources(List<DayFile> files) {
    State now = state;
    List<Source> sources = new ArrayList<>();
    List<Integer> here = new ArrayList<>();
    for (DayFile file : files) {
      Integer id = now.segments().get(file);
      if (id == null) {
        sources.add(new Source(file.alias() + ".trace_delta", "true"));
      } else {
        here.add(id);
      }
    }
    if (!here.isEmpty()) {
      String those =
          here.size() == now.segments().size() ? "true" : "segment IN (" + ids(here.stream()) + ")";
      sources.add(new Source(now.alias() + ".trace_delta", those, true));
    }
    return sources;
  }
}
