package dev.whyops.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;

/** How many runtime events per second become durable, and when can a person see them? */
final class IngestPart implements Part {
  private static final int BATCH = 100;
  private static final int CONNECTIONS = 8;
  private static final int RATE = 20_000;

  @Override
  public String name() {
    return "ingest";
  }

  @Override
  public String title() {
    return "Runtime events of 2 KB in batches of 100, 8 connections";
  }

  @Override
  public void run(Ground ground, Section out) throws IOException, InterruptedException {
    Options options = ground.options();
    try (Gateway gateway = ground.fresh()) {
      run(ground, gateway, 2, 0); // compiled before it counts
      out.heading("As fast as they are acknowledged");
      out.columns("round", "events/s", "p50 ms", "p99 ms", "errors", "drained after s");
      double[] rates = new double[options.rounds()];
      for (int i = 0; i < rates.length; i++) {
        Wrk.Run run = run(ground, gateway, options.seconds(), 0);
        rates[i] = BATCH * run.perSecond();
        row(out, String.valueOf(i + 1), run);
      }
      out.measured("ingest-peak", Samples.median(rates), "runs of a few seconds");
      sustained(ground, gateway, out);
      visible(ground, gateway, out);
    }
  }

  private static void sustained(Ground ground, Gateway gateway, Section out)
      throws IOException, InterruptedException {
    int seconds = Math.max(8, ground.options().longSeconds() / 3);
    out.heading("For %d s".formatted(seconds));
    out.columns("run", "events/s", "p50 ms", "p99 ms", "errors", "drained after s");
    Watch watch = Watch.of(gateway);
    Wrk.Run run = run(ground, gateway, seconds, 0);
    Watch.Seen seen = watch.stop(seconds);
    row(out, "1", run);
    out.line("");
    out.line("Frames behind, each second: %s", seen.behind());
    out.measured("ingest", BATCH * run.perSecond(), "for %d s".formatted(seconds));
  }

  /** From the sending of an event until the API of the trace page shows it. */
  private static void visible(Ground ground, Gateway gateway, Section out)
      throws IOException, InterruptedException {
    int seconds = Math.max(6, ground.options().longSeconds() / 4);
    out.heading("From sending to the dashboard, for %d s".formatted(seconds));
    out.columns(
        "load",
        "events/s beside it",
        "probes",
        "not seen",
        "p50 ms",
        "p99 ms",
        "worst ms",
        "frames behind, each second");
    for (int rate : new int[] {RATE / 10, RATE}) {
      Probes probes = Probes.start(gateway);
      Watch watch = Watch.of(gateway);
      Wrk.Run run = run(ground, gateway, seconds, pauseMs(rate));
      Watch.Seen seen = watch.stop(seconds);
      Probes.Seen probed = probes.stop();
      Samples ms = probed.visibleMs();
      out.row(
          "%d/s asked for | %.0f | %d | %d | %.0f | %.0f | %.0f | %s",
          rate,
          BATCH * run.perSecond(),
          ms.count(),
          probed.unseen(),
          ms.quantile(0.5),
          ms.quantile(0.99),
          ms.quantile(1),
          seen.behind());
      if (rate == RATE) {
        double p99 = probed.unseen() > 0 ? Double.POSITIVE_INFINITY : ms.quantile(0.99) / 1_000;
        String beside = "beside %.0f events/s".formatted(BATCH * run.perSecond());
        out.measured("visible-p99", p99, beside);
      }
    }
  }

  /** A batch takes a few milliseconds of its own. */
  private static int pauseMs(int rate) {
    return Math.max(1, 1_000 * CONNECTIONS * BATCH / rate - 4);
  }

  private static void row(Section out, String name, Wrk.Run run) {
    out.row(
        "%s | %.0f | %.1f | %.1f | %d | %.1f",
        name,
        BATCH * run.perSecond(),
        run.p50Us() / 1_000,
        run.p99Us() / 1_000,
        run.errors(),
        run.settleSeconds());
  }

  private static Wrk.Run run(Ground ground, Gateway gateway, int seconds, int pauseMs)
      throws IOException, InterruptedException {
    Path script = ground.folder().resolve("ingest.lua");
    Leg leg = gateway.leg("full");
    Files.writeString(script, script(leg, pauseMs));
    String out = Wrk.start(leg, script, "/api/events/ingest", CONNECTIONS, seconds);
    return Wrk.read(out, Double.NaN, gateway.settle(Duration.ofMinutes(3)));
  }

  /** A trace per batch; each event has a text of its own. */
  private static String script(Leg leg, int pauseMs) {
    String event =
        "{\"eventType\":\"tool_call_response\",\"traceId\":\"bench-@\",\"agentName\":\"bench\","
            + "\"metadata\":{\"tool\":\"search\"},\"content\":\"event # "
            + "event text ".repeat(165)
            + "\"}";
    return """
    wrk.method = "POST"
    %s
    local head, middle, tail = ([[%s]]):match("^(.*)@(.*)#(.*)$")
    local round = 0
    local threads = 0
    function setup(thread) thread:set("number", threads); threads = threads + 1 end
    function init(args) run = string.format("%s-%%d-", number) end
    function request()
      round = round + 1
      local trace, batch = head .. run .. round .. middle, {}
      for i = 1, %d do batch[i] = trace .. i .. "-" .. run .. round .. tail end
      return wrk.format(nil, nil, nil, "[" .. table.concat(batch, ",") .. "]")
    end
    %s
    """
        .formatted(
            Wrk.headers(leg),
            event,
            Long.toString(System.nanoTime(), Character.MAX_RADIX).toLowerCase(Locale.ROOT),
            BATCH,
            pauseMs == 0 ? "" : "function delay() return " + pauseMs + " end");
  }
}
