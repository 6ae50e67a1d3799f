package dev.whyops.store.duckdb;

import org.jspecify.annotations.Nullable;

/** Where the traces of one file lie. Thread-safe. */
interface TraceKeys {
  /**
   * The range of sequences in which the rows of a trace lie, so that a look-up reads a few row
   * groups instead of a column. Bounds are inclusive.
   *
   * @param startedUs when the earliest of these rows began
   */
  record Range(long firstSeq, long lastSeq, long startedUs) {
    /** What is left of it behind a sequence. */
    Range after(long seq) {
      return new Range(Math.max(firstSeq, seq + 1), lastSeq, startedUs);
    }
  }

  /** Null when the file holds nothing of the trace. */
  @Nullable Range range(long key);

  default boolean has(long key) {
    return range(key) != null;
  }
}
