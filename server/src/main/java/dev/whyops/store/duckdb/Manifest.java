package dev.whyops.store.duckdb;

import dev.whyops.json.Json;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;

/**
 * What is known of a sealed file without opening it. A file with a manifest is sealed: nothing in
 * it changes any more. Times are microseconds since 1970.
 *
 * @param minTs earliest time of an event
 * @param maxStarted latest start of a trace's row
 * @param projects whose events are inside
 */
record Manifest(
    int format,
    long events,
    long lastSeq,
    long minTs,
    long maxTs,
    long minStarted,
    long maxStarted,
    List<String> projects) {
  static final int FORMAT = 1;

  Manifest {
    projects = List.copyOf(projects);
  }

  /** Empty when there is none, or none that this server understands. */
  static Optional<Manifest> read(Path path) {
    try {
      Manifest manifest = Json.mapper().readValue(Files.readAllBytes(path), Manifest.class);
      return Optional.of(manifest).filter(m -> m.format() == FORMAT);
    } catch (IOException | JacksonException e) {
      return Optional.empty();
    }
  }

  /** Whole or not at all. */
  void write(Path path) throws IOException {
    Path unfinished = path.resolveSibling(path.getFileName() + ".new");
    Files.write(unfinished, Json.mapper().writeValueAsBytes(this));
    try (FileChannel channel = FileChannel.open(unfinished, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
    Files.move(unfinished, path, StandardCopyOption.ATOMIC_MOVE);
  }

  boolean mayHoldEvents(long from, long to) {
    return minTs < to && maxTs >= from;
  }
}
