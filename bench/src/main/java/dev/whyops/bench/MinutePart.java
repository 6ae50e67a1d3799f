package dev.whyops.bench;

import java.io.IOException;
import java.time.Duration;

/**
 * Does the rate hold for a minute with full capture, is nothing lost, and when is the backlog gone?
 * nginx runs before and after, so that the ratio is taken in one go.
 */
final class MinutePart implements Part {
  private static final Duration BACKLOG_MAX = Duration.ofMinutes(5);

  private final String name;
  private final String title;
  private final Load load;

  private MinutePart(String name, String title, Load load) {
    this.name = name;
    this.title = title;
    this.load = load;
  }

  static MinutePart plain(int seconds) {
    return new MinutePart(
        "minute",
        "Plain calls with full capture for %d s, 64 connections".formatted(seconds),
        Load.plain(64, seconds));
  }

  static MinutePart streams(int seconds) {
    return new MinutePart(
        "minute-streams",
        "Streams of 100 chunks with full capture for %d s, 32 connections".formatted(seconds),
        Load.stream(100, 0, 32, seconds));
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String title() {
    return title;
  }

  @Override
  public void run(Ground ground, Section out) throws IOException, InterruptedException {
    try (Gateway gateway = ground.fresh()) {
      long idleMib = gateway.residentMib();
      gateway.warmUp(ground.warmSeconds());
      Load shorter = load.lasting(Math.max(1, load.seconds() / 6));
      Wrk.Run before = Wrk.run(ground.nginx(), shorter, ground.folder());
      Counts started = Counts.of(ground, gateway);
      Watch watch = Watch.of(gateway);
      Wrk.Run ours = Wrk.run(gateway.leg("full"), load, ground.folder(), BACKLOG_MAX);
      Watch.Seen seen = watch.stop(load.seconds());
      Counts ended = Counts.of(ground, gateway);
      Wrk.Run after = Wrk.run(ground.nginx(), shorter, ground.folder());
      double floor = (before.perSecond() + after.perSecond()) / 2;
      double floorCpu = (before.cpuUsPerCall() + after.cpuUsPerCall()) / 2;
      table(out, ours, before, after);
      memory(out, gateway, seen, idleMib);
      losses(out, started, ended);
      String note = "for %d s".formatted(load.seconds());
      out.measured(name + "-rate", ours.perSecond() / floor, note);
      out.measured(name + "-backlog", ours.settleSeconds(), backlogNote(seen));
      out.measured(name + "-cpu", ours.cpuUsPerCall() / floorCpu, "of nginx, drain included");
    }
  }

  private static String backlogNote(Watch.Seen seen) {
    return "%d frames when the load ended".formatted(seen.behindAtEnd());
  }

  private static void table(Section out, Wrk.Run ours, Wrk.Run before, Wrk.Run after) {
    out.columns("leg", "per second", "CPU µs", "p50 ms", "p99 ms", "errors", "drained after s");
    row(out, "nginx, before", before);
    row(out, "ours full", ours);
    row(out, "nginx, after", after);
    out.line("");
  }

  private static void row(Section out, String leg, Wrk.Run run) {
    out.row(
        "%s | %.0f | %.0f | %.2f | %.2f | %d | %.1f",
        leg,
        run.perSecond(),
        run.cpuUsPerCall(),
        run.p50Us() / 1_000,
        run.p99Us() / 1_000,
        run.errors(),
        run.settleSeconds());
  }

  private void memory(Section out, Gateway gateway, Watch.Seen seen, long idleMib) {
    long settledMib = gateway.residentMib();
    out.line(
        "Resident: %d MiB after the start, %d MiB a third into the load, %d MiB at its end, %d MiB"
            + " with the backlog gone.",
        idleMib, seen.thirdMib(), seen.endMib(), settledMib);
    out.line("");
    out.line("Frames behind, each second: %s", seen.behind());
    out.line("");
    if (name.equals("minute")) {
      out.measured(
          "memory-flat",
          (double) seen.endMib() / seen.thirdMib(),
          "%d MiB at the end".formatted(seen.endMib()));
    }
  }

  private void losses(Section out, Counts started, Counts ended) {
    long answered = ended.served() - started.served();
    long stored = ended.stored() - started.stored();
    long missing = answered - stored;
    out.line(
        "The provider answered %d calls; the store shows %d; not stored: %d. Capture gaps %d, late"
            + " records %d, dead letter %d.",
        answered,
        stored,
        missing,
        ended.gaps() - started.gaps(),
        ended.late() - started.late(),
        ended.dead() - started.dead());
    out.measured(
        name + "-lost",
        Math.max(0, missing) + ended.gaps() - started.gaps(),
        "of %d calls".formatted(answered));
  }

  /** What both sides have counted. */
  private record Counts(long served, long stored, long gaps, long late, long dead) {
    static Counts of(Ground ground, Gateway gateway) throws IOException, InterruptedException {
      return new Counts(
          ground.served(),
          gateway.storedCalls(),
          gateway.captureGaps(),
          gateway.lateRecords(),
          gateway.deadLetters());
    }
  }
}
