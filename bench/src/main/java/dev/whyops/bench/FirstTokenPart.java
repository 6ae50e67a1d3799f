package dev.whyops.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.ToDoubleFunction;

/** How much later does a stream begin, and how much are its chunks shaken? Open loop. */
final class FirstTokenPart implements Part {
  private static final int STREAMS_PER_SECOND = 100;
  private static final int CHUNKS = 20;
  private static final int PAUSE_MS = 20;

  private final Map<String, List<StreamLoad.Result>> results = new LinkedHashMap<>();

  @Override
  public String name() {
    return "first-token";
  }

  @Override
  public String title() {
    return "Streams at %d per second, %d chunks with %d ms between them"
        .formatted(STREAMS_PER_SECOND, CHUNKS, PAUSE_MS);
  }

  @Override
  public void run(Ground ground, Section out) throws IOException, InterruptedException {
    Options options = ground.options();
    List<Leg> legs = ground.legs();
    for (Leg leg : legs) { // the client's own code is compiled before it counts
      ground.streams().run(leg, plan(1));
    }
    for (int round = 0; round < options.rounds(); round++) {
      for (Leg leg : legs) {
        StreamLoad.Result result = ground.streams().run(leg, plan(options.seconds()));
        results.computeIfAbsent(leg.name(), _ -> new ArrayList<>()).add(result);
        if (leg.gateway().isPresent()) {
          leg.gateway().get().settle(Duration.ofMinutes(1));
        }
      }
    }
    table(out);
    double p50 = added("ours full", result -> result.first().quantile(0.5)) / 1_000;
    double p99 = added("ours full", result -> result.first().quantile(0.99)) / 1_000;
    out.measured("first-token-p50", p50, "capture full");
    out.measured("first-token-p99", p99, "capture full");
    double gap = added("ours full", result -> result.gap().quantile(0.99)) / 1_000;
    out.measured("gap-p99", gap, "capture full");
  }

  private static StreamLoad.Plan plan(int seconds) {
    Duration spread = Duration.ofSeconds(seconds);
    return new StreamLoad.Plan(STREAMS_PER_SECOND * seconds, spread, CHUNKS, PAUSE_MS);
  }

  private void table(Section out) {
    out.columns(
        "leg",
        "first token p50 ms",
        "added",
        "p99 ms",
        "added",
        "gap p99 ms",
        "added",
        "whole",
        "broken");
    for (String leg : results.keySet()) {
      out.row(
          "%s | %.2f | %.2f | %.2f | %.2f | %.2f | %.2f | %d | %d",
          leg,
          median(leg, result -> result.first().quantile(0.5)) / 1_000,
          added(leg, result -> result.first().quantile(0.5)) / 1_000,
          median(leg, result -> result.first().quantile(0.99)) / 1_000,
          added(leg, result -> result.first().quantile(0.99)) / 1_000,
          median(leg, result -> result.gap().quantile(0.99)) / 1_000,
          added(leg, result -> result.gap().quantile(0.99)) / 1_000,
          of(leg).stream().mapToInt(StreamLoad.Result::whole).sum(),
          of(leg).stream().mapToInt(StreamLoad.Result::broken).sum());
    }
    out.line("");
    out.line(
        "From the intended time of sending, connecting included. The gap is the difference between"
            + " the time from chunk to chunk at the client and at the provider.");
  }

  private List<StreamLoad.Result> of(String leg) {
    return Objects.requireNonNull(results.get(leg), leg);
  }

  private double median(String leg, ToDoubleFunction<StreamLoad.Result> value) {
    return Samples.median(of(leg).stream().mapToDouble(value).toArray());
  }

  private double added(String leg, ToDoubleFunction<StreamLoad.Result> value) {
    double[] ours = of(leg).stream().mapToDouble(value).toArray();
    double[] direct = of("direct").stream().mapToDouble(value).toArray();
    for (int i = 0; i < ours.length; i++) {
      ours[i] -= direct[i];
    }
    return Samples.median(ours);
  }
}
