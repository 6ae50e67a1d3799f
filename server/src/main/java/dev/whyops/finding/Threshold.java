package dev.whyops.finding;

/**
 * A number that a rule compares with and that a project may set.
 *
 * @param name {@code CODE.what}, such as {@code LATENCY_OUTLIER.aboveMs}
 * @param normal what holds where a project has not set its own
 */
public record Threshold(String name, double normal, double min, double max, String meaning) {
  public boolean allows(double value) {
    return value >= min && value <= max;
  }
}
