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
import java.nio.file.StandardCopyOption;
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
 * A folder with one file per frame, or whole call, and one with its reason. Bounded: beyond {@value
 * #FRAMES_MAX} of them the new ones are dropped, loudly.
 */
public final class DirectoryDeadLetter implements DeadLetter {
  private static final Logger LOG = LoggerFactory.getLogger(DirectoryDeadLetter.class);
  private static final int FRAMES_MAX = 100_000;
  private static final String CALL = "CALL";
  private static final String REASON = ".reason";

  /** A file that is being written. */
  private static final String PART = ".part";

  private final Path directory;
  private final AtomicLong count = new AtomicLong();
  private final Map<Path, Optional<ProjectId>> owners = new ConcurrentHashMap<>();

  public DirectoryDeadLetter(Path directory) throws IOException {
    this.directory = Files.createDirectories(directory);
    count.set(frames().size());
  }

  @Override
  public void bury(Frame frame, String reason) {
    bury(frame.seq(), frame.type().name(), frame.body(), reason);
  }

  @Override
  public void bury(long seq, Exchange call, String reason) {
    bury(seq, CALL, BuriedCall.of(call).bytes(), reason);
  }

  private void bury(long seq, String type, byte[] body, String reason) {
    if (count.get() >= FRAMES_MAX) {
      LOG.error("dead_letter_full dropped_seq={}", seq);
      return;
    }
    String name = String.format(Locale.ROOT, "%020d.%s", seq, type);
    try {
      Files.writeString(directory.resolve(name + REASON), reason, StandardCharsets.UTF_8);
      Path part = directory.resolve(name + PART); // nobody may send half a file again
      Files.write(part, body);
      Files.move(part, directory.resolve(name), StandardCopyOption.ATOMIC_MOVE);
      count.incrementAndGet();
      LOG.warn("dead_letter seq={} type={}", seq, type);
    } catch (IOException e) {
      LOG.error("dead_letter_failed seq={} cause={}", seq, e.toString());
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
          send(journal, file);
          Files.delete(file);
          Files.deleteIfExists(directory.resolve(file.getFileName() + REASON));
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

  private static void send(Journal journal, Path file) throws IOException {
    byte[] body = Files.readAllBytes(file);
    if (isCall(file)) {
      BuriedCall call = BuriedCall.read(body);
      journal.appendDurably(FrameType.CALL_OPEN, call.open());
      journal.appendDurably(FrameType.CALL_END, call.end());
    } else {
      journal.appendDurably(type(file), sendable(type(file), body));
    }
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
            byte[] body = Files.readAllBytes(file);
            return isCall(file) ? FrameOwner.ofCall(body) : FrameOwner.of(type(file), body);
          } catch (IOException e) {
            return Optional.empty(); // another request sent it through meanwhile
          }
        });
  }

  private static boolean isCall(Path file) {
    return file.toString().endsWith("." + CALL);
  }

  private static FrameType type(Path file) {
    String name = file.getFileName().toString();
    return FrameType.valueOf(name.substring(name.indexOf('.') + 1));
  }

  private List<Path> frames() {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(f -> !f.toString().endsWith(REASON) && !f.toString().endsWith(PART))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
