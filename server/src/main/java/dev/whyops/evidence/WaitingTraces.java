package dev.whyops.evidence;

import dev.whyops.project.ProjectId;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Base64;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The traces that have to be judged, in a file, so that neither a restart nor a kill forgets one. A
 * line adds a trace or takes it away; the file is rewritten when it is opened and when most of its
 * lines have had their day. Written through to the operating system, not synced: when the machine
 * loses power, traces of the last seconds may go unjudged until somebody opens them.
 *
 * <p>Thread-safe.
 */
final class WaitingTraces implements AutoCloseable {
  /** More do not wait; they are counted, and judged when somebody opens them. */
  static final int WAITING_MAX = 100_000;

  private static final Logger LOG = LoggerFactory.getLogger(WaitingTraces.class);
  private static final int LINES_MAX = 4 * WAITING_MAX;
  private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();

  /** A trace of a project. */
  record Key(ProjectId project, String traceId) {
    String line() {
      byte[] id = traceId.getBytes(StandardCharsets.UTF_8);
      return project.value() + ' ' + ENCODER.encodeToString(id);
    }

    static Optional<Key> of(String line) {
      int space = line.indexOf(' ');
      if (space <= 0) {
        return Optional.empty(); // cut off by a kill
      }
      try {
        byte[] id = Base64.getUrlDecoder().decode(line.substring(space + 1));
        return Optional.of(
            new Key(
                new ProjectId(line.substring(0, space)), new String(id, StandardCharsets.UTF_8)));
      } catch (IllegalArgumentException e) {
        return Optional.empty();
      }
    }
  }

  private final Path file;
  private final Set<Key> waiting;
  private BufferedWriter out;
  private int lines;

  private WaitingTraces(Path file, Set<Key> waiting, BufferedWriter out) {
    this.file = file;
    this.waiting = waiting;
    this.out = out;
    this.lines = waiting.size();
  }

  static WaitingTraces open(Path file) throws IOException {
    Set<Key> waiting = new LinkedHashSet<>();
    if (Files.exists(file)) {
      for (String line : Files.readAllLines(file, StandardCharsets.ISO_8859_1)) {
        take(line, waiting);
      }
    }
    return new WaitingTraces(file, waiting, rewrite(file, waiting));
  }

  private static void take(String line, Set<Key> waiting) {
    if (line.length() > 2) {
      Optional<Key> key = Key.of(line.substring(2));
      if (line.startsWith("+ ")) {
        key.ifPresent(waiting::add);
      } else {
        key.ifPresent(waiting::remove);
      }
    }
  }

  private static BufferedWriter rewrite(Path file, Set<Key> waiting) throws IOException {
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    try (BufferedWriter out = Files.newBufferedWriter(fresh)) {
      for (Key key : waiting) {
        out.write("+ " + key.line() + "\n");
      }
    }
    Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING);
    return Files.newBufferedWriter(file, StandardOpenOption.APPEND);
  }

  synchronized List<Key> all() {
    return List.copyOf(waiting);
  }

  /** Those that found no room; the others wait now. */
  synchronized Set<Key> add(Set<Key> keys) {
    Set<Key> left = new LinkedHashSet<>();
    StringBuilder text = new StringBuilder();
    for (Key key : keys) {
      if (waiting.contains(key)) {
        continue;
      }
      if (waiting.size() >= WAITING_MAX) {
        left.add(key);
      } else {
        waiting.add(key);
        lines++;
        text.append("+ ").append(key.line()).append('\n');
      }
    }
    write(text);
    return left;
  }

  synchronized void remove(Collection<Key> keys) {
    StringBuilder text = new StringBuilder();
    for (Key key : keys) {
      if (waiting.remove(key)) {
        lines++;
        text.append("- ").append(key.line()).append('\n');
      }
    }
    write(text);
  }

  private void write(StringBuilder text) {
    if (text.isEmpty()) {
      return;
    }
    try {
      out.append(text).flush();
      if (lines > LINES_MAX) {
        out.close();
        out = rewrite(file, waiting);
        lines = waiting.size();
      }
    } catch (IOException e) { // what waits still does, in memory
      LOG.warn("waiting_traces_not_kept cause={}", e.getClass().getSimpleName());
    }
  }

  @Override
  public synchronized void close() throws IOException {
    out.close();
  }
}
