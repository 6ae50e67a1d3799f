package dev.whyops.evidence;

import dev.whyops.json.Json;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;

/**
 * Digests on disk, one JSON line each, newest last. All of it can be inferred again from the
 * events, so a damaged line costs one digest and a lost tail the last few. Opening it drops what is
 * older than 90 days, replaced or deleted.
 *
 * <p>Thread-safe.
 */
final class DigestLog implements AutoCloseable {
  static final Duration KEPT_MAX = Duration.ofDays(90);
  private static final int LINES_MAX = 200_000;

  private final BufferedWriter out;

  private DigestLog(BufferedWriter out) {
    this.out = out;
  }

  /** The newest entry of each trace. */
  static List<DigestEntry> read(Path file, Instant now) {
    Map<String, DigestEntry> newest = new LinkedHashMap<>();
    if (!Files.exists(file)) {
      return List.of();
    }
    try (BufferedReader in = Files.newBufferedReader(file)) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        take(line, now, newest);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    List<DigestEntry> all = new ArrayList<>(newest.values());
    return all.size() <= LINES_MAX ? all : all.subList(all.size() - LINES_MAX, all.size());
  }

  private static void take(String line, Instant now, Map<String, DigestEntry> newest) {
    DigestEntry entry;
    try {
      entry = Json.mapper().readValue(line, DigestEntry.class);
    } catch (JacksonException e) {
      return; // cut off when the process was killed, or damaged: it will be inferred again
    }
    String key = entry.projectId() + ' ' + entry.traceId();
    newest.remove(key);
    if (entry.traceId() == null) {
      newest.keySet().removeIf(k -> k.startsWith(entry.projectId() + ' '));
    } else if (entry.digest() != null && entry.at().isAfter(now.minus(KEPT_MAX))) {
      newest.put(key, entry);
    }
  }

  /** Rewrites the file with what is still good and opens it for more. */
  static DigestLog open(Path file, List<DigestEntry> kept) throws IOException {
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    try (BufferedWriter out = Files.newBufferedWriter(fresh)) {
      for (DigestEntry entry : kept) {
        out.write(Json.mapper().writeValueAsString(entry));
        out.newLine();
      }
    }
    Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING);
    return new DigestLog(Files.newBufferedWriter(file, StandardOpenOption.APPEND));
  }

  synchronized void append(List<DigestEntry> entries) throws IOException {
    for (DigestEntry entry : entries) {
      out.write(Json.mapper().writeValueAsString(entry));
      out.newLine();
    }
    out.flush();
  }

  @Override
  public synchronized void close() throws IOException {
    out.close();
  }
}
