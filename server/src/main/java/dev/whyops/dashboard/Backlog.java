package dev.whyops.dashboard;

import org.jspecify.annotations.Nullable;

/** How far the store lags behind the journal, and what could not be kept. Answers at once. */
@FunctionalInterface
public interface Backlog {
  Figures figures();

  /**
   * @param lagMs age of the oldest frame that is not stored yet; null when nothing waits
   */
  record Journal(long lagFrames, long lagBytes, @Nullable Long lagMs, long sizeBytes) {
    /**
     * Files go when all of their frames are stored, so that an idle journal still has its newest
     * one. Nothing in it waits then. While something does, all of it is counted: an upper bound.
     *
     * @param lagMs age of the last stored frame when it was stored
     * @param sizeBytes bytes on disk, stored or not
     */
    public static Journal of(long lagFrames, long lagMs, long sizeBytes) {
      return lagFrames == 0
          ? new Journal(0, 0, null, sizeBytes)
          : new Journal(lagFrames, sizeBytes, lagMs, sizeBytes);
    }
  }

  /**
   * @param lateRecords calls whose end was sent before their record was written
   * @param captureGaps calls of which something could not be kept
   */
  record Figures(Journal journal, long lateRecords, long captureGaps) {}
}
