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

class ResourcesTest {
  @TempDir Path folder;

  private static String limits(DuckDBConnection connection) throws SQLException {
    try (Statement sql = connection.createStatement();
        ResultSet row =
            sql.executeQuery(
                "SELECT current_setting('memory_limit') || ', ' || current_setting('threads')")) {
      row.next();
      return row.getString(1);
    }
  }

  @Test
  void isNarrowUntilSomebodyAsksWidely() throws Exception {
    DuckDbSettings settings =
        new DuckDbSettings(folder, 1_000, 1 << 20, 512, 128, 64, Duration.ofSeconds(30));
    try (DuckDBConnection connection = DuckDb.start(settings)) {
      Resources resources = new Resources(connection.duplicate(), settings);
      assertThat(limits(connection)).isEqualTo("128.0 MiB, 1");
      try (Resources.Use _ = resources.wide()) {
        assertThat(limits(connection)).isEqualTo("512.0 MiB, 2");
        assertThat(resources.tryNarrow(Long.MAX_VALUE)).isFalse();
      }
      long soon = System.nanoTime();
      assertThat(resources.tryNarrow(soon)).isFalse();
      assertThat(resources.tryNarrow(soon + 60_000_000_000L)).isTrue();
      assertThat(limits(connection)).isEqualTo("128.0 MiB, 1");
      resources.close();
    }
  }
}
