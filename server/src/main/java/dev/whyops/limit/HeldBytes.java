package dev.whyops.limit;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts the bytes of requests that are held in memory, so that many large ones are refused before
 * the heap is full. Thread-safe.
 */
public final class HeldBytes {
  private final long max;
  private final AtomicLong held = new AtomicLong();

  /**
   * @param max bytes together; a quarter of the heap is a good share
   */
  public HeldBytes(long max) {
    this.max = max;
  }

  /** Takes as much, or nothing. */
  public boolean take(long bytes) {
    long now = held.addAndGet(bytes);
    if (now > max) {
      held.addAndGet(-bytes);
      return false;
    }
    return true;
  }

  public void giveBack(long bytes) {
    held.addAndGet(-bytes);
  }

  public long held() {
    return held.get();
  }
}
