package dev.whyops.dashboard;

import org.jspecify.annotations.Nullable;

/** How far the store lags behind the journal, and what could not be kept. Answers at once. */
@FunctionalInterface
public interface Backlog {
  Figures figures();

  /**
   * @param lagMs age of the oldest frame that is not stored yet; null when nothing waits
   */
  record Journal(long lagFrames, long lagBytes, @Nullable Long lagMs, long sizeBytes) {}

  /**
   * @param lateRecords calls whose end was sent before their record was written
   * @param captureGaps calls of which something could not be kept
   */
  record Figures(Journal journal, long lateRecords, long captureGaps, long deadLetterCount) {}
}
