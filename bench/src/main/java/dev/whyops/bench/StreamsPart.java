package dev.whyops.bench;

import java.io.IOException;

/** How many streams per second, when the provider does not pause? */
final class StreamsPart implements Part {
  @Override
  public String name() {
    return "streams";
  }

  @Override
  public String title() {
    return "Streams of 100 chunks without a pause, 32 connections";
  }

  @Override
  public void run(Ground ground, Section out) throws IOException, InterruptedException {
    Options options = ground.options();
    Load load = Load.stream(100, 0, 32, options.seconds());
    Rounds.of(ground, ground.legs(), load, options.rounds()).rates(out, "nginx");
  }
}
