package dev.whyops.store.sqlite;

import dev.whyops.continuity.Key;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;

/**
 * A Bloom filter over keys, which are hashes already: ten bits per key, of which one question in
 * some hundred is answered wrongly with yes. Thread-safe.
 */
final class KeyFilter {
  /** Before the keys are known, all may be. */
  static final KeyFilter UNREAD = new KeyFilter(0);

  private static final int BITS_PER_KEY = 10;
  private static final int PROBES = 6;
  static final long KEYS_MIN = 500_000;
  private static final long KEYS_MAX = 50_000_000;

  private final AtomicLongArray words;
  private final LongAdder added = new LongAdder();

  private KeyFilter(int words) {
    this.words = new AtomicLongArray(words);
  }

  /** With room to grow to twice as many. */
  static KeyFilter forKeys(long now) {
    long keys = Math.min(KEYS_MAX, Math.max(KEYS_MIN, 2 * now));
    return new KeyFilter((int) (keys * BITS_PER_KEY / Long.SIZE));
  }

  /** It holds more than it was made for, and answers yes more and more. */
  boolean isFull() {
    return words.length() > 0
        && (long) words.length() * Long.SIZE < BITS_PER_KEY * KEYS_MAX
        && added.sum() * BITS_PER_KEY > (long) words.length() * Long.SIZE;
  }

  void add(Key key) {
    boolean fresh = false;
    for (int probe = 0; probe < PROBES && words.length() > 0; probe++) {
      long bit = bit(key, probe);
      int word = (int) (bit >>> 6);
      long mask = 1L << (bit & 63);
      if ((words.get(word) & mask) == 0) {
        words.getAndUpdate(word, before -> before | mask);
        fresh = true;
      }
    }
    if (fresh) {
      added.increment();
    }
  }

  boolean mayHold(Key key) {
    for (int probe = 0; probe < PROBES && words.length() > 0; probe++) {
      long bit = bit(key, probe);
      if ((words.get((int) (bit >>> 6)) & 1L << (bit & 63)) == 0) {
        return false;
      }
    }
    return true;
  }

  private long bit(Key key, int probe) {
    return Long.remainderUnsigned(key.high() + probe * key.low(), (long) words.length() << 6);
  }
}
