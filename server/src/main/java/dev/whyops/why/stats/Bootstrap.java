package dev.whyops.why.stats;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;

/** Seeded percentile bootstrap, so that the same numbers give the same interval. */
public final class Bootstrap {
  private static final int ROUNDS = 1_000;
  private static final long SEED = 0x57_68_79_4F_70_73L;

  private Bootstrap() {}

  /** An interval and the p-value that it implies for "no change". */
  public record Outcome(Interval interval, double pValue) {}

  /** Ratio of medians, {@code b} to {@code a}. */
  public static Outcome medianRatio(Samples a, Samples b) {
    return ratio(a, b, 1, Samples::median);
  }

  /** Difference of a quantile, {@code b} minus {@code a}. */
  public static Outcome quantileDifference(Samples a, Samples b, double share) {
    SplittableRandom random = new SplittableRandom(SEED);
    double[] effects = new double[ROUNDS];
    for (int i = 0; i < ROUNDS; i++) {
      effects[i] = draw(b, random).quantile(share) - draw(a, random).quantile(share);
    }
    return outcome(effects, 0);
  }

  private static Outcome ratio(
      Samples a, Samples b, double neutral, ToDoubleFunction<Samples> statistic) {
    SplittableRandom random = new SplittableRandom(SEED);
    double[] effects = new double[ROUNDS];
    for (int i = 0; i < ROUNDS; i++) {
      double below = statistic.applyAsDouble(draw(a, random));
      double above = statistic.applyAsDouble(draw(b, random));
      effects[i] = below == 0 ? above == 0 ? 1 : Double.POSITIVE_INFINITY : above / below;
    }
    return outcome(effects, neutral);
  }

  private static Outcome outcome(double[] effects, double neutral) {
    Arrays.sort(effects);
    int below = 0;
    int above = 0;
    for (double effect : effects) {
      below += effect < neutral ? 1 : 0;
      above += effect > neutral ? 1 : 0;
    }
    double p = 2.0 * (1 + Math.min(ROUNDS - below, ROUNDS - above)) / (ROUNDS + 1);
    return new Outcome(
        new Interval(effects[(int) (0.025 * ROUNDS)], effects[(int) (0.975 * ROUNDS) - 1]),
        Math.min(1, p));
  }

  /** A sample of the same size with replacement; large ones are drawn at 2,000. */
  private static Samples draw(Samples from, SplittableRandom random) {
    int n = Math.min(from.size(), 2_000);
    long[] drawn = new long[n];
    for (int i = 0; i < n; i++) {
      drawn[i] = from.at(random.nextInt(from.size()));
    }
    return Samples.of(drawn);
  }
}
