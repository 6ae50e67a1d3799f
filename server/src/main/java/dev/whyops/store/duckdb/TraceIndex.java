package dev.whyops.store.duckdb;

import org.jspecify.annotations.Nullable;

/**
 * Where traces lie in a file that still grows, or has no file of keys. Open addressing over
 * primitive arrays: 32 bytes a slot. Guarded by its own monitor: one writer, several readers.
 */
final class TraceIndex implements TraceKeys {
  private static final int SLOTS_MIN = 1 << 12;

  private long[] keys = new long[SLOTS_MIN];
  private long[] first = new long[SLOTS_MIN]; // 0 marks a free slot: sequences start at 1
  private long[] last = new long[SLOTS_MIN];
  private long[] started = new long[SLOTS_MIN];
  private int size;

  /** Notes rows of a trace; true when it is the trace's first in this file. */
  synchronized boolean add(long key, long firstSeq, long lastSeq, long startedUs) {
    if (size * 3 > keys.length * 2) {
      grow();
    }
    int slot = slot(key);
    boolean fresh = first[slot] == 0;
    if (fresh) {
      keys[slot] = key;
      first[slot] = firstSeq;
      last[slot] = lastSeq;
      started[slot] = startedUs;
      size++;
    } else {
      first[slot] = Math.min(first[slot], firstSeq);
      last[slot] = Math.max(last[slot], lastSeq);
      started[slot] = Math.min(started[slot], startedUs);
    }
    return fresh;
  }

  @Override
  public synchronized boolean has(long key) {
    return first[slot(key)] != 0;
  }

  @Override
  public synchronized @Nullable Range range(long key) {
    int slot = slot(key);
    return first[slot] == 0 ? null : new Range(first[slot], last[slot], started[slot]);
  }

  private int slot(long key) {
    int mask = keys.length - 1;
    int slot = (int) (key ^ key >>> 32) & mask;
    while (first[slot] != 0 && keys[slot] != key) {
      slot = slot + 1 & mask;
    }
    return slot;
  }

  private void grow() {
    long[] oldKeys = keys;
    long[] oldFirst = first;
    long[] oldLast = last;
    long[] oldStarted = started;
    keys = new long[oldKeys.length * 2];
    first = new long[keys.length];
    last = new long[keys.length];
    started = new long[keys.length];
    for (int i = 0; i < oldKeys.length; i++) {
      if (oldFirst[i] != 0) {
        int slot = slot(oldKeys[i]);
        keys[slot] = oldKeys[i];
        first[slot] = oldFirst[i];
        last[slot] = oldLast[i];
        started[slot] = oldStarted[i];
      }
    }
  }
}
