package dev.whyops.store.duckdb;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs(OS.LINUX)
class UnpackedDriverTest {
  @TempDir private Path folder;

  @Test
  void aRunningStoreLeavesNothingInTheTemporaryFolder() throws Exception {
    try (var store =
        DuckDbEventStore.open(
            DuckDbSettings.in(folder.resolve("events")), java.time.Clock.systemUTC())) {
      assertThat(store.lastSeq()).isZero();
      assertThat(mapped()).isNotEmpty().allMatch(line -> line.endsWith("(deleted)"));
    }
  }

  private static List<String> mapped() throws IOException {
    try (var maps = Files.lines(Path.of("/proc/self/maps"))) {
      return maps.filter(line -> line.contains("libduckdb_java")).toList();
    }
  }
}
