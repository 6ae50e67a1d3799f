package dev.whyops.why.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import java.util.function.ToLongFunction;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Intervals hold the true value as often as they say, over simulated runs with a fixed seed. */
class IntervalsTest {
  private static final double COVERAGE_MIN = 0.94;
  private static final int RUNS = 10_000;
  private static final int BOOTSTRAP_RUNS = 800;

  /** Counts are whole, so coverage ripples with the rate; it is promised over all rates. */
  @ParameterizedTest
  @ValueSource(ints = {20, 40, 100, 312})
  @DisplayName("Wilson covers the rate in at least 94 % of runs")
  void wilsonCovers(int n) {
    SplittableRandom random = new SplittableRandom(11);
    int held = 0;
    for (int run = 0; run < RUNS; run++) {
      double p = random.nextDouble();
      held += holds(Rates.wilson(successes(random, p, n), n), p);
    }
    assertThat((double) held / RUNS).isGreaterThanOrEqualTo(COVERAGE_MIN);
  }

  @ParameterizedTest
  @CsvSource({"30, 30", "40, 60", "200, 100", "50, 300"})
  @DisplayName("Newcombe covers the difference of rates in at least 94 % of runs")
  void newcombeCovers(int nA, int nB) {
    SplittableRandom random = new SplittableRandom(12);
    int held = 0;
    for (int run = 0; run < RUNS; run++) {
      double pA = random.nextDouble();
      double pB = random.nextDouble();
      Interval interval =
          Rates.newcombe(successes(random, pA, nA), nA, successes(random, pB, nB), nB);
      held += holds(interval, pB - pA);
    }
    assertThat((double) held / RUNS).isGreaterThanOrEqualTo(COVERAGE_MIN);
  }

  @ParameterizedTest
  @CsvSource({"30, 30, 1", "31, 64, 1.5", "100, 40, 0.8", "500, 500, 1.1"})
  @DisplayName("The bootstrap covers the ratio of medians of skewed times in at least 94 % of runs")
  void medianRatioCovers(int nA, int nB, double ratio) {
    SplittableRandom random = new SplittableRandom(13);
    int held = 0;
    for (int run = 0; run < BOOTSTRAP_RUNS; run++) {
      Samples a = draws(random, nA, r -> skewed(r, 1));
      Samples b = draws(random, nB, r -> skewed(r, ratio));
      held += holds(Bootstrap.medianRatio(a, b).interval(), ratio);
    }
    assertThat((double) held / BOOTSTRAP_RUNS).isGreaterThanOrEqualTo(COVERAGE_MIN);
  }

  @Test
  @DisplayName("The bootstrap covers the difference of 95 % quantiles in at least 94 % of runs")
  void quantileDifferenceCovers() {
    SplittableRandom random = new SplittableRandom(14);
    int held = 0;
    for (int run = 0; run < BOOTSTRAP_RUNS; run++) {
      Samples a = draws(random, 200, r -> skewed(r, 1));
      Samples b = draws(random, 300, r -> skewed(r, 1));
      held += holds(Bootstrap.quantileDifference(a, b, 0.95).interval(), 0);
    }
    assertThat((double) held / BOOTSTRAP_RUNS).isGreaterThanOrEqualTo(COVERAGE_MIN);
  }

  @Test
  @DisplayName("Without a difference, 5 % of comparisons at most have a small p-value")
  void pValuesKeepTheirLevel() {
    SplittableRandom random = new SplittableRandom(15);
    int small = 0;
    for (int run = 0; run < BOOTSTRAP_RUNS; run++) {
      Samples a = draws(random, 40, r -> skewed(r, 1));
      Samples b = draws(random, 50, r -> skewed(r, 1));
      small += Bootstrap.medianRatio(a, b).pValue() <= 0.05 ? 1 : 0;
    }
    assertThat((double) small / BOOTSTRAP_RUNS).isLessThanOrEqualTo(0.06);
  }

  @Test
  void theSameNumbersGiveTheSameInterval() {
    Samples a = Samples.of(3, 1, 4, 1, 5, 9, 2, 6);
    Samples b = Samples.of(2, 7, 1, 8, 2, 8, 1, 8);
    assertThat(Bootstrap.medianRatio(a, b)).isEqualTo(Bootstrap.medianRatio(a, b));
  }

  @Test
  void aMedianOfZeroGivesNoFiniteRatio() {
    Bootstrap.Outcome outcome = Bootstrap.medianRatio(Samples.of(0, 0, 0), Samples.of(5, 5, 5));
    assertThat(outcome.interval().low()).isInfinite();
    assertThat(Bootstrap.medianRatio(Samples.of(0, 0), Samples.of(0, 0)).interval())
        .isEqualTo(new Interval(1, 1));
  }

  @Test
  @DisplayName("Wilson and Newcombe give the figures of Newcombe's papers")
  void publishedFigures() {
    Interval wilson = Rates.wilson(81, 263);
    assertThat(wilson.low()).isCloseTo(0.2553, within(5e-5));
    assertThat(wilson.high()).isCloseTo(0.3662, within(5e-5));
    Interval newcombe = Rates.newcombe(48, 80, 56, 70);
    assertThat(newcombe.low()).isCloseTo(0.0524, within(5e-5));
    assertThat(newcombe.high()).isCloseTo(0.3339, within(5e-5));
  }

  private static int successes(SplittableRandom random, double p, int n) {
    int k = 0;
    for (int i = 0; i < n; i++) {
      k += random.nextDouble() < p ? 1 : 0;
    }
    return k;
  }

  private static Samples draws(
      SplittableRandom random, int n, ToLongFunction<SplittableRandom> draw) {
    long[] values = new long[n];
    for (int i = 0; i < n; i++) {
      values[i] = draw.applyAsLong(random);
    }
    return Samples.of(values);
  }

  /** Log-normal microseconds around a second, as latencies are. */
  private static long skewed(SplittableRandom random, double factor) {
    return Math.round(factor * 1_000_000 * Math.exp(0.6 * random.nextGaussian()));
  }

  private static int holds(Interval interval, double value) {
    return interval.clearOf(value) ? 0 : 1;
  }
}
