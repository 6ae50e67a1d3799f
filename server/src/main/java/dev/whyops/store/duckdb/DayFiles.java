package dev.whyops.store.duckdb;

import dev.whyops.fault.Fault;
import dev.whyops.project.ProjectId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All attached day files, oldest first. A file that does not open loses its write-ahead log first
 * (the journal has what was in it) and is set aside when that does not help; the others are served.
 */
final class DayFiles {
  /**
   * A checkpoint compresses the last row group anew until it is full, so small ones spare the file
   * that is written most of that work. Sealing makes large ones of them.
   */
  private static final String OPEN = " (ROW_GROUP_SIZE 12288)";

  private static final Logger LOG = LoggerFactory.getLogger(DayFiles.class);

  private static final String READ_ONLY = " (READ_ONLY)";

  private final DuckDBConnection connection;
  private final Leaving leaving;
  private final Path directory;
  private final Clock clock;
  private volatile ToIntFunction<ProjectId> retentionDays = project -> Integer.MAX_VALUE / 2;
  private final List<DayFile> attached = new CopyOnWriteArrayList<>();
  private final Map<DayFile, TraceKeys> keys = new ConcurrentHashMap<>();
  private final Map<DayFile, Manifest> manifests = new ConcurrentHashMap<>();
  private final List<Path> damaged = new CopyOnWriteArrayList<>();

  DayFiles(DuckDBConnection connection, Leaving leaving, Path directory, Clock clock) {
    this.connection = connection;
    this.leaving = leaving;
    this.directory = directory;
    this.clock = clock;
  }

  /** Attaches what is there; the newest file stays writable. */
  void attachAll() throws IOException, SQLException {
    Files.createDirectories(directory);
    List<DayFile> found;
    try (Stream<Path> paths = Files.list(directory)) {
      found = paths.map(DayFile::of).flatMap(Optional::stream).sorted().toList();
    }
    removeUnfinished(found);
    for (int i = 0; i < found.size(); i++) {
      DayFile file = found.get(i);
      if (i + 1 < found.size() && found.get(i + 1).isSameAs(file)) {
        remove(file); // a death came between the next generation and the end of this one
      } else if (attach(file)) {
        attached.add(file);
      }
    }
  }

  /** What a death left of files that never got their name. */
  private void removeUnfinished(List<DayFile> found) throws IOException {
    Set<Path> companions = new HashSet<>();
    found.forEach(file -> companions.addAll(List.of(file.keys(), file.manifest())));
    List<Path> left;
    try (Stream<Path> paths = Files.list(directory)) {
      left =
          paths
              .filter(path -> path.getFileName().toString().startsWith("events-"))
              .filter(path -> isLeft(path.getFileName().toString(), companions.contains(path)))
              .toList();
    }
    for (Path path : left) {
      Files.deleteIfExists(path);
    }
  }

  private static boolean isLeft(String name, boolean hasFile) {
    return name.contains(".duckdb.new")
        || (!hasFile && (name.endsWith(".duckdb.keys") || name.endsWith(".duckdb.seal")));
  }

  /** How many days a project keeps what it received. */
  void retain(ToIntFunction<ProjectId> days) {
    retentionDays = days;
  }

  /** The files that this project may still look at, oldest first. */
  List<DayFile> visible(ProjectId project) {
    return attached.stream().filter(file -> !isExpired(file, project)).toList();
  }

  boolean isExpired(DayFile file, ProjectId project) {
    LocalDate today = clock.instant().atZone(ZoneOffset.UTC).toLocalDate();
    return file.day().isBefore(today.minusDays(retentionDays.applyAsInt(project)));
  }

