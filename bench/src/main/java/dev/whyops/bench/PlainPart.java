package dev.whyops.bench;

import java.io.IOException;

/** How many calls per second, against proxies that look at nothing? */
final class PlainPart implements Part {
  @Override
  public String name() {
    return "plain";
  }

  @Override
  public String title() {
    return "Plain calls, 1 KB up and down, 64 connections";
  }

  @Override
  public void run(Ground ground, Section out) throws IOException, InterruptedException {
    Options options = ground.options();
    Rounds rounds =
        Rounds.of(ground, ground.legs(), Load.plain(64, options.seconds()), options.rounds());
    rounds.rates(out, "nginx");
    out.measured("plain-off", rounds.ratio("ours off", "nginx", Wrk.Run::perSecond));
    out.measured(
        "plain-full",
        rounds.ratio("ours full", "nginx", Wrk.Run::perSecond),
        "runs of %d s".formatted(options.seconds()));
  }
}
