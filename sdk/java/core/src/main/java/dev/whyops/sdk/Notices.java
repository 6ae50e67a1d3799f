package dev.whyops.sdk;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** One log line per minute and kind: telemetry must never flood the host's log. Never throws. */
final class Notices {
  private static final System.Logger LOG = System.getLogger("dev.whyops.sdk");
  private static final long INTERVAL_NANOS = TimeUnit.MINUTES.toNanos(1);
  private static final int KINDS_MAX = 100;
  private static final ConcurrentHashMap<String, Long> LAST = new ConcurrentHashMap<>();

  private Notices() {}

  static void warn(String kind, String message) {
    try {
      long now = System.nanoTime();
      Long last = LAST.get(kind);
      if (last != null && now - last < INTERVAL_NANOS) {
        return;
      }
      if (LAST.size() >= KINDS_MAX) {
        LAST.clear();
      }
      LAST.put(kind, now);
      LOG.log(System.Logger.Level.WARNING, "[whyops] " + message);
    } catch (RuntimeException brokenLogger) {
      // A broken logger of the host is not ours to report.
    }
  }
}
