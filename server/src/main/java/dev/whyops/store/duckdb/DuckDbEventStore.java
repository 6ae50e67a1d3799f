package dev.whyops.store.duckdb;

import dev.whyops.fault.Fault;
import dev.whyops.project.ProjectId;
import dev.whyops.project.ProjectScope;
import dev.whyops.record.Batch;
import dev.whyops.record.EventStore;
import dev.whyops.record.EventStoreException;
import dev.whyops.record.ToldAnswer;
import java.io.IOException;
import java.nio.file.Files;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.function.ToIntFunction;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Events in DuckDB, one file per day of receipt.
 *
 * <p>One thread appends; it owns the only writing connection. Readers take connections of their own
 * from {@link #reader()} and see what is committed.
 */
public final class DuckDbEventStore implements EventStore {
  private static final Logger LOG = LoggerFactory.getLogger(DuckDbEventStore.class);

  private final DuckDbSettings settings;
  private final Clock clock;
  private final DuckDBConnection connection;
  private final Resources resources;
  private final Leaving leaving;
  private final DayFiles files;
  private final Hidden hidden;
  private final Rollups rollups;
  private final TraceCatalog catalog;
  private final Upkeep upkeep;
  private final DamageCheck damage = new DamageCheck(this);
  private final StoredAnswers answers;
  private @Nullable OpenFile open;
  private volatile long lastSeq;
  private volatile long replayFrom;

  private DuckDbEventStore(DuckDbSettings settings, Clock clock, DuckDBConnection connection)
      throws SQLException {
    this.settings = settings;
    this.clock = clock;
    this.connection = connection;
    this.resources = new Resources(connection.duplicate(), settings);
    this.leaving = new Leaving(connection.duplicate());
    this.files = new DayFiles(connection, leaving, settings.directory(), clock);
    this.hidden = new Hidden();
    this.rollups = new Rollups(connection, settings.directory(), clock);
    this.catalog = new TraceCatalog(connection, leaving, settings.directory());
    this.upkeep = new Upkeep(connection, files, hidden, rollups, catalog, resources, clock);
    this.answers = new StoredAnswers(connection, files);
  }

  /**
   * Opens all day files.
   *
   * @throws EventStoreException when DuckDB itself cannot start
   */
  public static DuckDbEventStore open(DuckDbSettings settings, Clock clock) {
    try {
      Files.createDirectories(settings.directory());
      DuckDBConnection connection = DuckDb.start(settings);
      connection.setAutoCommit(false);
      DuckDbEventStore store = new DuckDbEventStore(settings, clock, connection);
      store.files.attachAll();
      store.rollups.open();
      store.catalog.open();
      store.readState();
      return store;
    } catch (SQLException | IOException e) {
      throw new EventStoreException("cannot open the event store: " + e.getMessage(), e, false);
    }
  }

  /** A trace of which something was received later is open at that moment. */
  Instant idleSince(Instant now) {
    return now.minus(settings.traceIdle());
  }

  private void readState() throws SQLException {
    try (Statement sql = connection.createStatement()) {
      for (DayFile file : files.oldestFirst()) {
        try (ResultSet row =
            sql.executeQuery(
                "SELECT max(last_seq), arg_max(replay_from, last_seq) FROM "
                    + file.alias()
                    + ".ingest_state")) {
          if (row.next() && row.getLong(1) > lastSeq) {
            lastSeq = row.getLong(1);
            replayFrom = row.getLong(2);
          }
        }
        hidden.load(sql, file);
      }
      connection.commit();
    }
  }

  @Override
  public long lastSeq() {
    return lastSeq;
  }

  @Override
  public long replayFrom() {
    return replayFrom;
  }

  @Override
  public void append(Batch batch) {
    if (batch.lastSeq() <= lastSeq) {
      return;
    }
    OpenFile target = null;
    try {
      target = openFile();
      answers.supersede(batch.superseded());
      target.append(batch, lastSeq);
      Fault.maybe("after-store-commit");
      lastSeq = batch.lastSeq();
      replayFrom = batch.replayFrom();
      batch.tombstones().forEach(hidden::add);
    } catch (SQLException | IOException | OpenFile.PartRefused e) {
      if (target != null) {
        target.reset();
      }
      throw new EventStoreException("append refused: " + e.getMessage(), e, isPoison(e));
    }
  }

  /** Values that no retry makes acceptable, as opposed to a lock, a full disk or a closed file. */
  private static boolean isPoison(Exception e) {
    String message = String.valueOf(e.getMessage());
    return message.contains("Conversion Error")
        || message.contains("Constraint Error")
        || message.contains("Invalid Input Error")
        || message.contains("Invalid unicode");
  }

  private OpenFile openFile() throws SQLException, IOException {
    LocalDate today = clock.instant().atZone(ZoneOffset.UTC).toLocalDate();
    OpenFile current = open;
    if (current != null && !isFull(current, today)) {
      return current;
    }
    if (current != null) {
      current.close();
      checkpoint(current.file);
      open = null;
    }
    DayFile newest = files.newest();
    boolean reuse =
        newest != null
            && current == null
            && !newest.day().isBefore(today)
            && !newest.isSealed()
            && files.manifest(newest) == null;
    DayFile file =
        newest == null
            ? new DayFile(settings.directory(), today, 0, 0, DayFile.WRITTEN)
            : reuse ? newest : newest.next(newest.day().isAfter(today) ? newest.day() : today);
    if (!reuse) {
      files.create(file);
    }
    OpenFile opened = new OpenFile(connection, file, files.index(file, connection));
    connection.commit();
    open = opened;
    return opened;
  }

  /** A clock that goes back does not reopen yesterday. */
  private boolean isFull(OpenFile current, LocalDate today) {
    if (today.isAfter(current.file.day()) || current.rows() >= settings.rowsMax()) {
      return true;
    }
    return current.rows() % 50_000 > 49_000
        && current.file.path().toFile().length() > settings.bytesMax();
  }

  @Override
  public long checkpoint() {
    long safe = lastSeq;
    try {
      Fault.maybe("mid-checkpoint");
      for (DayFile file : files.oldestFirst()) {
        if (Files.exists(file.wal())) {
          checkpoint(file);
        }
      }
      Fault.maybe("after-checkpoint-before-segment-delete");
      return safe;
    } catch (SQLException e) {
      throw new EventStoreException("checkpoint refused: " + e.getMessage(), e, false);
    }
  }

  private void checkpoint(DayFile file) throws SQLException {
    try (Statement sql = connection.createStatement()) {
      connection.commit();
      sql.execute("CHECKPOINT " + file.alias());
      connection.commit();
    }
  }

  /** How many days a project keeps what it received; asked at every question. */
  public void retain(ToIntFunction<ProjectId> days) {
    files.retain(days);
  }

  @Override
  public boolean maintain() {
    try {
      return upkeep.doNext(open == null ? null : open.file);
    } catch (SQLException | IOException e) {
      rollback();
      throw new EventStoreException("maintenance failed: " + e.getMessage(), e, false);
    }
  }

  private void rollback() {
    try {
      connection.rollback();
    } catch (SQLException e) {
      LOG.warn("rollback_failed cause={}", e.getMessage());
    }
  }

  @Override
  public int lastStep(ProjectScope scope, String traceId) {
    long key = TraceKey.of(scope.project(), traceId);
    List<DayFile> holding =
        files.newestFirst().stream().filter(file -> files.mayHold(file, key)).toList();
    if (holding.isEmpty()) {
      return 0; // the common case, without asking the database
    }
    long hiddenTo = hidden.upTo(scope.project(), traceId);
    int step = 0;
    try (DuckDBConnection reader = reader()) {
      for (DayFile file : holding) {
        TraceKeys.Range range = files.keys(file, reader).range(key);
        if (range != null && range.lastSeq() > hiddenTo) {
          step = Math.max(step, lastStep(reader, file, range.after(hiddenTo), key));
        }
      }
      return step;
    } catch (SQLException e) {
      throw new EventStoreException("cannot read steps: " + e.getMessage(), e, false);
    }
  }

  private static int lastStep(
      DuckDBConnection reader, DayFile file, TraceKeys.Range range, long key) throws SQLException {
    try (PreparedStatement sql =
        reader.prepareStatement(
            "SELECT coalesce(max(step), 0) FROM "
                + file.alias()
                + ".events WHERE seq BETWEEN ? AND ? AND trace_hash = ?")) {
      sql.setLong(1, range.firstSeq());
      sql.setLong(2, range.lastSeq());
      sql.setLong(3, key);
      try (ResultSet row = sql.executeQuery()) {
        row.next();
        return row.getInt(1);
      }
    }
  }

  @Override
  public List<ToldAnswer> toldAnswers() {
    try (DuckDBConnection reader = reader()) {
      return StoredAnswers.latest(reader, files, lastSeq);
    } catch (SQLException e) {
      throw new EventStoreException("cannot read answers: " + e.getMessage(), e, false);
    }
  }

  /** A connection for reading, closed by whoever asked. */
  DuckDBConnection reader() throws SQLException {
    return connection.duplicate();
  }

  /** For questions that read many rows, and whatever else needs memory. */
  Resources resources() {
    return resources;
  }

  DayFiles files() {
    return files;
  }

  Rollups rollups() {
    return rollups;
  }

  TraceCatalog catalog() {
    return catalog;
  }

  DamageCheck damage() {
    return damage;
  }

  Hidden hidden() {
    return hidden;
  }

  /** Files that could not be opened or read, and were set aside. */
  public int damagedFiles() {
    return files.damagedCount();
  }

  @Override
  public void close() {
    try {
      if (open != null) {
        open.close();
        checkpoint(open.file);
        open = null;
      }
      leaving.close();
    } catch (SQLException e) {
      LOG.warn("event_store_close_failed cause={}", e.getMessage());
    }
    try {
      resources.close();
      connection.close();
    } catch (SQLException e) {
      LOG.warn("event_store_close_failed cause={}", e.getMessage());
    }
  }
}
