package dev.whyops.why.history;

import dev.whyops.why.stats.Interval;
import dev.whyops.why.stats.Rates;
import org.jspecify.annotations.Nullable;

/**
 * How often the same version chose so in the same situation.
 *
 * @param p null with fewer than 20 runs
 */
public record BaseRate(
    String given,
    String chose,
    long k,
    long n,
    @Nullable Double p,
    @Nullable Interval ci95,
    @Nullable String note) {
  public static final int RUNS_MIN = 20;

  public static BaseRate of(String given, String chose, long k, long n) {
    if (n < RUNS_MIN) {
      return new BaseRate(given, chose, k, n, null, null, "too few runs (" + n + ")");
    }
    return new BaseRate(given, chose, k, n, (double) k / n, Rates.wilson(k, n), null);
  }
}
