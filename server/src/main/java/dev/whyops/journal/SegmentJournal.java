package dev.whyops.journal;

import dev.whyops.fault.Fault;
import dev.whyops.journal.FrameQueue.Entry;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The journal on disk.
 *
 * <p>Two threads: one writes what was offered, in the order of acceptance, many frames at a time;
 * the other syncs what was written, many writes at a time. A write therefore never waits for a
 * sync. A failed sync leaves the kernel's pages in an unknown state, so the file is given up: its
 * unsynced frames are reported lost, its tail is cut, and the next frame goes to a new file.
 *
 * <p>Readers see durable frames only, so that a store can never be ahead of its journal.
 *
 * <p>Thread-safe. Limits are in {@link JournalSettings}.
 */
public final class SegmentJournal implements Journal {
  private static final Logger LOG = LoggerFactory.getLogger(SegmentJournal.class);
  private static final int GROUP_BYTES_MAX = 4 * 1024 * 1024;
  private static final int GROUP_FRAMES_MAX = 4096;

  /** How often the writer asks for the free space; the answer costs more than many writes. */
  private static final long SPACE_CHECK_NANOS = 50_000_000;

  /** The writer rests lightly as long as frames came within this time. */
  private static final long ACTIVE_NANOS = 50_000_000;

  private final Disk disk;
  private final JournalSettings settings;
  private final Clock clock;
  private final FrameQueue queue;
  private final Segments segments;
  private final SegmentWriter writer;
  private final Syncer syncer;
  private final Reserve reserve;
  private final LongAdder lostFrames = new LongAdder();
  private final Thread writerThread;
  private volatile boolean closing;
  private volatile boolean overHighWater;
  private volatile double fullness;
  private volatile long lastWrittenSeq;
  private long spaceCheckedNs = System.nanoTime() - SPACE_CHECK_NANOS;

  private SegmentJournal(
      Disk disk, JournalSettings settings, Clock clock, Segments segments, long nextSeq) {
    this.disk = disk;
    this.settings = settings;
    this.clock = clock;
    this.segments = segments;
    this.queue = new FrameQueue(settings.queueBytes());
    this.writer = new SegmentWriter(disk, settings.segmentBytes(), nextSeq);
    this.reserve = new Reserve(disk, settings.reserveBytes());
    this.lastWrittenSeq = nextSeq - 1;
    this.syncer = new Syncer(disk, segments, settings.sync(), nextSeq - 1, lostFrames);
    this.writerThread =
        Thread.ofPlatform().name("journal-writer").daemon().unstarted(this::writeLoop);
  }

  /**
   * Recovers what is there and starts both threads.
   *
   * @param seqFloor highest sequence that a store already holds; new frames are numbered above it
   */
  public static SegmentJournal open(Disk disk, JournalSettings settings, Clock clock, long seqFloor)
      throws IOException {
    Segments segments = new Segments(disk);
    long lastSeq = Math.max(segments.recover(), seqFloor);
    SegmentJournal journal = new SegmentJournal(disk, settings, clock, segments, lastSeq + 1);
    journal.syncer.start();
    journal.writerThread.start();
    return journal;
  }

  @Override
  public boolean offer(FrameType type, byte[] body, Receipt receipt) {
    if (closing) {
      return refuse(receipt, "shutting_down");
    }
    if (overHighWater && (type == FrameType.EVENTS || type == FrameType.CALL_OPEN)) {
      return refuse(receipt, "storage_full");
    }
    if (body.length > Frame.BODY_BYTES_MAX) {
      return refuse(receipt, "frame_too_large");
    }
    if (!queue.offer(new Entry(type, body, receipt))) {
      return refuse(receipt, "journal_busy");
    }
    return true;
  }

  private boolean refuse(Receipt receipt, String reason) {
    lostFrames.increment();
    receipt.lost(reason);
    return false;
  }

  @Override
  public long appendDurably(FrameType type, byte[] body) {
    Waiter waiter = new Waiter();
    offer(type, body, waiter);
    return waiter.await();
  }

  /** Reads durable frames from this sequence on, then waits for new ones. */
  public JournalReader readFrom(long seq) {
    return new JournalReader(disk, segments, seq);
  }

  /** Deletes the files whose frames all lie below this sequence. Never the newest. */
  public void deleteBelow(long seq) {
    segments.deleteBelow(seq);
  }

  public JournalStats stats() {
    return new JournalStats(
        lastWrittenSeq,
        syncer.lastDurableSeq(),
        segments.bytes(),
        queue.bytes(),
        lostFrames.sum(),
        syncer.failedSyncs(),
        segments.damagedBytes());
  }

  /** How near the files are to the mark at which new work is refused: 1 is there. */
  public double fullness() {
    return fullness;
  }

