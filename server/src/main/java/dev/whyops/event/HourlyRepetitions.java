package dev.whyops.event;

import dev.whyops.journal.JournalException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The latest markers in memory, older ones in sorted files that are merged within their hour and
 * deleted after 24 hours. What was in memory at a crash is read again from the journal: {@link
 * #flush} runs before the journal forgets.
 *
 * <p>Thread-safe. Memory: at most {@value #RECENT_MAX} markers, then they go to a file early.
 */
public final class HourlyRepetitions implements Repetitions, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HourlyRepetitions.class);
  private static final String POSITION = "position";
  private static final Duration SETTLED_AFTER = Duration.ofSeconds(10);
  private static final Duration FLUSH_EVERY = Duration.ofSeconds(60);
  private static final long HOUR_MS = Duration.ofHours(1).toMillis();
  private static final int RECENT_MAX = 100_000;
  private static final int FILES_PER_HOUR_MAX = 6;
  private static final long WAIT_SECONDS_MAX = 30;

  private enum State {
    PENDING,
    DURABLE,
    LOST
  }

  private record Key(long high, long low) {}

  private static final class Entry {
    final UUID id;
    final long contentHash;
    final long atMs;
    final CountDownLatch settled = new CountDownLatch(1);
    volatile State state = State.PENDING;

    Entry(UUID id, long contentHash, long atMs) {
      this.id = id;
      this.contentHash = contentHash;
      this.atMs = atMs;
    }
  }

  private final Path directory;
  private final Clock clock;
  private final ConcurrentHashMap<Key, Entry> recent = new ConcurrentHashMap<>();
  private final List<MarkerFile> files = new CopyOnWriteArrayList<>();
  private final Object flushLock = new Object();
  private final Thread flusher;
  private final ArrayDeque<Position> positions = new ArrayDeque<>();
  private volatile LongSupplier journalSeq = () -> 0;
  private long nextFile;
  private volatile boolean closed;

  /** Up to this sequence everything was durable at a time. */
  private record Position(long atMs, long seq) {}

  public HourlyRepetitions(Path directory, Clock clock) throws IOException {
    this.directory = Files.createDirectories(directory);
    this.clock = clock;
    openFiles();
    this.flusher = Thread.ofVirtual().name("repetitions").start(this::flushLoop);
  }

  private void openFiles() throws IOException {
    List<Path> found;
    try (Stream<Path> paths = Files.list(directory)) {
      found = paths.sorted().toList();
    }
    for (Path path : found) {
      String name = path.getFileName().toString();
      if (name.matches("\\d+-\\d+\\.markers")) {
        int dash = name.indexOf('-');
        files.add(MarkerFile.open(path, Long.parseLong(name.substring(0, dash))));
        nextFile =
            Math.max(nextFile, Long.parseLong(name.substring(dash + 1, name.indexOf('.'))) + 1);
      } else if (!name.equals(POSITION)) {
        Files.deleteIfExists(path); // half a flush: its markers are in the journal still
      }
    }
  }

  /**
   * @param lastDurableSeq how far the journal is, so that a restart need not read all of it
   */
  public void follow(LongSupplier lastDurableSeq) {
    journalSeq = lastDurableSeq;
  }

  /** Markers of frames below this sequence are in files; 0 when nothing is known. */
  public long flushedUpTo() throws IOException {
    Path file = directory.resolve(POSITION);
    try {
      return Files.exists(file) ? Long.parseLong(Files.readString(file).strip()) : 0;
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  @Override
  public Claim claim(Marker marker, UUID id) {
    Key key = new Key(marker.high(), marker.low());
    while (true) {
      long now = clock.millis();
      Entry mine = new Entry(id, marker.contentHash(), now);
      Entry other = recent.putIfAbsent(key, mine);
      if (other == null) {
        Claim before = inFiles(key, marker, now);
        if (before == null) {
          return new Claim.First(marker);
        }
        recent.remove(key, mine);
        mine.state = State.LOST;
        mine.settled.countDown();
        return before;
      }
      if (isOld(other.atMs, now)) {
        recent.remove(key, other);
        continue;
      }
      await(other);
      if (other.state == State.DURABLE) {
        return new Claim.Repeated(other.id, other.contentHash != marker.contentHash());
      }
      recent.remove(key, other);
    }
  }

  private @Nullable Claim inFiles(Key key, Marker marker, long now) {
    for (MarkerFile file : files) {
      MarkerFile.Row row = file.find(key.high(), key.low());
      if (row != null && !isOld(row.atMs(), now)) {
        return new Claim.Repeated(row.id(), row.contentHash() != marker.contentHash());
      }
    }
    return null;
  }

  private static boolean isOld(long atMs, long now) {
    return now - atMs > KEPT.toMillis();
  }

  private static void await(Entry entry) {
    try {
      if (!entry.settled.await(WAIT_SECONDS_MAX, TimeUnit.SECONDS)) {
        throw new JournalException("journal_busy", "the first one is not settled");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new JournalException("shutting_down", "interrupted");
    }
  }

  @Override
  public void settle(Marker marker, boolean durable) {
    Key key = new Key(marker.high(), marker.low());
    Entry entry = recent.get(key);
    if (entry != null) {
      entry.state = durable ? State.DURABLE : State.LOST;
      if (!durable) {
        recent.remove(key, entry);
      }
      entry.settled.countDown();
    }
  }

  @Override
  public void recovered(Marker marker, UUID id, long atMs) {
    Entry entry = new Entry(id, marker.contentHash(), atMs);
    entry.state = State.DURABLE;
    entry.settled.countDown();
    recent.putIfAbsent(new Key(marker.high(), marker.low()), entry);
  }

  private void flushLoop() {
    long flushedNs = System.nanoTime();
    while (!closed) {
      try {
        Thread.sleep(1_000);
        if (recent.size() > RECENT_MAX || System.nanoTime() - flushedNs > FLUSH_EVERY.toNanos()) {
          flush();
          flushedNs = System.nanoTime();
        }
      } catch (InterruptedException e) {
        return;
      } catch (IOException | RuntimeException e) {
        LOG.warn("markers_not_flushed cause={}", e.toString());
      }
    }
  }

  /** For the drain: the journal forgets after this. */
  public void flushBeforeForgetting() {
    try {
      flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Makes all settled markers safe without the journal. */
  public void flush() throws IOException {
    synchronized (flushLock) {
      positions.addLast(new Position(clock.millis(), journalSeq.getAsLong()));
      List<Key> keys = new ArrayList<>();
      List<MarkerFile.Row> rows = new ArrayList<>();
      recent.forEach(
          (key, entry) -> {
            if (entry.state == State.DURABLE) {
              keys.add(key);
              rows.add(
                  new MarkerFile.Row(
                      key.high(), key.low(), entry.id, entry.contentHash, entry.atMs));
            }
          });
      if (!rows.isEmpty()) {
        long hour = clock.millis() / HOUR_MS;
        files.add(write(hour, rows)); // visible in the file before it is gone from memory
        keys.forEach(recent::remove);
        mergeHour(hour);
      }
      dropOld();
      notePosition();
    }
  }

  /**
   * A frame that was durable ten seconds ago has told its receipt since, so its markers are settled
   * and, after this flush, in a file.
   */
  private void notePosition() throws IOException {
    long settledBefore = clock.millis() - SETTLED_AFTER.toMillis();
    Position safe = null;
    while (!positions.isEmpty() && positions.getFirst().atMs() <= settledBefore) {
      safe = positions.removeFirst();
    }
    if (safe != null && safe.seq() > 0) {
      Path unfinished = directory.resolve(POSITION + ".tmp");
      Files.writeString(unfinished, Long.toString(safe.seq()));
      Files.move(
          unfinished,
          directory.resolve(POSITION),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private MarkerFile write(long hour, List<MarkerFile.Row> rows) throws IOException {
    rows.sort((a, b) -> MarkerFile.compare(a.high(), a.low(), b.high(), b.low()));
    return MarkerFile.write(directory.resolve(hour + "-" + nextFile++ + ".markers"), hour, rows);
  }

  private void mergeHour(long hour) throws IOException {
    List<MarkerFile> same = files.stream().filter(f -> f.hour == hour).toList();
    if (same.size() <= FILES_PER_HOUR_MAX) {
      return;
    }
    // The small ones only: a large file is not written again and again.
    List<MarkerFile> small =
        same.stream()
            .sorted(Comparator.comparingInt(MarkerFile::rows))
            .limit(FILES_PER_HOUR_MAX)
            .toList();
    List<MarkerFile.Row> rows = new ArrayList<>();
    for (MarkerFile file : small) {
      for (int i = 0; i < file.rows(); i++) {
        rows.add(file.row(i));
      }
    }
    files.add(write(hour, rows));
    for (MarkerFile file : small) {
      files.remove(file);
      Files.deleteIfExists(file.path);
    }
  }

  private void dropOld() throws IOException {
    long oldest = (clock.millis() - KEPT.toMillis()) / HOUR_MS - 1;
    for (MarkerFile file : files) {
      if (file.hour < oldest) {
        files.remove(file);
        Files.deleteIfExists(file.path);
      }
    }
  }

  @Override
  public void close() throws IOException {
    closed = true;
    flusher.interrupt();
    flush();
  }
}
