package dev.whyops.bench;

/**
 * Streams that were held open together, and what the leg's process took meanwhile.
 *
 * @param cores CPU between the last start and the first end, in cores
 * @param residentMib the most that was seen while all were open
 */
record Held(StreamLoad.Result result, double cores, long residentMib) {
  private static final long LOOK_EVERY_MS = 250;

  static Held run(StreamLoad load, Leg leg, StreamLoad.Plan plan) throws InterruptedException {
    long began = System.nanoTime();
    StreamLoad.Running running = load.begin(leg, plan);
    sleepUntil(began + plan.plateauBegins().toNanos());
    long cpuUs = leg.cpuUs();
    long from = System.nanoTime();
    long residentMib = leg.residentMib();
    long until = began + plan.plateauEnds().toNanos();
    while (System.nanoTime() < until) {
      Thread.sleep(Math.min(LOOK_EVERY_MS, Math.max(1, (until - System.nanoTime()) / 1_000_000)));
      residentMib = Math.max(residentMib, leg.residentMib());
    }
    double cores = (leg.cpuUs() - cpuUs) / ((System.nanoTime() - from) / 1e3);
    return new Held(running.await(), cores, residentMib);
  }

  private static void sleepUntil(long nanos) throws InterruptedException {
    long left = nanos - System.nanoTime();
    if (left > 0) {
      Thread.sleep(left / 1_000_000);
    }
  }
}
