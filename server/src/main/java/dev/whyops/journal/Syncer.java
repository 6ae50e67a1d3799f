package dev.whyops.journal;

import dev.whyops.fault.Fault;
import dev.whyops.journal.FrameQueue.Entry;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that makes written frames durable: one sync for all that was written while the sync
 * before it ran. Frames of calls, which nobody waits for, wait a moment for others to share their
 * sync. Tells receipts and readers. Closes files that the writer has left.
 */
final class Syncer {
  private static final Logger LOG = LoggerFactory.getLogger(Syncer.class);
  private static final long INTERVAL_MS = 50;

  /** How long frames that are not acknowledged wait for their sync. */
  private static final long GATHER_MS = 10;

  /** A write that waits for its sync; without entries it says that the file is left. */
  private record Written(SegmentWriter.Open file, long end, long lastSeq, List<Entry> entries) {
    boolean isUrgent() {
      return lastSeq < 0 || entries.stream().anyMatch(entry -> entry.type.isAcknowledged());
    }
  }

  private final Disk disk;
  private final Segments segments;
  private final JournalSettings.Sync mode;
  private final LongAdder lostFrames;
  private final LongAdder failedSyncs = new LongAdder();
  private final Thread thread =
      Thread.ofPlatform().name("journal-syncer").daemon().unstarted(this::loop);
  private final Object lock = new Object();
  private final ArrayDeque<Written> waiting = new ArrayDeque<>();
  private boolean closing;
  private boolean urgent;
  private volatile long lastDurableSeq;
  private SegmentWriter.@Nullable Open named;

  Syncer(
      Disk disk, Segments segments, JournalSettings.Sync mode, long lastSeq, LongAdder lostFrames) {
    this.disk = disk;
    this.segments = segments;
    this.mode = mode;
    this.lastDurableSeq = lastSeq;
    this.lostFrames = lostFrames;
  }

  void start() {
    thread.start();
  }

  long lastDurableSeq() {
    return lastDurableSeq;
  }

  long failedSyncs() {
    return failedSyncs.sum();
  }

  /** From the writer, after each write. */
  void written(SegmentWriter.Open file, long end, long lastSeq, List<Entry> entries) {
    Written write = new Written(file, end, lastSeq, entries);
    if (mode != JournalSettings.Sync.GROUP) {
      settle(List.of(write));
    }
    if (mode != JournalSettings.Sync.NONE) {
      hand(write);
    }
  }

  /** From the writer: nothing more will come for this file. */
  void finished(SegmentWriter.Open file) {
    hand(new Written(file, file.end, -1, List.of()));
  }

  private void hand(Written write) {
    boolean nowUrgent = write.isUrgent();
    synchronized (lock) {
      boolean wakes = waiting.isEmpty() || nowUrgent && !urgent;
      waiting.add(write);
      urgent |= nowUrgent;
      if (wakes) {
        lock.notifyAll();
      }
    }
  }

  private void loop() {
    List<Written> batch = new ArrayList<>();
    while (take(batch)) {
      int from = 0;
      while (from < batch.size()) {
        SegmentWriter.Open file = batch.get(from).file();
        int to = from;
        while (to < batch.size() && batch.get(to).file() == file) {
          to++;
        }
        sync(file, batch.subList(from, to));
        from = to;
      }
      batch.clear();
    }
  }

  /** Waits for writes; false once closed and nothing is left. */
  private boolean take(List<Written> batch) {
    synchronized (lock) {
      try {
        if (mode == JournalSettings.Sync.INTERVAL_50MS && !closing) {
          lock.wait(INTERVAL_MS);
        }
        while (waiting.isEmpty() && !closing) {
          lock.wait();
        }
        gather();
      } catch (InterruptedException e) {
        closing = true; // nobody interrupts this thread but the end of the process
      }
      batch.addAll(waiting);
      waiting.clear();
      urgent = false;
      return !batch.isEmpty() || !closing;
    }
  }

  /** Waits for company of frames that nobody waits for. With the lock held. */
  private void gather() throws InterruptedException {
    long until = System.nanoTime() + GATHER_MS * 1_000_000;
    long leftMs = GATHER_MS;
    while (!urgent && !closing && leftMs > 0) {
      lock.wait(leftMs);
      leftMs = (until - System.nanoTime()) / 1_000_000;
    }
  }

  private void sync(SegmentWriter.Open file, List<Written> writes) {
    boolean left = writes.getLast().lastSeq() < 0;
    List<Written> frames = writes.stream().filter(w -> w.lastSeq() >= 0).toList();
    if (!frames.isEmpty()) {
      if (!file.failed && trySync(file)) {
        Fault.maybe("after-fsync");
        if (mode == JournalSettings.Sync.GROUP) {
          settle(frames);
        }
      } else if (mode == JournalSettings.Sync.GROUP) {
        lose(frames);
      }
    }
    if (left) {
      leave(file);
    }
  }

  private boolean trySync(SegmentWriter.Open file) {
    try {
      file.file.sync();
      if (named != file) {
        disk.syncNames(); // the file's own name must survive as well
        named = file;
      }
      return true;
    } catch (IOException e) {
      file.failed = true;
      failedSyncs.increment();
      LOG.error("journal_sync_failed file={} cause={}", file.segment.name, e.toString());
      return false;
    }
  }

  private void settle(List<Written> writes) {
    Written last = writes.getLast();
    last.file().segment.readableTo = last.end();
    lastDurableSeq = last.lastSeq();
    segments.wakeReaders();
    for (Written write : writes) {
      for (Entry entry : write.entries()) {
        try {
          entry.receipt.durable(entry.seq);
        } catch (RuntimeException broken) {
          LOG.error("journal_receipt_failed seq={}", entry.seq, broken);
        }
      }
    }
  }

  private void lose(List<Written> writes) {
    for (Written write : writes) {
      lostFrames.add(write.entries().size());
      for (Entry entry : write.entries()) {
        entry.receipt.lost("storage_unavailable");
      }
    }
  }

  /**
   * Seals a file that the writer has left. Of a failed one the frames that were never acknowledged
   * are cut off, as far as the disk still lets us, so that a retry does not find its own ghost.
   */
  private void leave(SegmentWriter.Open file) {
    try {
      file.file.close();
      if (file.failed) {
        disk.truncate(file.segment.name, file.segment.readableTo);
      }
    } catch (IOException e) {
      LOG.warn("journal_close_failed file={} cause={}", file.segment.name, e.toString());
    }
    file.segment.sealed = true;
    segments.wakeReaders();
  }

  void close() {
    synchronized (lock) {
      closing = true;
      lock.notifyAll();
    }
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
