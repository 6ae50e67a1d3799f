package dev.whyops.store.duckdb;

import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.duckdb.DuckDBConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How much memory and how many threads DuckDB may use: little memory and the caller's own thread
 * while it only stores, so that calls have a small and steady process, and much while wide
 * questions are asked or files are rewritten. What it took for them is given back when nobody asked
 * for a while. Thread-safe.
 *
 * <p>With a second thread a commit may be carried out by that one, while the one that asked for it
 * burns a processor in waiting.
 */
final class Resources {
  private static final Logger LOG = LoggerFactory.getLogger(Resources.class);
  private static final Duration LOOK_EVERY = Duration.ofSeconds(5);
  private static final long QUIET_NANOS = 15_000_000_000L;
  static final int STORING_THREADS = 1;
  private static final int ASKING_THREADS = 2;

  /** Ends one use of the larger share. */
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
  Resources(DuckDBConnection connection, DuckDbSettings settings) {
    this.connection = connection;
    this.askingMib = settings.memoryMib();
    this.storingMib = Math.min(settings.storingMib(), askingMib);
  }

  /** Allows much until the use is closed, and a while longer. */
  synchronized Use wide() throws SQLException {
    if (!wide && !closed) {
      set(askingMib, ASKING_THREADS);
      wide = true;
      Thread.ofVirtual().name("duckdb-resources").start(this::narrowWhenQuiet);
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
      set(storingMib, STORING_THREADS);
      wide = false;
      return true;
    } catch (SQLException e) { // something that runs holds more: later
      LOG.debug("resources_not_given_back cause={}", e.getMessage());
      return false;
    }
  }

  private void set(int mib, int threads) throws SQLException {
    try (Statement sql = connection.createStatement()) {
      sql.execute("SET memory_limit = '" + mib + "MiB'");
      sql.execute("SET threads = " + threads);
    }
  }

  synchronized void close() throws SQLException {
    closed = true;
    connection.close();
  }
}
