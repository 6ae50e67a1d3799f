package dev.whyops.kit;

import java.util.Random;

/** How long a run of the tests may take: each push, each night, or before a release. */
public enum Schedule {
  PR,
  NIGHTLY,
  RELEASE;

  /** Named by {@code -Dwhyops.schedule}, as {@code ./whyops test} does. */
  public static Schedule current() {
    return switch (System.getProperty("whyops.schedule", "pr")) {
      case "nightly" -> NIGHTLY;
      case "release" -> RELEASE;
      default -> PR;
    };
  }

  /** The figure of this run's schedule. */
  public static int pick(int pr, int nightly, int release) {
    return switch (current()) {
      case PR -> pr;
      case NIGHTLY -> nightly;
      case RELEASE -> release;
    };
  }

  /** A test of one seed. */
  @FunctionalInterface
  public interface Seeded {
    void run(long seed) throws Exception;
  }

  /**
   * Runs a test over many seeds, new ones each time; {@code -Dwhyops.seed=N} runs that one alone,
   * {@code -Dwhyops.seeds=N} so many, the same ones each time. A failure names its seed.
   */
  public static void seeds(int count, Seeded test) {
    Long only = Long.getLong("whyops.seed");
    Integer few = Integer.getInteger("whyops.seeds");
    Random seeds = few == null ? new Random() : new Random(few);
    int runs = only != null ? 1 : few != null ? Math.min(few, count) : count;
    for (int i = 0; i < runs; i++) {
      long seed = only == null ? seeds.nextLong() : only;
      try {
        test.run(seed);
      } catch (Exception | AssertionError e) {
        throw new AssertionError(
            "seed %d, number %d of %d; repeat with -Dwhyops.seed=%d"
                .formatted(seed, i + 1, runs, seed),
            e);
      }
    }
  }
}
