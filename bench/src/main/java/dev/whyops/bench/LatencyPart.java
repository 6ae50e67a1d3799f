package dev.whyops.bench;

import java.io.IOException;

/** What does the gateway add to a call when it is not busy, and what does a call cost? */
final class LatencyPart implements Part {
  @Override
  public String name() {
    return "latency";
  }

  @Override
  public String title() {
    return "Added latency and CPU of plain calls, 1 and 8 connections";
  }

  @Override
  public void run(Ground ground, Section out) throws IOException, InterruptedException {
    for (int connections : new int[] {1, 8}) {
      out.heading(connections == 1 ? "1 connection" : connections + " connections");
      Options options = ground.options();
      Rounds rounds =
          Rounds.of(
              ground, ground.legs(), Load.plain(connections, options.seconds()), options.rounds());
      rounds.latencies(out, "direct");
      double p50 = rounds.added("ours full", "direct", Wrk.Run::p50Us) / 1_000;
      double p99 = rounds.added("ours full", "direct", Wrk.Run::p99Us) / 1_000;
      out.measured("latency-p50-" + connections, p50, "capture full");
      out.measured("latency-p99-" + connections, p99, "capture full");
      if (connections == 8) {
        double off = rounds.median("ours off", Wrk.Run::cpuUsPerCall);
        out.measured("cpu-off", off, "the row of the call included");
        out.measured("cpu-full", rounds.median("ours full", Wrk.Run::cpuUsPerCall));
      }
    }
    out.line("");
    out.line("CPU of ours is counted until the journal is drained.");
  }
}