  /** Puts the next generation of a file in its place. */
  void replace(DayFile old, DayFile next) throws SQLException, IOException {
    Manifest manifest =
        Manifest.read(next.manifest())
            .orElseThrow(() -> new IOException("no manifest of " + next.path().getFileName()));
    try (Statement sql = connection.createStatement()) {
      sql.execute("ATTACH '" + quoted(next.path()) + "' AS " + next.alias() + READ_ONLY);
      connection.commit();
    }
    sealed(next, manifest);
    attached.set(attached.indexOf(old), next);
    leaving.add(old.alias(), () -> forget(old));
  }

  private boolean attach(DayFile file) throws IOException {
    if (tryAttach(file)) {
      return true;
    }
    if (Files.exists(file.wal())) {
      setAside(file.wal());
      if (tryAttach(file)) {
        return true;
      }
    }
    damaged.add(setAside(file.path()));
    Files.deleteIfExists(file.keys());
    Files.deleteIfExists(file.manifest());
    return false;
  }

  private boolean tryAttach(DayFile file) {
    Optional<Manifest> manifest = Manifest.read(file.manifest());
    String how = manifest.isPresent() ? READ_ONLY : OPEN;
    try (Statement sql = connection.createStatement()) {
      sql.execute("ATTACH '" + quoted(file.path()) + "' AS " + file.alias() + how);
      complete(sql, file, how);
      try (ResultSet tables =
          sql.executeQuery("SELECT max(last_seq) FROM " + file.alias() + ".ingest_state")) {
        tables.next();
      }
      connection.commit();
      manifest.ifPresent(known -> sealed(file, known));
      return true;
    } catch (SQLException e) {
      LOG.error(
          "event_file_unreadable file={} cause={}", file.path().getFileName(), e.getMessage());
      detachQuietly(file);
      return false;
    }
  }

  /** Brings a file of an earlier version up to date; a death in between costs a repetition. */
  private void complete(Statement sql, DayFile file, String mode) throws SQLException {
    List<String> missing = file.isSealed() ? List.of() : Columns.missing(sql, file);
    if (missing.isEmpty()) {
      return;
    }
    connection.commit();
    sql.execute("DETACH " + file.alias());
    sql.execute("ATTACH '" + quoted(file.path()) + "' AS " + file.alias());
    connection.commit();
    Columns.add(sql, file, missing);
    connection.commit();
    sql.execute("CHECKPOINT " + file.alias());
    connection.commit();
    sql.execute("DETACH " + file.alias());
    sql.execute("ATTACH '" + quoted(file.path()) + "' AS " + file.alias() + mode);
  }

  /** Nothing in the file changes any more. */
  private void sealed(DayFile file, Manifest manifest) {
    SealedKeys known = SealedKeys.open(file.keys());
    if (known != null) {
      keys.put(file, known);
    }
    manifests.put(file, manifest);
  }

  /** Null as long as the file is not sealed. */
  @Nullable Manifest manifest(DayFile file) {
    return manifests.get(file);
  }

  private void detachQuietly(DayFile file) {
    try (Statement sql = connection.createStatement()) {
      connection.rollback();
      sql.execute("DETACH DATABASE IF EXISTS " + file.alias());
      connection.commit();
    } catch (SQLException e) {
      LOG.warn("event_file_detach_failed file={} cause={}", file.alias(), e.getMessage());
    }
  }

  /** Takes a file out of service that has bad blocks; the operator decides about it. */
  void damaged(DayFile file, String cause) {
    if (!attached.remove(file)) {
      return;
    }
    LOG.error("event_file_damaged file={} cause={}", file.path().getFileName(), cause);
    manifests.remove(file);
    keys.remove(file);
    try {
      damaged.add(setAside(file.path()));
      Files.deleteIfExists(file.manifest());
      Files.deleteIfExists(file.keys());
    } catch (IOException e) {
      LOG.warn("event_file_not_set_aside cause={}", e.getMessage());
    }
  }

  private Path setAside(Path path) throws IOException {
    Path aside =
        path.resolveSibling(path.getFileName() + ".damaged-" + clock.instant().toEpochMilli());
    Files.move(path, aside, StandardCopyOption.ATOMIC_MOVE);
    LOG.error("event_file_set_aside file={}", aside.getFileName());
    return aside;
  }

