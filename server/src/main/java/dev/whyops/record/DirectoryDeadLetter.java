package dev.whyops.record;

import dev.whyops.event.EventCodec;
import dev.whyops.journal.Frame;
import dev.whyops.journal.FrameType;
import dev.whyops.journal.Journal;
import dev.whyops.journal.JournalException;
import dev.whyops.project.ProjectId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
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
  private final Map<Path, Optional<ProjectId>> owners = new ConcurrentHashMap<>();

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

  /** How many frames of a project are kept; those that tell no project are nobody's. */
  public long count(ProjectId project) {
    return frames().stream().filter(file -> owner(file).equals(Optional.of(project))).count();
  }

  /**
   * Puts all frames into the journal again and removes them here.
   *
   * @return how many
   */
  public int redrive(Journal journal) {
    return redrive(journal, _ -> true);
  }

  /** The same for the frames of a project; those that tell no project stay. */
  public int redrive(Journal journal, ProjectId project) {
    return redrive(journal, file -> owner(file).equals(Optional.of(project)));
  }

  private synchronized int redrive(Journal journal, Predicate<Path> which) {
    int redriven = 0;
    try {
      for (Path file : frames()) {
        if (which.test(file)) {
          journal.appendDurably(type(file), sendable(type(file), Files.readAllBytes(file)));
          Files.delete(file);
          Files.deleteIfExists(directory.resolve(file.getFileName() + ".reason"));
          owners.remove(file);
          redriven++;
        }
      }
    } catch (JournalException e) {
      LOG.warn("redrive_stopped code={}", e.code());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      count.set(frames().size());
    }
    return redriven;
  }

  /**
   * Without the markers of events: the drain has seen them with this very frame, and would take it
   * for its own repetition.
   */
  private static byte[] sendable(FrameType type, byte[] body) {
    if (type != FrameType.EVENTS) {
      return body;
    }
    try {
      EventCodec.Batch batch = EventCodec.decode(body);
      List<EventCodec.Entry> entries =
          batch.entries().stream()
              .map(entry -> new EventCodec.Entry(entry.event(), List.of()))
              .toList();
      return EventCodec.encode(new EventCodec.Batch(batch.receivedAt(), entries));
    } catch (RuntimeException e) {
      return body; // as it came: it is for the drain to say again what is wrong with it
    }
  }

  /** A file keeps its meaning, so that each is read once. */
  private Optional<ProjectId> owner(Path file) {
    return owners.computeIfAbsent(
        file,
        _ -> {
          try {
            return FrameOwner.of(type(file), Files.readAllBytes(file));
          } catch (IOException e) {
            return Optional.empty(); // another request sent it through meanwhile
          }
        });
  }

  private static FrameType type(Path file) {
    String name = file.getFileName().toString();
    return FrameType.valueOf(name.substring(name.indexOf('.') + 1));
  }

  private List<Path> frames() {
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(f -> !f.toString().endsWith(".reason")).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
