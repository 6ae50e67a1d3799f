package dev.whyops.store.sqlite;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.whyops.http.UnavailableException;
import dev.whyops.project.ProjectId;
import dev.whyops.store.sql.Database;
import dev.whyops.store.sql.Dsl;
import dev.whyops.store.sql.Migrations;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.exception.DataAccessException;
import org.jooq.impl.DSL;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/**
 * The control plane in one SQLite file: write-ahead log, synced with every commit, one writer, four
 * readers that never wait for it.
 *
 * <p>When another process holds the file, a writer tries again for {@link #WRITE_PATIENCE}. It
 * waits in Java and not inside SQLite: a thread that waits in native code would hold up a carrier
 * of all virtual threads.
 */
public final class SqliteDatabase implements Database {
  static final Duration WRITE_PATIENCE = Duration.ofSeconds(5);

  private static final int READERS = 4;
  private static final Duration READ_PATIENCE = Duration.ofSeconds(2);
  private static final long RETRY_EVERY_MS = 10;
  private static final Set<SQLiteErrorCode> ENGINE_FAILURES =
      Set.of(
          SQLiteErrorCode.SQLITE_BUSY,
          SQLiteErrorCode.SQLITE_LOCKED,
          SQLiteErrorCode.SQLITE_READONLY,
          SQLiteErrorCode.SQLITE_INTERRUPT,
          SQLiteErrorCode.SQLITE_IOERR,
          SQLiteErrorCode.SQLITE_CORRUPT,
          SQLiteErrorCode.SQLITE_FULL,
          SQLiteErrorCode.SQLITE_CANTOPEN,
          SQLiteErrorCode.SQLITE_PROTOCOL,
          SQLiteErrorCode.SQLITE_NOTADB);

  private final Connection writer;
  private final DSLContext writerDsl;
  private final HikariDataSource readers;
  private final DSLContext readerDsl;
  private final ReentrantLock writerLock = new ReentrantLock(true);

  private SqliteDatabase(Connection writer, HikariDataSource readers) {
    this.writer = writer;
    this.writerDsl = Dsl.over(writer, SQLDialect.SQLITE);
    this.readers = readers;
    this.readerDsl = Dsl.over(readers, SQLDialect.SQLITE);
  }

  /**
   * Opens the file, makes it when it is missing, and brings its tables up to date.
   *
   * @throws dev.whyops.store.sql.MigrationException when a newer server wrote it
   */
  public static SqliteDatabase open(Path file) {
    String url = "jdbc:sqlite:" + file.toAbsolutePath();
    Migrations.run(source(writerConfig((int) WRITE_PATIENCE.toMillis()), url));
    SQLiteDataSource writable = source(writerConfig(0), url);
    try {
      return new SqliteDatabase(writable.getConnection(), readers(url));
    } catch (SQLException e) {
      throw unavailable();
    }
  }

  @Override
  public <T> T read(Function<DSLContext, T> work) {
    try {
      return work.apply(readerDsl);
    } catch (DataAccessException e) {
      throw engineFailed(e) ? unavailable() : e;
    }
  }

  @Override
  public <T> T write(Function<DSLContext, T> work) {
    if (writerLock.isHeldByCurrentThread()) {
      throw new IllegalStateException("a transaction inside a transaction");
    }
    long deadline = System.nanoTime() + WRITE_PATIENCE.toNanos();
    try {
      if (!writerLock.tryLock(WRITE_PATIENCE.toNanos(), TimeUnit.NANOSECONDS)) {
        throw unavailable();
      }
      try {
        while (true) {
          try {
            return transaction(work);
          } catch (BusyException e) {
            if (System.nanoTime() - deadline >= 0) {
              throw unavailable();
            }
            Thread.sleep(RETRY_EVERY_MS);
          }
        }
      } finally {
        writerLock.unlock();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unavailable();
    }
  }

  @Override
  public void lockAudit(DSLContext transaction, ProjectId project) {
    // There is one writer.
  }

  @Override
  public boolean isShared() {
    return false;
  }

  @Override
  public <T> T snapshot(Function<DSLContext, T> work) {
    return read(sql -> sql.transactionResult(transaction -> work.apply(DSL.using(transaction))));
  }

  @Override
  public void close() {
    readers.close();
    writerLock.lock();
    try {
      writer.close();
    } catch (SQLException e) {
      throw unavailable();
    } finally {
      writerLock.unlock();
    }
  }

  /** Somebody else writes; nothing has happened yet. */
  private static final class BusyException extends Exception {
    private static final long serialVersionUID = 1;
  }

  private <T> T transaction(Function<DSLContext, T> work) throws BusyException {
    // Begun and ended in SQL: with its own transactions the driver begins the next one at once and
    // so holds the file for good.
    boolean open = false;
    try {
      writerDsl.execute("BEGIN IMMEDIATE");
      open = true;
      T result = work.apply(writerDsl);
      writerDsl.execute("COMMIT");
      open = false;
      return result;
    } catch (DataAccessException e) {
      if (busy(e)) {
        throw new BusyException();
      }
      throw engineFailed(e) ? unavailable() : e;
    } finally {
      if (open) {
        rollback();
      }
    }
  }

  private void rollback() {
    try {
      writerDsl.execute("ROLLBACK");
    } catch (DataAccessException e) {
      // The engine has rolled back by itself, as it does when the disk is full.
    }
  }

  private static boolean busy(DataAccessException e) {
    return e.getCause() instanceof SQLiteException cause
        && (cause.getResultCode().code & 0xff) == SQLiteErrorCode.SQLITE_BUSY.code;
  }

  private static boolean engineFailed(DataAccessException e) {
    if (e.getCause() instanceof SQLiteException cause) {
      int primary = cause.getResultCode().code & 0xff;
      return ENGINE_FAILURES.stream().anyMatch(code -> code.code == primary);
    }
    return e.getCause() instanceof SQLException;
  }

  private static UnavailableException unavailable() {
    return new UnavailableException(
        "control_plane_unavailable", "The control plane cannot answer now. Try again.");
  }

  private static HikariDataSource readers(String url) {
    SQLiteConfig config = new SQLiteConfig();
    config.setReadOnly(true);
    config.setBusyTimeout((int) READ_PATIENCE.toMillis());
    HikariConfig pool = new HikariConfig();
    pool.setPoolName("control-readers");
    pool.setDataSource(source(config, url));
    pool.setReadOnly(true);
    pool.setMaximumPoolSize(READERS);
    pool.setConnectionTimeout(READ_PATIENCE.toMillis());
    return new HikariDataSource(pool);
  }

  private static SQLiteDataSource source(SQLiteConfig config, String url) {
    SQLiteDataSource source = new SQLiteDataSource(config);
    source.setUrl(url);
    return source;
  }

  private static SQLiteConfig writerConfig(int busyTimeoutMs) {
    SQLiteConfig config = new SQLiteConfig();
    config.setJournalMode(SQLiteConfig.JournalMode.WAL);
    config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
    config.enforceForeignKeys(true);
    config.setBusyTimeout(busyTimeoutMs);
    return config;
  }
}
