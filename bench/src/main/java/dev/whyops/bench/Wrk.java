package dev.whyops.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Runs wrk once and reads what it printed, together with the CPU that the leg's process took. */
final class Wrk {
  private static final Duration SETTLE_MAX = Duration.ofMinutes(1);

  /**
   * One run. Latencies in microseconds.
   *
   * @param count calls that wrk saw complete
   * @param cpuUsPerCall of ours until the journal is drained; NaN where no process is watched
   * @param errors answers that were not 2xx, and broken connections
   * @param settleSeconds until the journal was drained
   */
  record Run(
      long count,
      double perSecond,
      double p50Us,
      double p99Us,
      double cpuUsPerCall,
      long errors,
      double settleSeconds) {}

  private static final Pattern RATE = Pattern.compile("Requests/sec:\\s+([\\d.]+)");
  private static final Pattern P50 = Pattern.compile("\\s50%\\s+([\\d.]+)(us|ms|s|m)");
  private static final Pattern P99 = Pattern.compile("\\s99%\\s+([\\d.]+)(us|ms|s|m)");
  private static final Pattern COUNT = Pattern.compile("(\\d+) requests in");
  private static final Pattern BAD = Pattern.compile("Non-2xx or 3xx responses: (\\d+)");
  private static final Pattern SOCKETS =
      Pattern.compile("Socket errors: connect (\\d+), read (\\d+), write (\\d+), timeout (\\d+)");

  private Wrk() {}

  /** Runs the load, then waits until a gateway of ours has drained its journal. */
  static Run run(Leg leg, Load load, Path folder) throws IOException, InterruptedException {
    return run(leg, load, folder, SETTLE_MAX);
  }

  static Run run(Leg leg, Load load, Path folder, Duration settleMax)
      throws IOException, InterruptedException {
    Path script = folder.resolve("wrk.lua");
    Files.writeString(script, script(leg, load));
    long cpuBefore = leg.cpuUs();
    String out = start(leg, script, load.path(), load.connections(), load.seconds());
    double settled = leg.gateway().isPresent() ? leg.gateway().get().settle(settleMax) : 0;
    return read(out, leg.pid().isPresent() ? leg.cpuUs() - cpuBefore : Double.NaN, settled);
  }

  /** Texts differ from call to call, as they do in life: equal ones would be stored once. */
  private static String script(Leg leg, Load load) {
    int variants = load.bodyBytes() <= 10_000 ? 2_000 : load.bodyBytes() <= 1_000_000 ? 20 : 2;
    return """
    wrk.method = "POST"
    %s
    local requests, at = {}, 0
    function setup(thread) thread:set("place", math.random(1, %d)) end
    function init(args)
      at = place
      for i = 1, %d do
        local text = string.rep(i .. " ", %d / (#tostring(i) + 1))
        requests[i] = wrk.format(nil, nil, nil, [[%s]] .. text .. [[%s]])
      end
    end
    function request()
      at = at %% %d + 1
      return requests[at]
    end
    %s
    """
        .formatted(
            headers(leg),
            variants,
            variants,
            load.bodyBytes() - 100,
            Requests.bodyHead(load.stream()),
            Requests.bodyEnd(),
            variants,
            load.pauseMs() == 0 ? "" : "function delay() return " + load.pauseMs() + " end");
  }

  /** Lua lines that set what every call of ours carries. */
  static String headers(Leg leg) {
    return "wrk.headers[\"Content-Type\"] = \"application/json\"\n"
        + "wrk.headers[\"Authorization\"] = \"Bearer "
        + Requests.KEY
        + "\"\nwrk.headers[\"X-Agent-Name\"] = \"bench\"\n"
        + leg.headers().entrySet().stream().map(Wrk::header).collect(Collectors.joining("\n"));
  }

  private static String header(Map.Entry<String, String> header) {
    return "wrk.headers[\"%s\"] = \"%s\"".formatted(header.getKey(), header.getValue());
  }

  /** Runs a script of the caller's; answers what wrk printed. */
  static String start(Leg leg, Path script, String path, int connections, int seconds)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                List.of(
                    "wrk",
                    "-t" + Math.min(2, connections),
                    "-c" + connections,
                    "-d" + seconds + "s",
                    "--timeout",
                    "30s",
                    "--latency",
                    "-s",
                    script.toString(),
                    "http://127.0.0.1:" + leg.port() + path))
            .redirectErrorStream(true)
            .start();
    try {
      String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      process.waitFor();
      return out;
    } finally {
      process.destroy();
    }
  }

  static Run read(String out, double cpuUs, double settleSeconds) throws IOException {
    double count = number(COUNT, out);
    if (Double.isNaN(count)) {
      throw new IOException("wrk: " + out);
    }
    return new Run(
        (long) count,
        number(RATE, out),
        time(P50, out),
        time(P99, out),
        count > 0 ? cpuUs / count : Double.NaN,
        errors(out),
        settleSeconds);
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
          case "s" -> 1_000_000;
          default -> 60_000_000;
        };
    return Double.parseDouble(matcher.group(1)) * unitUs;
  }
}
