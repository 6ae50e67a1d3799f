package dev.whyops.store.sqlite;

import dev.whyops.continuity.IssuedStore;
import dev.whyops.continuity.Key;
import dev.whyops.continuity.Known;
import dev.whyops.pace.Background;
import dev.whyops.project.ProjectId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteDataSource;

/**
 * What answers issued, in one SQLite file beside the events: hashes of 128 bits and the trace that
 * each leads to. One thread writes, in batches that are committed some milliseconds after the first
 * of them, or within two seconds when many come; a filter in memory answers most questions about
 * what was never issued.
 *
 * <p>The file can be lost: conversations that were under way then begin a new trace. So a file that
 * does not open is put aside, and commits are not synced; they survive the end of the process.
 */
public final class SqliteIssued implements IssuedStore, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SqliteIssued.class);
  private static final int WAITING_MAX = 100_000;
  private static final int BATCH_MAX = 60_000;

  /**
   * Keys are hashes, so each falls on a page of its own until a batch is about as large as the
   * file; a batch of many waits for more of them, which share pages and a commit.
   */
  private static final int MANY = 500;

  private static final long LINGER_MS = 10;
  private static final long LINGER_WITH_MANY_MS = 2_000;
  private static final long LINGER_LOOK_MS = 50;

  private static final long DAY_MS = TimeUnit.DAYS.toMillis(1);
  private static final long PURGE_EVERY_NS = TimeUnit.HOURS.toNanos(6);

  private static final long AGAIN_AFTER_NS = TimeUnit.SECONDS.toNanos(5);
  private static final long FAILED_PAUSE_MS = 500;

  private static final String TABLE =
      "CREATE TABLE IF NOT EXISTS issued (id BLOB PRIMARY KEY, project TEXT NOT NULL, trace TEXT"
          + " NOT NULL, thread TEXT, provider TEXT NOT NULL, day INTEGER NOT NULL) WITHOUT ROWID";

  /** The day moves on, so that what is used lives on; another trace makes the row ambiguous. */
  private static final String MERGE =
      "INSERT INTO issued VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET day ="
          + " excluded.day, thread = CASE WHEN trace = excluded.trace THEN thread END, trace ="
          + " CASE WHEN trace = excluded.trace THEN trace ELSE '' END";

  private static final String REPLACE = "INSERT OR REPLACE INTO issued VALUES (?, ?, ?, ?, ?, ?)";

  private final Connection writer;
  private final Connection reader;
  private final PreparedStatement question;
  private final ReentrantLock reading = new ReentrantLock();
  private final Clock clock;
  private final ToIntFunction<ProjectId> retentionDays;
  private final BlockingQueue<Work> waiting = new ArrayBlockingQueue<>(WAITING_MAX);
  private final LongAdder dropped = new LongAdder();
  private final Thread thread;
  private volatile KeyFilter filter = KeyFilter.UNREAD;
  private volatile boolean closing;
  private long unreadableNs = System.nanoTime() - AGAIN_AFTER_NS;
  private long purgedNs = System.nanoTime() - PURGE_EVERY_NS + TimeUnit.MINUTES.toNanos(1);

  /** What the writer has to do. */
  private sealed interface Work {
    record Keep(ProjectId project, Key key, Known known, boolean lastCounts) implements Work {}

    record Forget(ProjectId project, @Nullable String traceId) implements Work {}
  }

  private SqliteIssued(
      Connection writer, Connection reader, Clock clock, ToIntFunction<ProjectId> retentionDays)
      throws SQLException {
    this.writer = writer;
    this.reader = reader;
    this.clock = clock;
    this.retentionDays = retentionDays;
    this.question =
        reader.prepareStatement(
            "SELECT project, trace, thread, provider, day FROM issued WHERE id = ?");
    this.thread = Thread.ofPlatform().daemon().name("issued").start(this::write);
  }

  /**
   * Opens the file, or makes it.
   *
   * @param retentionDays how long a project keeps things; asked at each find
   */
  public static SqliteIssued open(Path file, Clock clock, ToIntFunction<ProjectId> retentionDays) {
    try {
      return connect(file, clock, retentionDays);
    } catch (SQLException e) {
      LOG.warn("issued_put_aside cause={}", e.getMessage());
      IssuedFile.putAside(file);
      try {
        return connect(file, clock, retentionDays);
      } catch (SQLException again) {
        throw new UncheckedIOException(
            new IOException("conversations cannot be remembered: " + again.getMessage()));
      }
    }
  }

  private static SqliteIssued connect(
      Path file, Clock clock, ToIntFunction<ProjectId> retentionDays) throws SQLException {
    SQLiteDataSource source = IssuedFile.source(file);
    Connection writer = source.getConnection();
    try (Statement sql = writer.createStatement()) {
      sql.execute(TABLE);
      writer.setAutoCommit(false);
      return new SqliteIssued(writer, source.getConnection(), clock, retentionDays);
    } catch (SQLException e) {
      writer.close();
      throw e;
    }
  }

  /** What was not kept because too much was waiting. */
  public long dropped() {
    return dropped.sum();
  }

  @Override
  public boolean mayKnow(Key key) {
    return filter.mayHold(key);
  }

  @Override
  public Optional<Known> find(ProjectId project, Key key) {
    reading.lock();
    try {
      question.setBytes(1, bytes(key));
      try (ResultSet row = question.executeQuery()) {
        return row.next() ? known(project, row) : Optional.empty();
      }
    } catch (SQLException e) {
      LOG.warn("issued_unreadable cause={}", e.getMessage());
      return Optional.empty();
    } finally {
      reading.unlock();
    }
  }

  private Optional<Known> known(ProjectId project, ResultSet row) throws SQLException {
    String trace = row.getString(2);
    if (!project.value().equals(row.getString(1))
        || row.getLong(5) + retentionDays.applyAsInt(project) < today()) {
      return Optional.empty();
    }
    if (trace.isEmpty()) {
      return Optional.of(AMBIGUOUS);
    }
    String thread = row.getString(3);
    return Optional.of(new Known(trace, thread == null ? trace : thread, row.getString(4)));
  }

  @Override
  public void keep(ProjectId project, Key key, Known known, boolean lastCounts) {
    filter.add(key);
    if (!waiting.offer(new Work.Keep(project, key, known, lastCounts))) {
      dropped.increment();
    }
  }

  @Override
  public void forget(ProjectId project, @Nullable String traceId) {
    try {
      waiting.put(new Work.Forget(project, traceId));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void write() {
    Background.enter();
    try {
      while (!closing || !waiting.isEmpty()) {
        if (filter == KeyFilter.UNREAD || filter.isFull()) {
          readKeysIfDue();
        }
        Work first = waiting.poll(100, TimeUnit.MILLISECONDS);
        if (first != null) {
          writeBatch(first);
        }
        purgeIfDue();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** A file that cannot be read now is tried again; until then more is looked up than need be. */
  private void readKeysIfDue() {
    if (System.nanoTime() - unreadableNs < AGAIN_AFTER_NS) {
      return;
    }
    try {
      readKeys();
    } catch (SQLException e) {
      unreadableNs = System.nanoTime();
      LOG.warn("issued_keys_unreadable cause={}", e.getMessage());
    }
  }

  /** Until all keys were read, everything may be known. */
  private void readKeys() throws SQLException {
    try (Statement sql = reader.createStatement()) {
      long count;
      try (ResultSet row = sql.executeQuery("SELECT count(*) FROM issued")) {
        row.next();
        count = row.getLong(1);
      }
      KeyFilter fresh = KeyFilter.forKeys(count);
      try (ResultSet rows = sql.executeQuery("SELECT id FROM issued")) {
        while (rows.next() && !closing) {
          ByteBuffer id = ByteBuffer.wrap(rows.getBytes(1));
          fresh.add(new Key(id.getLong(), id.getLong()));
        }
      }
      for (Work work : waiting) { // kept while the keys were read
        if (work instanceof Work.Keep keep) {
          fresh.add(keep.key());
        }
      }
      filter = fresh;
    }
  }

  private void writeBatch(Work first) throws InterruptedException {
    List<Work> batch = new ArrayList<>();
    batch.add(first);
    Thread.sleep(LINGER_MS);
    if (waiting.size() >= MANY) {
      gather();
    }
    waiting.drainTo(batch, BATCH_MAX);
    try (PreparedStatement merge = writer.prepareStatement(MERGE);
        PreparedStatement replace = writer.prepareStatement(REPLACE)) {
      List<Work.Keep> kept = new ArrayList<>();
      for (Work work : batch) {
        switch (work) {
          case Work.Keep keep -> kept.add(keep);
          case Work.Forget(ProjectId project, String traceId) -> {
            keep(kept, merge, replace);
            delete(project, traceId);
          }
        }
      }
      keep(kept, merge, replace);
      writer.commit();
    } catch (SQLException e) {
      LOG.warn("issued_not_kept count={} cause={}", batch.size(), e.getMessage());
      rollback();
      giveBack(batch);
    }
  }

  /** What is to be forgotten is not dropped: it is tried again, until the end. */
  private void giveBack(List<Work> batch) throws InterruptedException {
    for (Work work : batch) {
      if (closing || !(work instanceof Work.Forget) || !waiting.offer(work)) {
        dropped.increment();
      }
    }
    Thread.sleep(FAILED_PAUSE_MS);
  }

  private void gather() throws InterruptedException {
    long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(LINGER_WITH_MANY_MS);
    while (!closing && waiting.size() < BATCH_MAX && System.nanoTime() - until < 0) {
      Thread.sleep(LINGER_LOOK_MS);
    }
  }

  /** In the order of the file, each page is found once; equal keys stay in their order. */
  private void keep(List<Work.Keep> kept, PreparedStatement merge, PreparedStatement replace)
      throws SQLException {
    kept.sort(Comparator.comparing(Work.Keep::key));
    for (Work.Keep keep : kept) {
      keep(keep.lastCounts() ? replace : merge, keep);
    }
    kept.clear();
  }

  private void keep(PreparedStatement into, Work.Keep work) throws SQLException {
    Known known = work.known();
    filter.add(work.key()); // the filter may be a newer one than at the time of asking
    into.setBytes(1, bytes(work.key()));
    into.setString(2, work.project().value());
    into.setString(3, known.traceId());
    into.setString(4, known.threadId().equals(known.traceId()) ? null : known.threadId());
    into.setString(5, known.providerSlug());
    into.setLong(6, today());
    into.executeUpdate();
  }

  private void delete(ProjectId project, @Nullable String traceId) throws SQLException {
    try (PreparedStatement sql =
        writer.prepareStatement(
            "DELETE FROM issued WHERE project = ? AND (? IS NULL OR trace = ?)")) {
      sql.setString(1, project.value());
      sql.setString(2, traceId);
      sql.setString(3, traceId);
      sql.executeUpdate();
    }
  }

  private void rollback() {
    try {
      writer.rollback();
    } catch (SQLException e) {
      LOG.warn("issued_rollback_failed cause={}", e.getMessage());
    }
  }

  private void purgeIfDue() {
    if (System.nanoTime() - purgedNs > PURGE_EVERY_NS) {
      purgedNs = System.nanoTime();
      purge();
    }
  }

  private void purge() {
    try (Statement sql = writer.createStatement();
        PreparedStatement delete =
            writer.prepareStatement("DELETE FROM issued WHERE project = ? AND day < ?")) {
      List<String> projects = new ArrayList<>();
      try (ResultSet rows = sql.executeQuery("SELECT DISTINCT project FROM issued")) {
        while (rows.next()) {
          projects.add(rows.getString(1));
        }
      }
      for (String project : projects) {
        delete.setString(1, project);
        delete.setLong(2, today() - retentionDays.applyAsInt(new ProjectId(project)));
        delete.executeUpdate();
      }
      writer.commit();
    } catch (SQLException | RuntimeException e) {
      LOG.warn("issued_not_purged cause={}", e.getMessage());
      rollback();
    }
  }

  private long today() {
    return clock.millis() / DAY_MS;
  }

  private static byte[] bytes(Key key) {
    return ByteBuffer.allocate(16).putLong(key.high()).putLong(key.low()).array();
  }

  /** Writes what waits. */
  @Override
  public void close() {
    closing = true;
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    try {
      reader.close();
      writer.close();
    } catch (SQLException e) {
      LOG.warn("issued_close_failed cause={}", e.getMessage());
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
