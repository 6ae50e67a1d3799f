package dev.whyops.dashboard;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The last messages of one project, numbered. Readers keep their own place and wait here for more;
 * a reader that is slower than the ring is long finds its place gone and is told so. Nothing is
 * kept per reader, so any number of slow ones holds no memory. Thread-safe.
 */
final class LiveChannel {
  static final int KEPT_MAX = 1_000;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition more = lock.newCondition();
  private final ArrayDeque<LiveFeed.Note> ring = new ArrayDeque<>();
  private long nextNumber;
  private int readers;
  private long leftNanos = System.nanoTime();

  /**
   * @param firstNumber of its first message; 0 names no message
   */
  LiveChannel(long firstNumber) {
    this.nextNumber = firstNumber;
  }

  /**
   * What stands behind a place.
   *
   * @param gap the place is gone, or was never here: something was missed
   * @param next the place behind all of this
   */
  record Batch(boolean gap, List<LiveFeed.Note> notes, long next) {}

  void publish(LiveFeed.Note note) {
    lock.lock();
    try {
      ring.addLast(note);
      nextNumber++;
      if (ring.size() > KEPT_MAX) {
        ring.removeFirst();
      }
      more.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Every reader has missed something. */
  void reset() {
    lock.lock();
    try {
      ring.clear();
      nextNumber++;
      more.signalAll();
    } finally {
      lock.unlock();
    }
  }

  void wake() {
    lock.lock();
    try {
      more.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** The place behind the newest message. */
  long end() {
    lock.lock();
    try {
      return nextNumber;
    } finally {
      lock.unlock();
    }
  }

  /** What stands at {@code place} and behind it; waits for the first message if there is none. */
  Batch read(long place, Duration patience) throws InterruptedException {
    lock.lock();
    try {
      long left = patience.toNanos();
      while (place == nextNumber && left > 0) {
        left = more.awaitNanos(left);
      }
      long first = nextNumber - ring.size();
      if (place < first || place > nextNumber) {
        return new Batch(true, List.of(), nextNumber);
      }
      List<LiveFeed.Note> all = new ArrayList<>(ring);
      return new Batch(
          false, List.copyOf(all.subList((int) (place - first), all.size())), nextNumber);
    } finally {
      lock.unlock();
    }
  }

  void enter() {
    lock.lock();
    readers++;
    lock.unlock();
  }

  void leave() {
    lock.lock();
    readers--;
    leftNanos = System.nanoTime();
    lock.unlock();
  }

  /** Somebody is about to enter. */
  void awaitReader() {
    lock.lock();
    leftNanos = System.nanoTime();
    lock.unlock();
  }

  /** Whether nobody has listened for this long. */
  boolean isForsaken(Duration patience) {
    lock.lock();
    try {
      return readers == 0 && System.nanoTime() - leftNanos > patience.toNanos();
    } finally {
      lock.unlock();
    }
  }

  boolean isWatched() {
    lock.lock();
    try {
      return readers > 0;
    } finally {
      lock.unlock();
    }
  }
}
