package dev.whyops.store.duckdb;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.duckdb.DuckDBConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out which file is damaged when a question met bad blocks: the database does not say. Reads
 * every file whole, once, behind the questions; what does not read is served no more.
 */
final class DamageCheck {
  private static final Logger LOG = LoggerFactory.getLogger(DamageCheck.class);
  private static final List<String> WRITTEN = List.of("trace_delta", "events", "msgs", "calls");
  private static final List<String> SEALED =
      List.of("trace_delta", "events", "blocks", "shared", "calls");

  private final DuckDbEventStore store;
  private final AtomicBoolean running = new AtomicBoolean();

  DamageCheck(DuckDbEventStore store) {
    this.store = store;
  }

  static boolean isDamage(SQLException e) {
    return String.valueOf(e.getMessage()).contains("Corrupt");
  }

  void start() {
    if (running.compareAndSet(false, true)) {
      Thread.ofVirtual().name("damage-check").start(this::run);
    }
  }

  private void run() {
    try {
      store.files().oldestFirst().forEach(this::check);
    } finally {
      running.set(false);
    }
  }

  private void check(DayFile file) {
    try (DuckDBConnection connection = store.reader();
        Statement sql = connection.createStatement()) {
      for (String table : file.isSealed() ? SEALED : WRITTEN) {
        String whole = "SELECT max(hash(t)) FROM " + file.alias() + "." + table + " t";
        try (ResultSet row = sql.executeQuery(whole)) {
          row.next();
        }
      }
    } catch (SQLException e) {
      if (isDamage(e)) {
        store.files().damaged(file, String.valueOf(e.getMessage()));
      } else {
        LOG.warn("damage_check_failed file={} cause={}", file.alias(), e.getMessage());
      }
    }
  }
}
