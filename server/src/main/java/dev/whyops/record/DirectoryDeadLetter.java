package dev.whyops.record;

import dev.whyops.journal.Frame;
import dev.whyops.journal.FrameType;
import dev.whyops.journal.Journal;
import dev.whyops.journal.JournalException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A folder with one file per frame and one with its reason. Bounded: beyond {@value #FRAMES_MAX}
 * frames the new ones are dropped, loudly.
 */
public final class DirectoryDeadLetter implements DeadLetter {
  private static final Logger LOG = LoggerFactory.getLogger(DirectoryDeadLetter.class);
  private static final int FRAMES_MAX = 100_000;

  private final Path directory;
  private final AtomicLong count = new AtomicLong();

  public DirectoryDeadLetter(Path directory) throws IOException {
    this.directory = Files.createDirectories(directory);
    count.set(frames().size());
  }

  @Override
  public void bury(Frame frame, String reason) {
    if (count.get() >= FRAMES_MAX) {
      LOG.error("dead_letter_full dropped_seq={}", frame.seq());
      return;
    }
    String name = String.format(Locale.ROOT, "%020d.%s", frame.seq(), frame.type());
    try {
      Files.writeString(directory.resolve(name + ".reason"), reason, StandardCharsets.UTF_8);
      Files.write(directory.resolve(name), frame.body());
      count.incrementAndGet();
      LOG.warn("dead_letter seq={} type={}", frame.seq(), frame.type());
    } catch (IOException e) {
      LOG.error("dead_letter_failed seq={} cause={}", frame.seq(), e.toString());
    }
  }

  @Override
  public long count() {
    return count.get();
  }

  /**
   * Puts all frames into the journal again and removes them here.
   *
   * @return how many
   */
  public int redrive(Journal journal) throws IOException {
    int redriven = 0;
    for (Path file : frames()) {
      String name = file.getFileName().toString();
      FrameType type = FrameType.valueOf(name.substring(name.indexOf('.') + 1));
      try {
        journal.appendDurably(type, Files.readAllBytes(file));
      } catch (JournalException e) {
        LOG.warn("redrive_stopped code={}", e.code());
        return redriven;
      }
      Files.delete(file);
      Files.deleteIfExists(directory.resolve(name + ".reason"));
      count.decrementAndGet();
      redriven++;
    }
    return redriven;
  }

  private List<Path> frames() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(f -> !f.toString().endsWith(".reason")).sorted().toList();
    }
  }
}
