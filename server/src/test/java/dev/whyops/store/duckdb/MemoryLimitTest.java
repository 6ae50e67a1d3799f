package dev.whyops.store.duckdb;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.duckdb.DuckDBConnection;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MemoryLimitTest {
  @TempDir Path folder;

  private static String limit(DuckDBConnection connection) throws SQLException {
    try (Statement sql = connection.createStatement();
        ResultSet row = sql.executeQuery("SELECT current_setting('memory_limit')")) {
      row.next();
      return row.getString(1);
    }
  }

  @Test
  void isNarrowUntilSomebodyAsksWidely() throws Exception {
    DuckDbSettings settings =
        new DuckDbSettings(folder, 1_000, 1 << 20, 512, 128, 64, Duration.ofSeconds(30));
    try (DuckDBConnection connection = DuckDb.start(settings)) {
      MemoryLimit memory = new MemoryLimit(connection.duplicate(), settings);
      assertThat(limit(connection)).isEqualTo("128.0 MiB");
      try (MemoryLimit.Use _ = memory.wide()) {
        assertThat(limit(connection)).isEqualTo("512.0 MiB");
        assertThat(memory.tryNarrow(Long.MAX_VALUE)).isFalse();
      }
      long soon = System.nanoTime();
      assertThat(memory.tryNarrow(soon)).isFalse();
      assertThat(memory.tryNarrow(soon + 60_000_000_000L)).isTrue();
      assertThat(limit(connection)).isEqualTo("128.0 MiB");
      memory.close();
    }
  }
}
