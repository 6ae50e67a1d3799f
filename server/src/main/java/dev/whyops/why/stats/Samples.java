package dev.whyops.why.stats;

import java.util.Arrays;

/** Sorted numbers. */
public final class Samples {
  public static final Samples NONE = new Samples(new long[0]);

  private final long[] sorted;

  private Samples(long[] sorted) {
    this.sorted = sorted;
  }

  public static Samples of(long... values) {
    long[] sorted = values.clone();
    Arrays.sort(sorted);
    return new Samples(sorted);
  }

  public int size() {
    return sorted.length;
  }

  long at(int index) {
    return sorted[index];
  }

  /** Both together. */
  public Samples and(Samples other) {
    long[] all = Arrays.copyOf(sorted, sorted.length + other.sorted.length);
    System.arraycopy(other.sorted, 0, all, sorted.length, other.sorted.length);
    Arrays.sort(all);
    return new Samples(all);
  }

  /** Without one occurrence of each of {@code values}; what is not among them is passed over. */
  public Samples without(Samples values) {
    long[] rest = new long[sorted.length];
    int kept = 0;
    int next = 0;
    for (long value : sorted) {
      while (next < values.sorted.length && values.sorted[next] < value) {
        next++;
      }
      if (next < values.sorted.length && values.sorted[next] == value) {
        next++;
      } else {
        rest[kept++] = value;
      }
    }
    return new Samples(Arrays.copyOf(rest, kept));
  }

  /** The value below which {@code share} of the numbers lie, by nearest rank; 0 when empty. */
  public long quantile(double share) {
    return sorted.length == 0 ? 0 : sorted[rank(sorted.length, share)];
  }

  /** The same without one occurrence of {@code value}, which must be among them. */
  public long quantileWithout(long value, double share) {
    int n = sorted.length - 1;
    if (n <= 0) {
      return 0;
    }
    int gap = Arrays.binarySearch(sorted, value);
    int rank = rank(n, share);
    return sorted[gap >= 0 && rank >= gap ? rank + 1 : rank];
  }

  public double median() {
    int n = sorted.length;
    if (n == 0) {
      return 0;
    }
    return n % 2 == 1 ? sorted[n / 2] : (sorted[n / 2 - 1] + (double) sorted[n / 2]) / 2;
  }

  /**
   * Cliff's delta: how much more often a number of {@code other} is the greater one than the
   * smaller one, −1 to 1. Linear after sorting.
   */
  public double cliffsDelta(Samples other) {
    if (sorted.length == 0 || other.sorted.length == 0) {
      return 0;
    }
    long balance = 0;
    int below = 0;
    int notAbove = 0;
    for (long value : other.sorted) {
      while (below < sorted.length && sorted[below] < value) {
        below++;
      }
      while (notAbove < sorted.length && sorted[notAbove] <= value) {
        notAbove++;
      }
      balance += below - (sorted.length - (long) notAbove);
    }
    return (double) balance / ((double) sorted.length * other.sorted.length);
  }

  static int rank(int n, double share) {
    return Math.min(n - 1, Math.max(0, (int) Math.ceil(share * n) - 1));
  }
}
