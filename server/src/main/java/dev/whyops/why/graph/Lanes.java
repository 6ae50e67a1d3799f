package dev.whyops.why.graph;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Gives steps that overlap in time lanes of their own, at most 32; the last one is shared. */
final class Lanes {
  private static final int LANES_MAX = 32;

  private final List<Instant> busyUntil = new ArrayList<>();

  int take(Instant start, @Nullable Instant end) {
    Instant until = end == null || end.isBefore(start) ? start : end;
    for (int lane = 0; lane < busyUntil.size(); lane++) {
      if (!busyUntil.get(lane).isAfter(start)) {
        busyUntil.set(lane, until);
        return lane;
      }
    }
    if (busyUntil.size() < LANES_MAX) {
      busyUntil.add(until);
    }
    return busyUntil.size() - 1;
  }
}
