package dev.whyops.store.duckdb;

import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import org.duckdb.DuckDBConnection;

/** Starts one DuckDB in this process, closed to the network and to all other files. */
final class DuckDb {
  private DuckDb() {}

  static DuckDBConnection start(DuckDbSettings settings) throws SQLException {
    Properties properties = new Properties();
    properties.setProperty(
        "memory_limit", Math.min(settings.storingMib(), settings.memoryMib()) + "MiB");
    properties.setProperty("threads", Integer.toString(Resources.STORING_THREADS));
    properties.setProperty("autoinstall_known_extensions", "false");
    properties.setProperty("autoload_known_extensions", "false");
    properties.setProperty("checkpoint_threshold", settings.checkpointMib() + "MiB");
    properties.setProperty("allocator_background_threads", "true");
    properties.setProperty("preserve_insertion_order", "true");
    DuckDBConnection connection =
        (DuckDBConnection) DriverManager.getConnection("jdbc:duckdb:", properties);
    UnpackedDriver.delete();
    try (Statement sql = connection.createStatement()) {
      sql.execute(
          "SET temp_directory = '"
              + settings.directory().resolve("tmp").toAbsolutePath().toString().replace("'", "''")
              + "'");
    }
    return connection;
  }

  /**
   * Opens the transaction that appenders are to flush into. The driver opens one only with the
   * first statement, and an appender is none: without this each flush would commit by itself, and a
   * kill between two of them would leave rows without the position that goes with them.
   */
  static void begin(DuckDBConnection connection) throws SQLException {
    try (Statement sql = connection.createStatement()) {
      sql.execute("SELECT 1");
    }
  }
}