  /**
   * Makes and attaches a new file. It gets its name when its tables are safe on disk, so that a
   * death in between leaves nothing that looks like a store.
   */
  void create(DayFile file) throws SQLException, IOException {
    Path unfinished = file.path().resolveSibling(file.path().getFileName() + ".new");
    Files.deleteIfExists(unfinished);
    Files.deleteIfExists(unfinished.resolveSibling(unfinished.getFileName() + ".wal"));
    try (Statement sql = connection.createStatement()) {
      sql.execute("ATTACH '" + quoted(unfinished) + "' AS unfinished" + OPEN);
      for (String table : Schema.ALL) {
        sql.execute(String.format(Locale.ROOT, table, "unfinished"));
      }
      connection.commit();
      sql.execute("CHECKPOINT unfinished");
      connection.commit();
      sql.execute("DETACH unfinished");
      connection.commit();
      Files.move(unfinished, file.path(), StandardCopyOption.ATOMIC_MOVE);
      sql.execute("ATTACH '" + quoted(file.path()) + "' AS " + file.alias() + OPEN);
      connection.commit();
    }
    keys.put(file, new TraceIndex());
    attached.add(file);
  }

  /** Drops a file with all that is in it; its time is over, so that nobody looks at it. */
  void delete(DayFile file) {
    attached.remove(file);
    leaving.letGo(file.alias(), () -> forget(file));
  }

  private void forget(DayFile file) throws IOException {
    keys.remove(file);
    manifests.remove(file);
    remove(file);
  }

  private static void remove(DayFile file) throws IOException {
    Files.deleteIfExists(file.manifest());
    Files.deleteIfExists(file.keys());
    Fault.maybe("drop-half");
    Files.deleteIfExists(file.path());
    Files.deleteIfExists(file.wal());
  }

  List<DayFile> oldestFirst() {
    return attached;
  }

  List<DayFile> newestFirst() {
    List<DayFile> files = new ArrayList<>(attached);
    return files.reversed();
  }

  @Nullable DayFile newest() {
    return attached.isEmpty() ? null : attached.getLast();
  }

  int damagedCount() {
    return damaged.size();
  }

  /** False only when the file surely holds nothing of the trace. */
  boolean mayHold(DayFile file, long key) {
    TraceKeys known = keys.get(file);
    return known == null || known.has(key);
  }

  /** Where the traces of a file lie; read from its rows on first use, unless they lie in a file. */
  TraceKeys keys(DayFile file, DuckDBConnection reader) throws SQLException {
    TraceKeys known = keys.get(file);
    if (known != null) {
      return known;
    }
    synchronized (keys) {
      TraceKeys loaded = keys.get(file);
      if (loaded == null) {
        loaded = load(file, reader);
        keys.put(file, loaded);
      }
      return loaded;
    }
  }

  /** Where the traces of the file lie that is to be written. */
  TraceIndex index(DayFile file, DuckDBConnection reader) throws SQLException {
    TraceIndex index = keys(file, reader) instanceof TraceIndex known ? known : load(file, reader);
    keys.put(file, index);
    return index;
  }

  private static TraceIndex load(DayFile file, DuckDBConnection reader) throws SQLException {
    TraceIndex index = new TraceIndex();
    try (Statement sql = reader.createStatement();
        ResultSet row =
            sql.executeQuery(
                "SELECT trace_hash, min(seq_first), max(seq_last), min(started) FROM "
                    + file.alias()
                    + ".trace_delta GROUP BY trace_hash")) {
      while (row.next()) {
        index.add(row.getLong(1), row.getLong(2), row.getLong(3), row.getLong(4));
      }
    }
    return index;
  }

  private static String quoted(Path path) {
    return path.toAbsolutePath().toString().replace("'", "''");
  }
}
