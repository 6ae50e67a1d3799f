package dev.whyops.pace;

import java.time.Duration;

/**
 * Shares the machine between calls, which somebody waits for, and the work behind them, which only
 * has to be done some time. While calls run, a worker rests after each piece of work; when they
 * take all there is, it nearly stops, until what it put off grows too old. {@link Background} does
 * the same for moments, but weighs threads only where there is no room at all.
 *
 * @param withCalls the worker's share of its time while calls run
 * @param underPressure its share while calls take all that the machine has
 * @param patience age of the oldest undone work up to which pressure counts; beyond twice this age
 *     the worker does not rest at all
 */
public record Pace(double withCalls, double underPressure, Duration patience) {
  /** Below this, calls are so few that nobody has to step aside. */
  private static final double FEW_CALLS_CORES = 0.02;

  /** From this on calls are worth it that everything else waits. */
  private static final double MANY_CALLS_CORES = 0.1;

  private static final double IDLE_SHARE_MIN = 0.15;

  /** For what carries the journal into the store: close behind the calls while there is room. */
  public static final Pace STORING = new Pace(0.8, 0.05, Duration.ofSeconds(60));

  /** For what is looked at once more when it is stored. */
  public static final Pace AFTERWARDS = new Pace(0.1, 0.02, Duration.ofMinutes(10));

  /** Whether calls run at all. */
  public static boolean isQuiet(CallLoad.Reading load) {
    return load.callCores() < FEW_CALLS_CORES;
  }

  /** Whether the machine has room for what may as well be done later. */
  public static boolean hasRoom(CallLoad.Reading load) {
    return load.idleShare() >= IDLE_SHARE_MIN;
  }

  /** How long to rest after work of this length. */
  public Duration restAfter(Duration work, CallLoad.Reading load, Duration oldest) {
    double share = share(load, oldest);
    return share >= 1 ? Duration.ZERO : Duration.ofNanos((long) (work.toNanos() * (1 / share - 1)));
  }

  /** The worker's share of its time, above 0 and up to 1. */
  double share(CallLoad.Reading load, Duration oldest) {
    if (isQuiet(load)) {
      return 1;
    }
    boolean pressed = load.callCores() >= MANY_CALLS_CORES && load.idleShare() < IDLE_SHARE_MIN;
    double polite = pressed ? underPressure : withCalls;
    double impatience = (double) oldest.toNanos() / patience.toNanos() - 1;
    return Math.clamp(Math.max(polite, impatience), polite, 1);
  }
}
