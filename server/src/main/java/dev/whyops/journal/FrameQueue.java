package dev.whyops.journal;

import dev.whyops.journal.Journal.Receipt;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Many producers, one consumer, bounded by bytes. An offer is one counter and one compare-and-set,
 * so it may happen on an event loop; the consumer takes everything at once.
 */
final class FrameQueue {
  /** A frame that waits; linked to the one offered before it until the consumer turns it round. */
  static final class Entry {
    final FrameType type;
    final byte[] body;
    final Receipt receipt;
    @Nullable Entry next;
    long seq;

    Entry(FrameType type, byte[] body, Receipt receipt) {
      this.type = type;
      this.body = body;
      this.receipt = receipt;
    }

    int frameBytes() {
      return Frame.OVERHEAD_BYTES + body.length;
    }
  }

  private final long bytesMax;
  private final AtomicLong bytes = new AtomicLong();
  private final AtomicReference<@Nullable Entry> newest = new AtomicReference<>();
  private volatile @Nullable Thread sleeper;

  FrameQueue(long bytesMax) {
    this.bytesMax = bytesMax;
  }

  /** False when full. */
  boolean offer(Entry entry) {
    long size = entry.frameBytes();
    if (bytes.addAndGet(size) > bytesMax) {
      bytes.addAndGet(-size);
      return false;
    }
    Entry before;
    do {
      before = newest.get();
      entry.next = before;
    } while (!newest.compareAndSet(before, entry));
    wake();
    return true;
  }

  /** All entries, oldest first, linked by {@code next}; null when there are none. */
  @Nullable Entry takeAll() {
    Entry entry = newest.getAndSet(null);
    Entry oldest = null;
    while (entry != null) {
      Entry before = entry.next;
      entry.next = oldest;
      oldest = entry;
      entry = before;
    }
    return oldest;
  }

  /** Waits until something was offered or the consumer was woken; may return early. */
  void await() {
    sleeper = Thread.currentThread();
    if (newest.get() == null) {
      LockSupport.parkNanos(this, 100_000_000);
    }
    sleeper = null;
  }

  void wake() {
    Thread thread = sleeper;
    if (thread != null) {
      LockSupport.unpark(thread);
    }
  }

  /** Gives the room of written or dropped frames back. */
  void release(long frameBytes) {
    bytes.addAndGet(-frameBytes);
  }

  long bytes() {
    return bytes.get();
  }
}
