package dev.whyops.why.stats;

/** A range that holds the true value in 95 of 100 cases. */
public record Interval(double low, double high) {
  /** True when zero lies outside. */
  public boolean clearOf(double value) {
    return value < low || value > high;
  }
}
