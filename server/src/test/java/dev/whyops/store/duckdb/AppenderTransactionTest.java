package dev.whyops.store.duckdb;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows and the position that goes with them are committed together or not at all. */
class AppenderTransactionTest {
  @Test
  @DisplayName("F-01 what appenders flushed is gone when the transaction is not committed")
  void flushedRowsBelongToTheTransaction(@TempDir Path folder) throws SQLException {
    try (DuckDBConnection connection = DuckDb.start(DuckDbSettings.in(folder))) {
      try (Statement sql = connection.createStatement()) {
        sql.execute("CREATE TABLE numbers(n BIGINT)");
      }
      connection.setAutoCommit(false);
      try (DuckDBAppender appender = connection.createAppender("main", "numbers")) {
        DuckDb.begin(connection);
        append(appender, 1);
        connection.rollback();
        assertThat(count(connection)).isZero();
        connection.commit();

        DuckDb.begin(connection);
        append(appender, 2);
        connection.commit();
        assertThat(count(connection)).isEqualTo(1);
        connection.commit();
      }
    }
  }

  private static void append(DuckDBAppender appender, long number) throws SQLException {
    appender.beginRow().append(number).endRow();
    appender.flush();
  }

  private static long count(DuckDBConnection connection) throws SQLException {
    try (Statement sql = connection.createStatement();
        ResultSet row = sql.executeQuery("SELECT count(*) FROM numbers")) {
      row.next();
      return row.getLong(1);
    }
  }
}
