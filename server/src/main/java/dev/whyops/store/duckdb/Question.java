package dev.whyops.store.duckdb;

import dev.whyops.http.ApiException;
import dev.whyops.record.EventStoreException;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.duckdb.DuckDBConnection;

/** Asks the store one thing, within the dashboard's limit of time. */
final class Question {
  static final int SECONDS_MAX = 2;

  private final DuckDbEventStore store;

  Question(DuckDbEventStore store) {
    this.store = store;
  }

  /** Reads one row. */
  @FunctionalInterface
  interface RowReader<T> {
    T read(ResultSet row) throws SQLException;
  }

  /** What a question needs on its connection. */
  @FunctionalInterface
  interface Preparation {
    void on(DuckDBConnection connection) throws SQLException;
  }

  /**
   * @throws ApiException 400 {@code query_too_expensive}
   * @throws EventStoreException when the store cannot answer at all
   */
  <T> List<T> ask(String text, List<Object> values, RowReader<T> reader) {
    return ask(connection -> {}, text, values, reader);
  }

  /** Asks over a connection that was made ready for the question. */
  <T> List<T> ask(Preparation before, String text, List<Object> values, RowReader<T> reader) {
    try (Resources.Use _ = store.resources().wide();
        DuckDBConnection connection = store.reader()) {
      before.on(connection);
      try (PreparedStatement sql = connection.prepareStatement(text)) {
        sql.setQueryTimeout(SECONDS_MAX);
        Conditions.bind(sql, values);
        List<T> rows = new ArrayList<>();
        try (ResultSet row = sql.executeQuery()) {
          while (row.next()) {
            rows.add(reader.read(row));
          }
        }
        return rows;
      }
    } catch (SQLException e) {
      throw failed(store, e);
    }
  }

  /** What a question that failed tells whoever asked. */
  static RuntimeException failed(DuckDbEventStore store, SQLException e) {
    String message = String.valueOf(e.getMessage());
    if (DamageCheck.isDamage(e)) {
      store.damage().start();
    }
    if (message.contains("INTERRUPT")
        || message.contains("Interrupted")
        || message.contains("Out of Memory")) {
      return tooExpensive();
    }
    return new EventStoreException("cannot read events: " + message, e, false);
  }

  static ApiException tooExpensive() {
    return new ApiException(
        400,
        "query_too_expensive",
        "This takes too long. Choose a shorter range of time or more filters.");
  }
}
