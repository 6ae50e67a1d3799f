package dev.whyops.bench;

import dev.whyops.bench.Legs.Leg;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Runs wrk once and reads what it printed, together with the CPU that the leg's process took. */
final class Wrk {
  /**
   * One run. Latencies in microseconds; {@code cpuUsPerCall} is NaN where no process is watched;
   * {@code errors} counts answers that were not 2xx and broken connections.
   */
  record Run(double perSecond, double p50Us, double p99Us, double cpuUsPerCall, long errors) {}

  private static final Pattern RATE = Pattern.compile("Requests/sec:\\s+([\\d.]+)");
  private static final Pattern P50 = Pattern.compile("\\s50%\\s+([\\d.]+)(us|ms|s)");
  private static final Pattern P99 = Pattern.compile("\\s99%\\s+([\\d.]+)(us|ms|s)");
  private static final Pattern COUNT = Pattern.compile("(\\d+) requests in");
  private static final Pattern BAD = Pattern.compile("Non-2xx or 3xx responses: (\\d+)");
  private static final Pattern SOCKETS =
      Pattern.compile("Socket errors: connect (\\d+), read (\\d+), write (\\d+), timeout (\\d+)");

  private Wrk() {}

  static Run run(Legs legs, Leg leg, String path, String body, int connections, int seconds)
      throws IOException, InterruptedException {
    Path script = legs.folder().resolve("wrk.lua");
    Files.writeString(
        script,
        """
        wrk.method = "POST"
        wrk.body = [[%s]]
        wrk.headers["Content-Type"] = "application/json"
        wrk.headers["Authorization"] = "Bearer %s"
        wrk.headers["X-Agent-Name"] = "bench"
        %s
        """
            .formatted(
                body,
                legs.apiKey(),
                leg.headers().entrySet().stream()
                    .map(
                        header ->
                            "wrk.headers[\"%s\"] = \"%s\""
                                .formatted(header.getKey(), header.getValue()))
                    .collect(Collectors.joining("\n"))));
    return run(leg, script, path, connections, seconds);
  }

  static Run run(Leg leg, Path script, String path, int connections, int seconds)
      throws IOException, InterruptedException {
    long cpuBefore = leg.pid().map(Cpu::ofFamilyUs).orElse(0L);
    Process process =
        new ProcessBuilder(
                "wrk",
                "-t" + Math.min(2, connections),
                "-c" + connections,
                "-d" + seconds + "s",
                "--timeout",
                "30s",
                "--latency",
                "-s",
                script.toString(),
                "http://127.0.0.1:" + leg.port() + path)
            .redirectErrorStream(true)
            .start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    long cpuUs = leg.pid().map(Cpu::ofFamilyUs).orElse(0L) - cpuBefore;
    double count = number(COUNT, out);
    double cpuPerCall = leg.pid().isPresent() && count > 0 ? cpuUs / count : Double.NaN;
    return new Run(number(RATE, out), time(P50, out), time(P99, out), cpuPerCall, errors(out));
  }

  private static long errors(String out) {
    long errors = 0;
    Matcher bad = BAD.matcher(out);
    if (bad.find()) {
      errors += Long.parseLong(bad.group(1));
    }
    Matcher sockets = SOCKETS.matcher(out);
    if (sockets.find()) {
      for (int i = 1; i <= 4; i++) {
        errors += Long.parseLong(sockets.group(i));
      }
    }
    return errors;
  }

  private static double number(Pattern pattern, String text) {
    Matcher matcher = pattern.matcher(text);
    return matcher.find() ? Double.parseDouble(matcher.group(1)) : Double.NaN;
  }

  private static double time(Pattern pattern, String text) {
    Matcher matcher = pattern.matcher(text);
    if (!matcher.find()) {
      return Double.NaN;
    }
    double unitUs =
        switch (matcher.group(2).toLowerCase(Locale.ROOT)) {
          case "us" -> 1;
          case "ms" -> 1_000;
          default -> 1_000_000;
        };
    return Double.parseDouble(matcher.group(1)) * unitUs;
  }
}
