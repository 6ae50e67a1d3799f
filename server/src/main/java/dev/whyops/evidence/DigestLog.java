package dev.whyops.evidence;

import dev.whyops.json.Json;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import tools.jackson.core.JacksonException;

/**
 * Digests on disk, one JSON line each, newest last. All of it can be inferred again from the
 * events, so a damaged line costs one digest and a lost tail the last few. The file is rewritten
 * with what still counts when it is opened, when most of its lines have had their day, once a day,
 * and when something was deleted: only then are the values gone that stood in it.
 *
 * <p>Thread-safe.
 */
final class DigestLog implements AutoCloseable {
  static final Duration KEPT_MAX = Duration.ofDays(90);
  private static final Duration REWRITTEN_EVERY = Duration.ofDays(1);

  /** So many lines may have had their day whatever counts. */
  static final int SPARE_LINES = 1_000;

  private final Path file;
  private final Supplier<List<DigestEntry>> live;
  private final Clock clock;
  private BufferedWriter out;
  private long rewriteAbove;
  private Instant rewriteAt;
  private long lines;
  private boolean closed;

  private DigestLog(Path file, Supplier<List<DigestEntry>> live, Clock clock) throws IOException {
    this.file = file;
    this.live = live;
    this.clock = clock;
    this.rewriteAt = clock.instant().plus(REWRITTEN_EVERY);
    this.out = rewritten();
  }

  /** Tells every entry, oldest first; what is too old is told as a deletion. */
  static void read(Path file, Instant now, Consumer<DigestEntry> to) throws IOException {
    if (!Files.exists(file)) {
      return;
    }
    // Not the strict reader of Files: damaged bytes cost a line, not the start of the server.
    try (BufferedReader in =
        new BufferedReader(
            new InputStreamReader(Files.newInputStream(file), StandardCharsets.UTF_8))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        take(line, now, to);
      }
    }
  }

  private static void take(String line, Instant now, Consumer<DigestEntry> to) {
    DigestEntry entry;
    try {
      entry = Json.mapper().readValue(line, DigestEntry.class);
    } catch (JacksonException e) {
      return; // cut off when the process was killed, or damaged: it will be inferred again
    }
    boolean old = !entry.at().isAfter(now.minus(KEPT_MAX));
    if (old && entry.traceId() != null) {
      to.accept(new DigestEntry(entry.projectId(), entry.traceId(), entry.at(), null));
    } else {
      to.accept(entry);
    }
  }

  /**
   * Rewrites the file and opens it for more.
   *
   * @param live all that counts now
   */
  static DigestLog open(Path file, Supplier<List<DigestEntry>> live, Clock clock)
      throws IOException {
    return new DigestLog(file, live, clock);
  }

  synchronized void append(List<DigestEntry> entries) throws IOException {
    write(out, entries);
    out.flush();
    lines += entries.size();
    if (lines > rewriteAbove || !clock.instant().isBefore(rewriteAt)) {
      rewrite();
    }
  }

  /** Leaves only what counts in the file; on failure the old file stays in use. */
  synchronized void rewrite() throws IOException {
    if (closed) {
      return; // the next one that opens it does
    }
    rewriteAbove = lines + Math.max(lines, SPARE_LINES); // a full disk is not tried at every line
    rewriteAt = clock.instant().plus(REWRITTEN_EVERY);
    BufferedWriter old = out;
    out = rewritten();
    old.close();
  }

  private BufferedWriter rewritten() throws IOException {
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    List<DigestEntry> kept = live.get();
    FileOutputStream bytes = new FileOutputStream(fresh.toFile());
    try {
      BufferedWriter writer =
          new BufferedWriter(new OutputStreamWriter(bytes, StandardCharsets.UTF_8));
      write(writer, kept);
      writer.flush();
      bytes.getFD().sync();
      Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
      syncFolder();
      lines = kept.size();
      rewriteAbove = 2 * lines + SPARE_LINES;
      return writer;
    } catch (IOException | RuntimeException e) {
      bytes.close();
      throw e;
    }
  }

  private void syncFolder() throws IOException {
    try (FileChannel folder =
        FileChannel.open(file.toAbsolutePath().getParent(), StandardOpenOption.READ)) {
      folder.force(true);
    }
  }

  private static void write(BufferedWriter out, List<DigestEntry> entries) throws IOException {
    for (DigestEntry entry : entries) {
      out.write(Json.mapper().writeValueAsString(entry));
      out.newLine();
    }
  }

  @Override
  public synchronized void close() throws IOException {
    closed = true;
    out.close();
  }
}
