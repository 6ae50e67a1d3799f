package dev.whyops.store.duckdb;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import org.duckdb.DuckDBConnection;

/** What API keys have spent, by the costs of the calls that were made with them. Thread-safe. */
public final class DuckDbSpend {
  private final DuckDbEventStore store;

  public DuckDbSpend(DuckDbEventStore store) {
    this.store = store;
  }

  /**
   * Billionths of a US dollar by the id of the key. May take long.
   *
   * @param since calls that were received from then on
   * @param lastSeq and journalled up to there
   */
  public Map<String, Long> nanoUsdByKey(Instant since, long lastSeq) {
    Map<String, Long> spent = new HashMap<>();
    try (DuckDBConnection reader = store.reader()) {
      for (DayFile file : store.files().newestFirst()) {
        if (!file.day().isBefore(since.atZone(ZoneOffset.UTC).toLocalDate())) {
          add(reader, file, since, lastSeq, spent);
        }
      }
      return spent;
    } catch (SQLException e) {
      throw Question.failed(store, e);
    }
  }

  private static void add(
      DuckDBConnection reader, DayFile file, Instant since, long lastSeq, Map<String, Long> spent)
      throws SQLException {
    String sql =
        "SELECT c.key_id, CAST(sum(e.cost_nano) AS BIGINT) FROM %1$s.calls c JOIN %1$s.events e"
            + " ON e.seq = c.seq WHERE c.received >= ? AND c.seq <= ? AND e.source = 'PROXY'"
            + " AND e.cost_nano IS NOT NULL GROUP BY c.key_id";
    try (PreparedStatement question = reader.prepareStatement(sql.formatted(file.alias()))) {
      question.setLong(1, EventRows.micros(since));
      question.setLong(2, lastSeq);
      try (ResultSet row = question.executeQuery()) {
        while (row.next()) {
          spent.merge(row.getString(1), row.getLong(2), Long::sum);
        }
      }
    }
  }
}
