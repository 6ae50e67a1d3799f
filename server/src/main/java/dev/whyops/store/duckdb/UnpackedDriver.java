package dev.whyops.store.duckdb;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The driver unpacks its library, some 70 MB, into the temporary folder for each process, and
 * deletes it when the process ends by itself: each killed one left it there. Once it is loaded
 * Linux needs the file no longer, only what it holds.
 */
final class UnpackedDriver {
  private static final Logger LOG = LoggerFactory.getLogger(UnpackedDriver.class);
  private static final Path MAPS = Path.of("/proc/self/maps");
  private static final String NAME = "libduckdb_java";

  private UnpackedDriver() {}

  /**
   * Deletes what this process has loaded from the temporary folder; elsewhere than on Linux
   * nothing.
   */
  static void delete() {
    if (!Files.isReadable(MAPS)) {
      return;
    }
    Path temporary = Path.of(System.getProperty("java.io.tmpdir", "/tmp")).toAbsolutePath();
    try {
      for (Path file : loaded()) {
        if (file.startsWith(temporary)) {
          Files.deleteIfExists(file);
        }
      }
    } catch (IOException e) { // then it goes when the process ends
      LOG.info("unpacked_driver_left cause={}", e.getMessage());
    }
  }

  private static Set<Path> loaded() throws IOException {
    try (Stream<String> maps = Files.lines(MAPS)) {
      return maps.filter(line -> line.contains("/" + NAME) && line.endsWith(".so"))
          .map(line -> Path.of(line.substring(line.indexOf('/'))))
          .collect(Collectors.toSet());
    }
  }
}
