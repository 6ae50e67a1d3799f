package dev.whyops.why.stats;

/** Intervals for rates k of n and for differences between two of them, at 95 %. */
public final class Rates {
  private static final double Z = 1.959963984540054;

  private Rates() {}

  /** E. B. Wilson's score interval, 1927. */
  public static Interval wilson(long k, long n) {
    if (n == 0) {
      return new Interval(0, 1);
    }
    double p = (double) k / n;
    double z2 = Z * Z;
    double center = (p + z2 / (2 * n)) / (1 + z2 / n);
    double half = Z / (1 + z2 / n) * Math.sqrt(p * (1 - p) / n + z2 / (4.0 * n * n));
    return new Interval(k == 0 ? 0 : center - half, k == n ? 1 : center + half);
  }

  /** p₂ − p₁ with R. G. Newcombe's hybrid score interval (his method 10), 1998. */
  public static Interval newcombe(long k1, long n1, long k2, long n2) {
    double p1 = n1 == 0 ? 0 : (double) k1 / n1;
    double p2 = n2 == 0 ? 0 : (double) k2 / n2;
    Interval w1 = wilson(k1, n1);
    Interval w2 = wilson(k2, n2);
    double difference = p2 - p1;
    double low = difference - Math.sqrt(square(p2 - w2.low()) + square(w1.high() - p1));
    double high = difference + Math.sqrt(square(w2.high() - p2) + square(p1 - w1.low()));
    return new Interval(Math.max(-1, low), Math.min(1, high));
  }

  /** Two-sided p-value of the pooled two-proportion test; 1 where nothing can be said. */
  public static double pValue(long k1, long n1, long k2, long n2) {
    if (n1 == 0 || n2 == 0) {
      return 1;
    }
    double pooled = (double) (k1 + k2) / (n1 + n2);
    double variance = pooled * (1 - pooled) * (1.0 / n1 + 1.0 / n2);
    if (variance == 0) {
      return 1;
    }
    double z = Math.abs((double) k2 / n2 - (double) k1 / n1) / Math.sqrt(variance);
    return 2 * (1 - normal(z));
  }

  /** The standard normal distribution, by formula 26.2.17 of Abramowitz and Stegun. */
  static double normal(double z) {
    double t = 1 / (1 + 0.2316419 * Math.abs(z));
    double tail =
        Math.exp(-z * z / 2)
            / Math.sqrt(2 * Math.PI)
            * t
            * (0.319381530
                + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
    return z >= 0 ? 1 - tail : tail;
  }

  private static double square(double x) {
    return x * x;
  }
}
