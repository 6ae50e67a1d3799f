package dev.whyops.bench;

import java.io.IOException;

/** How long until the first relayed call, and how much memory does a gateway at rest take? */
final class StartPart implements Part {
  private static final long REST_MS = 3_000;

  @Override
  public String name() {
    return "start";
  }

  @Override
  public String title() {
    return "Start to the first relayed call, and memory at rest";
  }

  @Override
  public void run(Ground ground, Section out) throws IOException, InterruptedException {
    int rounds = ground.options().rounds();
    double[] seconds = new double[rounds];
    double[] resident = new double[rounds];
    out.columns("start", "first call after s", "resident 3 s later, MiB");
    for (int i = 0; i < rounds; i++) {
      try (Gateway gateway = ground.fresh()) {
        Thread.sleep(REST_MS);
        seconds[i] = gateway.firstCallSeconds();
        resident[i] = gateway.residentMib();
        out.row("%d | %.2f | %.0f", i + 1, seconds[i], resident[i]);
      }
    }
    out.measured("start", Samples.median(seconds));
    out.measured("memory-idle", Samples.median(resident), "with empty stores, one call made");
  }
}
