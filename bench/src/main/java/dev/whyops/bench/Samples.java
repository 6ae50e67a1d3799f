package dev.whyops.bench;

import java.util.Arrays;

/** Measured values. Not thread-safe. At most eight million, further ones are left out. */
final class Samples {
  private static final int MAX = 8_000_000;

  private int[] values = new int[1_024];
  private int count;
  private boolean sorted;

  void add(long value) {
    if (count == MAX) {
      return;
    }
    if (count == values.length) {
      values = Arrays.copyOf(values, Math.min(MAX, 2 * count));
    }
    values[count++] = (int) Math.min(Integer.MAX_VALUE, value);
    sorted = false;
  }

  int count() {
    return count;
  }

  /** NaN where nothing was measured. */
  double quantile(double share) {
    if (count == 0) {
      return Double.NaN;
    }
    if (!sorted) {
      Arrays.sort(values, 0, count);
      sorted = true;
    }
    return values[(int) Math.round(share * (count - 1))];
  }

  double shareUpTo(int bound) {
    return count == 0
        ? 0
        : (double) Arrays.stream(values, 0, count).filter(value -> value <= bound).count() / count;
  }

  static double median(double... values) {
    if (values.length == 0) {
      return Double.NaN;
    }
    double[] ordered = values.clone();
    Arrays.sort(ordered);
    return ordered[ordered.length / 2];
  }
}
