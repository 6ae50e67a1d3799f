package dev.whyops.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** How much memory do streams take that are open and mostly silent? */
final class IdlePart implements Part {
  private static final int STREAMS_MAX = 10_000;
  private static final Duration SPREAD = Duration.ofSeconds(5);
  private static final int CHUNKS = 3;
  private static final int PAUSE_MS = 4_000;

  /** Descriptors that a process needs for everything else. */
  private static final int OTHER_DESCRIPTORS = 400;

  @Override
  public String name() {
    return "idle";
  }

  @Override
  public String title() {
    return "Mostly idle streams, a chunk each 4 s, opened within 5 s";
  }

  @Override
  public void run(Ground ground, Section out) throws IOException, InterruptedException {
    int files = openFilesMax();
    int streams = Math.min(STREAMS_MAX, (files - OTHER_DESCRIPTORS) / 2);
    StreamLoad.Plan plan = new StreamLoad.Plan(streams, SPREAD, CHUNKS, PAUSE_MS);
    out.line(
        "%d streams: open files are limited to %d, and a proxy needs two for each.",
        streams, files);
    out.line("");
    out.columns(
        "leg",
        "streams",
        "whole",
        "broken",
        "resident before MiB",
        "while open MiB",
        "KiB per stream",
        "CPU of a core");
    attempt(ground, ground.nginx(), plan, out);
    try (Gateway gateway = ground.fresh()) {
      gateway.warmUp(ground.warmSeconds());
      double kib = attempt(ground, gateway.leg("full"), plan, out);
      out.measured("stream-memory", kib, "growth of the resident memory, %d".formatted(streams));
    }
    try (Gateway gateway = ground.fresh()) {
      Held held = Held.run(ground.streams(), gateway.leg("full"), plan);
      out.row(
          "ours full, not warmed up | %d | %d | %d | – | %d | – | %.0f %%",
          streams,
          held.result().whole(),
          held.result().broken(),
          held.residentMib(),
          100 * held.cores());
      out.measured("idle-memory", held.residentMib(), "%d streams".formatted(streams));
      out.measured("idle-broken", held.result().broken(), "of %d".formatted(streams));
    }
  }

  private static double attempt(Ground ground, Leg leg, StreamLoad.Plan plan, Section out)
      throws InterruptedException {
    long beforeMib = leg.residentMib();
    Held held = Held.run(ground.streams(), leg, plan);
    double kib = 1_024.0 * (held.residentMib() - beforeMib) / plan.streams();
    out.row(
        "%s | %d | %d | %d | %d | %d | %.1f | %.0f %%",
        leg.name(),
        plan.streams(),
        held.result().whole(),
        held.result().broken(),
        beforeMib,
        held.residentMib(),
        kib,
        100 * held.cores());
    return kib;
  }

  private static int openFilesMax() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/limits")).stream()
        .filter(line -> line.startsWith("Max open files"))
        .map(line -> Integer.parseInt(line.split("\\s+")[3]))
        .findFirst()
        .orElse(1_024);
  }
}
