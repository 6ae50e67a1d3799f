package dev.whyops.why.provenance;

/** Work that may still be done, counted in steps and not in time, so that results repeat. */
final class Budget {
  private long left;

  Budget(long steps) {
    this.left = steps;
  }

  /** Takes steps; false when there are not enough left. */
  boolean spend(long steps) {
    left -= steps;
    return left >= 0;
  }

  /** Notes that a bound inside was met, whatever is left. */
  void exhaust() {
    left = -1;
  }

  boolean overrun() {
    return left < 0;
  }
}
