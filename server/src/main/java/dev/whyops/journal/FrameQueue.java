package dev.whyops.journal;

import dev.whyops.journal.Journal.Receipt;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Many producers, one consumer, bounded by bytes. An offer is one counter and one compare-and-set,
 * so it may happen on an event loop; the consumer takes everything at once.
 *
 * <p>To wake a thread costs an event loop more than all the rest of an offer, so that is avoided:
 * nobody wakes a consumer that dozes for a tenth of a millisecond, and frames that nobody waits for
 * do not wake one that naps for two.
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
  private volatile Rest rest = Rest.NONE;
  private volatile @Nullable Thread consumer;

  /** How the consumer waits. */
  enum Rest {
    NONE(0),
    /** Much comes: for more to come, whatever it is. */
    DOZE(100_000),
    /** Something came a moment ago: for a frame that somebody waits for. */
    NAP(2_000_000),
    /** For any frame. */
    SLEEP(100_000_000);

    /** So many frames at once say that more are on their way. */
    private static final int MANY_FRAMES = 4;

    private final long nanos;

    Rest(long nanos) {
      this.nanos = nanos;
    }

    /**
     * The rest to take once these were written: halves of calls that come in numbers are worth
     * gathering; what is acknowledged never waits.
     */
    static Rest after(Entry first) {
      int frames = 0;
      for (Entry entry = first; entry != null && frames < MANY_FRAMES; entry = entry.next) {
        if (entry.type.isAcknowledged()) {
          return NAP;
        }
        frames++;
      }
      return frames == MANY_FRAMES ? DOZE : NAP;
    }
  }

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
    Rest resting = rest;
    if (resting == Rest.SLEEP || resting == Rest.NAP && !entry.type.isLazy()) {
      rest = Rest.NONE; // others need not wake it as well
      wake();
    }
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

  /** Waits for what was offered or for the end of the rest; may return early. */
  void await(Rest how) {
    consumer = Thread.currentThread();
    rest = how;
    if (how == Rest.DOZE || !holdsReason(how)) {
      LockSupport.parkNanos(this, how.nanos);
    }
    rest = Rest.NONE;
  }

  /** Whether something was offered, before the rest was announced, that would have ended it. */
  private boolean holdsReason(Rest how) {
    Entry entry = newest.get();
    while (entry != null && how == Rest.NAP && entry.type.isLazy()) {
      entry = entry.next;
    }
    return entry != null;
  }

  void wake() {
    Thread thread = consumer;
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
