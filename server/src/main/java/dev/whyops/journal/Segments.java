package dev.whyops.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All files of the journal, oldest first, and the readers that wait for more. Thread-safe. */
final class Segments {
  private static final Logger LOG = LoggerFactory.getLogger(Segments.class);
  private static final int COPY_BYTES = 64 * 1024;

  private final Disk disk;
  private final ConcurrentSkipListMap<Long, Segment> byFirstSeq = new ConcurrentSkipListMap<>();
  private final LongAdder damagedBytes = new LongAdder();
  private final Object news = new Object();
  private long newsCount;

  Segments(Disk disk) {
    this.disk = disk;
  }

  /**
   * Finds the files of an earlier process and cuts the torn tail of the newest. Only that one is
   * read now, so that a large backlog does not delay the start; the others are checked while they
   * are drained.
   *
   * @return the highest sequence in use
   */
  long recover() throws IOException {
    List<String> names = disk.list().stream().filter(Segment::isName).sorted().toList();
    long lastSeq = 0;
    for (String name : names) {
      Segment segment = Segment.existing(name);
      try (Disk.Readable file = disk.open(name)) {
        segment.readableTo = file.size();
      }
      segment.sealed = true;
      byFirstSeq.put(segment.firstSeq, segment);
      lastSeq = Math.max(lastSeq, segment.firstSeq);
    }
    if (!byFirstSeq.isEmpty()) {
      lastSeq = Math.max(lastSeq, cutTornTail(byFirstSeq.lastEntry().getValue()));
    }
    return lastSeq;
  }

  private long cutTornTail(Segment newest) throws IOException {
    long size = newest.readableTo;
    try (FrameScanner scanner =
        new FrameScanner(disk, newest, newest.firstSeq - 1, (s, from, to) -> {})) {
      while (scanner.next(size, true) != null) {}
      if (scanner.goodEnd() < size) {
        LOG.warn(
            "journal_torn_tail file={} kept_bytes={} cut_bytes={}",
            newest.name,
            scanner.goodEnd(),
            size - scanner.goodEnd());
        disk.truncate(newest.name, scanner.goodEnd());
        newest.readableTo = scanner.goodEnd();
      }
      return scanner.lastSeq();
    }
  }

  void add(Segment segment) {
    byFirstSeq.put(segment.firstSeq, segment);
  }

  /** The segment that may hold this sequence: the last one that does not start behind it. */
  @Nullable Segment holding(long seq) {
    var entry = byFirstSeq.floorEntry(seq);
    if (entry == null) {
      entry = byFirstSeq.firstEntry();
    }
    return entry == null ? null : entry.getValue();
  }

  @Nullable Segment after(Segment segment) {
    var entry = byFirstSeq.higherEntry(segment.firstSeq);
    return entry == null ? null : entry.getValue();
  }

  /** Keeps the unreadable bytes for a person to look at. */
  void quarantine(Segment segment, long from, long to) {
    damagedBytes.add(to - from);
    LOG.error("journal_damaged file={} from={} to={}", segment.name, from, to);
    String name = "quarantine-" + segment.name + "-" + from;
    try (Disk.Readable file = disk.open(segment.name);
        Disk.Writable copy = disk.create(name)) {
      ByteBuffer buffer = ByteBuffer.allocate(COPY_BYTES);
      for (long at = from; at < to; ) {
        buffer.clear().limit((int) Math.min(COPY_BYTES, to - at));
        int read = file.read(buffer, at);
        if (read <= 0) {
          break;
        }
        buffer.flip();
        while (buffer.hasRemaining()) {
          copy.write(buffer);
        }
        at += read;
      }
    } catch (IOException e) {
      LOG.warn("journal_quarantine_failed file={} cause={}", name, e.toString());
    }
  }

  void deleteBelow(long seq) {
    while (true) {
      var oldest = byFirstSeq.firstEntry();
      var next = oldest == null ? null : byFirstSeq.higherEntry(oldest.getKey());
      if (next == null || next.getKey() > seq || !oldest.getValue().sealed) {
        return;
      }
      try {
        disk.delete(oldest.getValue().name);
      } catch (IOException e) {
        LOG.warn("journal_delete_failed file={} cause={}", oldest.getValue().name, e.toString());
        return;
      }
      byFirstSeq.remove(oldest.getKey());
    }
  }

  long bytes() {
    long sum = 0;
    for (Segment segment : byFirstSeq.values()) {
      sum += segment.readableTo;
    }
    return sum;
  }

  long damagedBytes() {
    return damagedBytes.sum();
  }

  long newsCount() {
    synchronized (news) {
      return newsCount;
    }
  }

  void wakeReaders() {
    synchronized (news) {
      newsCount++;
      news.notifyAll();
    }
  }

  /** Waits until something changed since {@code seen}, or the time is over. */
  void awaitNews(long seen, long timeoutMs) throws InterruptedException {
    synchronized (news) {
      if (newsCount == seen && timeoutMs > 0) {
        news.wait(timeoutMs);
      }
    }
  }
}
