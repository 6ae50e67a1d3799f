package dev.whyops.bench;

import java.io.IOException;
import java.util.List;

/** How does the cost grow with the size of bodies, up and down? */
final class BodiesPart implements Part {
  private static final int[] BYTES = {1_000, 10_000, 100_000, 1_000_000, 10_000_000};
  private static final int SMALL = 1_000;

  @Override
  public String name() {
    return "bodies";
  }

  @Override
  public String title() {
    return "Bodies of 1 KB to 10 MB, up and down, 8 connections (2 from 10 MB on)";
  }

  @Override
  public void run(Ground ground, Section out) throws IOException, InterruptedException {
    int rounds = Math.max(1, ground.options().rounds() / 2);
    try (Gateway gateway = ground.fresh()) {
      gateway.warmUp(ground.warmSeconds());
      List<Leg> legs = List.of(ground.nginx(), gateway.leg("off"), gateway.leg("full"));
      out.columns(
          "way",
          "bytes",
          "leg",
          "per second",
          "MB/s",
          "of nginx",
          "p50 ms",
          "p99 ms",
          "CPU µs",
          "errors",
          "drained after s");
      for (boolean up : new boolean[] {true, false}) {
        for (int bytes : BYTES) {
          int connections = bytes > 1_000_000 ? 2 : 8;
          Load load =
              Load.bodies(
                  up ? bytes : SMALL, up ? SMALL : bytes, connections, ground.options().seconds());
          rows(out, up ? "up" : "down", bytes, legs, Rounds.of(ground, legs, load, rounds));
        }
      }
      out.line("");
      out.line(
          "Capture gaps meanwhile: %d. Resident at the end: %d MiB.",
          gateway.captureGaps(), gateway.residentMib());
    }
  }

  private static void rows(Section out, String way, int bytes, List<Leg> legs, Rounds rounds) {
    for (Leg leg : legs) {
      double rate = rounds.median(leg.name(), Wrk.Run::perSecond);
      out.row(
          "%s | %d | %s | %.0f | %.1f | %.2f | %.2f | %.2f | %.0f | %.0f | %.1f",
          way,
          bytes,
          leg.name(),
          rate,
          rate * bytes / 1e6,
          rounds.ratio(leg.name(), "nginx", Wrk.Run::perSecond),
          rounds.median(leg.name(), Wrk.Run::p50Us) / 1_000,
          rounds.median(leg.name(), Wrk.Run::p99Us) / 1_000,
          rounds.median(leg.name(), Wrk.Run::cpuUsPerCall),
          rounds.median(leg.name(), Wrk.Run::errors),
          rounds.median(leg.name(), Wrk.Run::settleSeconds));
    }
  }
}