  private void writeLoop() {
    long writtenNs = System.nanoTime() - ACTIVE_NANOS;
    FrameQueue.Rest nextRest = FrameQueue.Rest.NAP;
    while (true) {
      if (System.nanoTime() - spaceCheckedNs >= SPACE_CHECK_NANOS) {
        checkHighWater();
      }
      Entry entry = queue.takeAll();
      if (entry == null) {
        if (closing) {
          return;
        }
        boolean active = System.nanoTime() - writtenNs < ACTIVE_NANOS;
        queue.await(active ? nextRest : FrameQueue.Rest.SLEEP);
        nextRest = FrameQueue.Rest.NAP;
        continue;
      }
      nextRest = FrameQueue.Rest.after(entry);
      while (entry != null) {
        entry = writeGroup(entry);
      }
      writtenNs = System.nanoTime();
    }
  }

  /** Writes as many frames as belong together; returns the first one that is left. */
  private @Nullable Entry writeGroup(Entry first) {
    List<Entry> group = new ArrayList<>();
    long bytes = 0;
    Entry entry = first;
    while (entry != null
        && group.size() < GROUP_FRAMES_MAX
        && (group.isEmpty() || bytes + entry.frameBytes() <= GROUP_BYTES_MAX)) {
      group.add(entry);
      bytes += entry.frameBytes();
      entry = entry.next;
    }
    try {
      write(group, bytes);
    } catch (IOException | RuntimeException e) {
      giveUp(group, e);
    } finally {
      queue.release(bytes);
    }
    return entry;
  }

  private void write(List<Entry> group, long bytes) throws IOException {
    SegmentWriter.Open before = writer.current();
    SegmentWriter.Open target;
    try {
      target = writer.fileFor(bytes);
      if (target != before) {
        switchFile(before, target);
      }
      writer.write(target, group, nowNs());
    } catch (IOException e) {
      if (!reserve.free()) {
        throw e;
      }
      before = writer.current();
      target = writer.fileFor(bytes);
      if (target != before) {
        switchFile(before, target);
      }
      writer.write(target, group, nowNs());
    }
    Fault.maybe("after-append");
    long lastSeq = group.getLast().seq;
    lastWrittenSeq = lastSeq;
    for (Entry e : group) {
      try {
        e.receipt.written(e.seq);
      } catch (RuntimeException broken) {
        LOG.error("journal_receipt_failed seq={}", e.seq, broken);
      }
    }
    syncer.written(target, target.end, lastSeq, group);
  }

  private void switchFile(SegmentWriter.@Nullable Open before, SegmentWriter.Open target) {
    if (before != null) {
      syncer.finished(before);
    }
    segments.add(target.segment);
    checkHighWater();
  }

  private void giveUp(List<Entry> group, Exception cause) {
    LOG.warn("journal_write_failed frames={} cause={}", group.size(), cause.toString());
    lostFrames.add(group.size());
    for (Entry entry : group) {
      entry.receipt.lost("storage_full");
    }
  }

  private void checkHighWater() {
    spaceCheckedNs = System.nanoTime();
    try {
      Disk.Space space = disk.space();
      long backlog = segments.bytes();
      long room = (long) (settings.diskShareMax() * (space.usableBytes() + backlog));
      long most = Math.min(settings.backlogBytesMax(), room);
      fullness = (double) backlog / Math.max(1, most);
      boolean over = backlog > most;
      if (over != overHighWater) {
        LOG.warn("journal_high_water over={} backlog_bytes={}", over, backlog);
        overHighWater = over;
      }
      if (!over) {
        reserve.make();
      }
    } catch (IOException e) {
      LOG.warn("journal_space_unknown cause={}", e.toString());
    }
  }

  private long nowNs() {
    Instant now = clock.instant();
    return now.getEpochSecond() * 1_000_000_000L + now.getNano();
  }

  @Override
  public void close() {
    closing = true;
    queue.wake();
    boolean interrupted = false;
    while (writerThread.isAlive()) {
      try {
        writerThread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    for (Entry late = queue.takeAll(); late != null; late = late.next) {
      refuse(late.receipt, "shutting_down");
    }
    SegmentWriter.Open last = writer.current();
    if (last != null) {
      syncer.finished(last);
    }
    syncer.close();
    segments.wakeReaders();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Turns a receipt into a blocking answer. */
  private static final class Waiter implements Receipt {
    private static final long WAIT_SECONDS_MAX = 30;
    private final CountDownLatch settled = new CountDownLatch(1);
    private volatile long seq;
    private volatile @Nullable String lost;

    @Override
    public void durable(long seq) {
      this.seq = seq;
      settled.countDown();
    }

    @Override
    public void lost(String reason) {
      this.lost = reason;
      settled.countDown();
    }

    long await() {
      try {
        if (!settled.await(WAIT_SECONDS_MAX, TimeUnit.SECONDS)) {
          throw new JournalException("journal_busy", "the journal did not answer in time");
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new JournalException("shutting_down", "interrupted while waiting for the journal");
      }
      String reason = lost;
      if (reason != null) {
        throw new JournalException(reason, "the journal could not keep the record: " + reason);
      }
      return seq;
    }
  }
}
