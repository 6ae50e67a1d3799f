package dev.whyops.store.duckdb;

import dev.whyops.fault.Fault;
import java.io.IOException;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.duckdb.DuckDBConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Databases that no new question looks at, and that questions under way still may: they are let go
 * when the longest of those must have ended. What a death leaves of them the next start removes.
 * Thread-safe.
 */
final class Leaving {
  private static final Logger LOG = LoggerFactory.getLogger(Leaving.class);
  private static final Duration GRACE = Duration.ofSeconds(Question.SECONDS_MAX + 1);

  private final DuckDBConnection connection;
  private final Deque<Database> databases = new ArrayDeque<>();
  private boolean closed;

  /** Takes the files of a database away. */
  @FunctionalInterface
  interface Removal {
    void remove() throws IOException;
  }

  private record Database(String alias, Removal removal) {}

  /**
   * @param connection of its own, closed with this
   */
  Leaving(DuckDBConnection connection) {
    this.connection = connection;
  }

  synchronized void add(String alias, Removal removal) {
    databases.add(new Database(alias, removal));
    Thread.ofVirtual().name("store-leaving").start(this::letNextGo);
  }

  /** One of these for each, in their order. */
  private void letNextGo() {
    try {
      Thread.sleep(GRACE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return;
    }
    synchronized (this) {
      Database next = closed ? null : databases.poll();
      if (next != null) {
        letGo(next);
      }
    }
  }

  /** At once: for what nobody can ask for any more. */
  synchronized void letGo(String alias, Removal removal) {
    letGo(new Database(alias, removal));
  }

  private void letGo(Database database) {
    try (Statement sql = connection.createStatement()) {
      sql.execute("DETACH DATABASE IF EXISTS " + database.alias());
      Fault.maybe("drop-detached");
      database.removal().remove();
    } catch (SQLException | IOException e) { // the next start removes it
      LOG.warn("file_not_let_go name={} cause={}", database.alias(), e.getMessage());
    }
  }

  /** Lets go of all that is left. */
  synchronized void close() throws SQLException {
    closed = true;
    databases.forEach(this::letGo);
    databases.clear();
    connection.close();
  }
}
