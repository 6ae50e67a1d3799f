package dev.whyops.store.duckdb;

import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.duckdb.DuckDBConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How much memory DuckDB may use: little while it only stores, so that calls have a small and
 * steady process, and much while wide questions are asked or files are rewritten. What it took for
 * them is given back when nobody asked for a while. Thread-safe.
 */
final class MemoryLimit {
  private static final Logger LOG = LoggerFactory.getLogger(MemoryLimit.class);
  private static final Duration LOOK_EVERY = Duration.ofSeconds(5);
  private static final long QUIET_NANOS = 15_000_000_000L;

  /** Ends one use of the larger limit. */
  interface Use extends AutoCloseable {
    @Override
    void close();
  }

  private final DuckDBConnection connection;
  private final int storingMib;
  private final int askingMib;
  private int users;
  private boolean wide;
  private boolean closed;
  private long lastUsedNs;

  /**
   * @param connection of its own, closed with this
   */
  MemoryLimit(DuckDBConnection connection, DuckDbSettings settings) {
    this.connection = connection;
    this.askingMib = settings.memoryMib();
    this.storingMib = Math.min(settings.storingMib(), askingMib);
  }

  /** Allows much memory until the use is closed, and a while longer. */
  synchronized Use wide() throws SQLException {
    if (!wide && !closed) {
      set(askingMib);
      wide = true;
      Thread.ofVirtual().name("duckdb-memory").start(this::narrowWhenQuiet);
    }
    users++;
    return this::used;
  }

  private synchronized void used() {
    users--;
    lastUsedNs = System.nanoTime();
  }

  private void narrowWhenQuiet() {
    try {
      do {
        Thread.sleep(LOOK_EVERY);
      } while (!tryNarrow(System.nanoTime()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** True when there is nothing more to do. */
  synchronized boolean tryNarrow(long nowNs) {
    if (closed) {
      return true;
    }
    if (users > 0 || nowNs - lastUsedNs < QUIET_NANOS) {
      return false;
    }
    try {
      set(storingMib);
      wide = false;
      return true;
    } catch (SQLException e) { // something that runs holds more: later
      LOG.debug("memory_not_given_back cause={}", e.getMessage());
      return false;
    }
  }

  private void set(int mib) throws SQLException {
    try (Statement sql = connection.createStatement()) {
      sql.execute("SET memory_limit = '" + mib + "MiB'");
    }
  }

  synchronized void close() throws SQLException {
    closed = true;
    connection.close();
  }
}
