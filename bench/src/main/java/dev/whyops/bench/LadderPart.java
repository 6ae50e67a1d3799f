package dev.whyops.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** How many concurrent streams, on time, with how much CPU and memory? */
final class LadderPart implements Part {
  private static final int[] STREAMS = {1, 10, 100, 500, 1_000, 2_000};
  private static final int PAUSE_MS = 100;
  private static final Duration SPREAD = Duration.ofSeconds(2);

  /** A peer that is late with more than a tenth of its chunks is not asked for more streams. */
  private static final double HOPELESS = 0.9;

  @Override
  public String name() {
    return "ladder";
  }

  @Override
  public String title() {
    return "Concurrent streams, a chunk each 100 ms, starts spread over 2 s";
  }

  @Override
  public void run(Ground ground, Section out) throws IOException, InterruptedException {
    out.columns(
        "leg",
        "streams",
        "whole",
        "broken",
        "first chunk p50/p99 ms",
        "lag p50/p99 ms",
        "on time",
        "CPU of a core",
        "resident MiB");
    List<Leg> peers = new ArrayList<>(ground.peers());
    try (Gateway gateway = ground.fresh()) {
      for (int streams : STREAMS) {
        boolean top = streams == STREAMS[STREAMS.length - 1];
        StreamLoad.Plan plan = plan(streams, ground.options().rounds() > 2 || top);
        if (top) {
          attempt(ground, ground.direct(), plan, out);
          attempt(ground, gateway.leg("off"), plan, out);
        }
        attempt(ground, ground.nginx(), plan, out);
        Held ours = attempt(ground, gateway.leg("full"), plan, out);
        gateway.settle(Duration.ofMinutes(1));
        if (top) {
          figures(ours, out);
        }
        for (Leg peer : List.copyOf(peers)) {
          if (attempt(ground, peer, plan, out).result().onTime() < HOPELESS) {
            peers.remove(peer);
          }
        }
      }
    }
  }

  private static StreamLoad.Plan plan(int streams, boolean full) {
    return new StreamLoad.Plan(streams, SPREAD, full ? 80 : 40, PAUSE_MS);
  }

  private static void figures(Held held, Section out) {
    StreamLoad.Result result = held.result();
    out.measured("streams-on-time", result.onTime());
    out.measured("streams-lag-p99", result.lag().quantile(0.99) / 1_000);
    out.measured("streams-memory", held.residentMib());
    out.measured("streams-cpu", 100 * held.cores());
    out.measured("streams-broken", result.broken());
  }

  private static Held attempt(Ground ground, Leg leg, StreamLoad.Plan plan, Section out)
      throws InterruptedException {
    Held held = Held.run(ground.streams(), leg, plan);
    StreamLoad.Result result = held.result();
    out.row(
        "%s | %d | %d | %d | %.1f/%.1f | %.2f/%.2f | %.1f %% | %s | %s",
        leg.name(),
        result.streams(),
        result.whole(),
        result.broken(),
        result.first().quantile(0.5) / 1_000,
        result.first().quantile(0.99) / 1_000,
        result.lag().quantile(0.5) / 1_000,
        result.lag().quantile(0.99) / 1_000,
        100 * result.onTime(),
        leg.pid().isPresent() ? "%.0f %%".formatted(100 * held.cores()) : "–",
        leg.pid().isPresent() ? held.residentMib() : "–");
    return held;
  }
}
