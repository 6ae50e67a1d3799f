package dev.whyops.pace;

import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

/**
 * Estimates the load of the calls from what the gateway counts, and asks the platform for the rest.
 * Looks at most ten times a second and levels what it sees over about half a second.
 */
public final class MachineLoad implements CallLoad {
  private static final long LOOK_EVERY_NANOS = 100_000_000;
  private static final double LEVEL_NANOS = 500_000_000;

  /** What one call, and one read of an answer, take of a core. */
  private static final double CALL_NANOS = 20_000;

  private static final double READ_NANOS = 10_000;

  private final LongSupplier calls;
  private final LongSupplier reads;
  private final DoubleSupplier busyShare;
  private final LongSupplier nanos;
  private long lookedNs;
  private long seenCalls;
  private long seenReads;
  private double callCores;
  private double idleShare = 1;
  private Reading reading = new Reading(0, 1);

  /**
   * @param calls calls that were taken so far
   * @param reads reads of providers' answers so far
   * @param busyShare the machine's load, 0-1; negative when the platform does not know
   * @param nanos the monotonic clock
   */
  public MachineLoad(
      LongSupplier calls, LongSupplier reads, DoubleSupplier busyShare, LongSupplier nanos) {
    this.calls = calls;
    this.reads = reads;
    this.busyShare = busyShare;
    this.nanos = nanos;
    this.lookedNs = nanos.getAsLong();
    this.seenCalls = calls.getAsLong();
    this.seenReads = reads.getAsLong();
  }

  /** The machine's load as the JVM knows it; inside of a container that of the container. */
  public static double platformBusyShare() {
    return java.lang.management.ManagementFactory.getOperatingSystemMXBean()
            instanceof com.sun.management.OperatingSystemMXBean os
        ? os.getCpuLoad()
        : -1;
  }

  @Override
  public synchronized Reading now() {
    long now = nanos.getAsLong();
    long since = now - lookedNs;
    if (since < LOOK_EVERY_NANOS) {
      return reading;
    }
    lookedNs = now;
    long callsNow = calls.getAsLong();
    long readsNow = reads.getAsLong();
    double weight = 1 - Math.exp(-since / LEVEL_NANOS);
    double cores =
        ((callsNow - seenCalls) * CALL_NANOS + (readsNow - seenReads) * READ_NANOS) / since;
    callCores += weight * (cores - callCores);
    double busy = busyShare.getAsDouble();
    idleShare += weight * ((busy < 0 ? 0.5 : 1 - busy) - idleShare);
    seenCalls = callsNow;
    seenReads = readsNow;
    reading = new Reading(callCores, idleShare);
    return reading;
  }
}
