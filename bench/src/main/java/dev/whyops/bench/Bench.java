package dev.whyops.bench;

import dev.whyops.bench.Legs.Leg;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/**
 * Runs every row, the legs interleaved in rounds so that a noisy minute falls on all alike, and
 * writes what came out: medians, spread, ratios, failures.
 *
 * <p>Arguments: server jar, scratch folder, result file, rounds, seconds a run.
 */
final class Bench {
  private static final String CHAT = "/v1/chat/completions";
  private static final Set<String> CONCURRENT_LEGS =
      Set.of("direct", "nginx", "ours off", "ours full");

  private final Legs legs;
  private final Report report;
  private final int rounds;
  private final int seconds;

  private Bench(Legs legs, Report report, int rounds, int seconds) {
    this.legs = legs;
    this.report = report;
    this.rounds = rounds;
    this.seconds = seconds;
  }

  public static void main(String[] args) throws IOException, InterruptedException {
    Path scratch = Path.of(args[1]).toAbsolutePath();
    try (Legs legs = Legs.start(Path.of(args[0]).toAbsolutePath(), scratch)) {
      Report report = new Report();
      new Bench(legs, report, Integer.parseInt(args[3]), Integer.parseInt(args[4])).runAll();
      Files.writeString(Path.of(args[2]), report.text());
      System.out.println(report.text());
    }
    System.exit(0);
  }

  private void runAll() throws IOException, InterruptedException {
    report.line(
        "Start to the first relayed call (with the AOT cache): %.2f s; resident then: %d MiB",
        legs.firstCallSeconds(), resident());
    warmUp();
    plainCalls();
    addedLatency();
    streams();
    concurrentStreams();
    ingest();
    report.line("Resident at the end: %d MiB", resident());
  }

  private void warmUp() throws IOException, InterruptedException {
    for (int i = 0; i < 3; i++) {
      for (String capture : List.of("ours off", "ours full")) {
        Wrk.run(legs, legs.leg(capture), CHAT, Http.CHAT, 64, 3);
        Wrk.run(legs, legs.leg(capture), CHAT + "?chunks=100", Http.CHAT, 16, 2);
      }
    }
  }

  private void plainCalls() throws IOException, InterruptedException {
    Map<String, List<Wrk.Run>> runs = interleave(CHAT, 64);
    report.heading("Plain calls, 1 KB up and down, 64 connections");
    report.rates(runs, "nginx");
  }

  private void addedLatency() throws IOException, InterruptedException {
    for (int connections : new int[] {1, 8}) {
      Map<String, List<Wrk.Run>> runs = interleave(CHAT, connections);
      report.heading("Plain calls, " + connections + " connection(s): latency and CPU");
      report.latencies(runs, "direct");
    }
  }

  private void streams() throws IOException, InterruptedException {
    Map<String, List<Wrk.Run>> runs = interleave(CHAT + "?chunks=100&pause=0", 32);
    report.heading("Streams of 100 chunks without a pause, 32 connections");
    report.rates(runs, "nginx");
  }

  private Map<String, List<Wrk.Run>> interleave(String path, int connections)
      throws IOException, InterruptedException {
    Map<String, List<Wrk.Run>> runs = new LinkedHashMap<>();
    for (int round = 0; round < rounds; round++) {
      for (Leg leg : legs.all()) {
        runs.computeIfAbsent(leg.name(), name -> new ArrayList<>())
            .add(Wrk.run(legs, leg, path, Http.CHAT, connections, seconds));
      }
    }
    return runs;
  }

  private void concurrentStreams() throws IOException, InterruptedException {
    report.heading("Concurrent streams, a chunk each 100 ms for 10 s, starts spread over 5 s");
    report.line(
        "| leg | streams | whole | broken | first chunk p50/p99 | lag p50/p99 | on time | CPU | RSS"
            + " |");
    report.line("|---|---|---|---|---|---|---|---|---|");
    for (int streamCount : new int[] {100, 2_000}) {
      for (Leg leg : legs.all()) {
        if (CONCURRENT_LEGS.contains(leg.name())) {
          concurrent(leg, streamCount);
        }
      }
    }
  }

  private void concurrent(Leg leg, int streamCount) throws IOException, InterruptedException {
    long cpuBefore = leg.pid().map(Cpu::ofFamilyUs).orElse(0L);
    long began = System.nanoTime();
    Process process =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElse("java"),
                "--enable-native-access=ALL-UNNAMED",
                "-Xmx512m",
                "-cp",
                System.getProperty("java.class.path"),
                StreamLoad.class.getName(),
                String.valueOf(leg.port()),
                CHAT + "?chunks=100&pause=100",
                legs.apiKey(),
                String.valueOf(streamCount),
                "5000")
            .redirectErrorStream(true)
            .start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    double wallUs = (System.nanoTime() - began) / 1e3;
    long cpuUs = leg.pid().map(Cpu::ofFamilyUs).orElse(0L) - cpuBefore;
    Map<String, String> fields = fields(out);
    report.line(
        "| %s | %s | %s | %s | %.1f/%.1f ms | %.2f/%.2f ms | %.1f %% | %s | %s |",
        leg.name(),
        fields.getOrDefault("streams", "?"),
        fields.getOrDefault("complete", "?"),
        fields.getOrDefault("broken", "?"),
        ms(fields, "first_p50"),
        ms(fields, "first_p99"),
        ms(fields, "lag_p50"),
        ms(fields, "lag_p99"),
        100 * Double.parseDouble(fields.getOrDefault("on_time", "0")),
        leg.pid().isPresent() ? "%.0f %% of a core".formatted(100 * cpuUs / wallUs) : "–",
        leg.pid().map(pid -> Cpu.residentMib(pid) + " MiB").orElse("–"));
  }

  private static Map<String, String> fields(String out) {
    Map<String, String> fields = new LinkedHashMap<>();
    Arrays.stream(out.strip().split("\\s+"))
        .map(pair -> pair.split("=", 2))
        .filter(pair -> pair.length == 2)
        .forEach(pair -> fields.put(pair[0], pair[1]));
    return fields;
  }

  private static double ms(Map<String, String> fields, String name) {
    return Double.parseDouble(fields.getOrDefault(name, "-1000")) / 1_000;
  }

  private void ingest() throws IOException, InterruptedException {
    String event =
        "{\"eventType\":\"tool_call_response\",\"traceId\":\"bench-@\",\"agentName\":\"bench\",\"metadata\":{\"tool\":\"search\"},\"content\":\""
            + "event text ".repeat(165)
            + "\"}";
    Path script = legs.folder().resolve("ingest.lua");
    Files.writeString(
        script,
        """
        local event = [[%s]]
        local round = 0
        wrk.method = "POST"
        wrk.headers["Content-Type"] = "application/json"
        wrk.headers["Authorization"] = "Bearer %s"
        function request()
          round = round + 1
          local one = event:gsub("@", tostring(round %% 50))
          local batch = {}
          for i = 1, 100 do batch[i] = one end
          return wrk.format(nil, nil, nil, "[" .. table.concat(batch, ",") .. "]")
        end
        """
            .formatted(event, legs.apiKey()));
    List<Wrk.Run> runs = new ArrayList<>();
    for (int round = 0; round < rounds; round++) {
      runs.add(Wrk.run(legs.leg("ours full"), script, "/api/events/ingest", 8, seconds));
    }
    report.heading("Ingest to durable: batches of 100 events of 2 KB, 8 connections");
    report.line(
        "%.0f events/s (median of %d), p99 of a batch %.1f ms, errors %d",
        100 * median(runs, Wrk.Run::perSecond),
        rounds,
        median(runs, Wrk.Run::p99Us) / 1_000,
        runs.stream().mapToLong(Wrk.Run::errors).sum());
  }

  private long resident() {
    return legs.leg("ours full").pid().map(Cpu::residentMib).orElse(-1L);
  }

  static double median(List<Wrk.Run> runs, ToDoubleFunction<Wrk.Run> of) {
    double[] sorted = runs.stream().mapToDouble(of).sorted().toArray();
    return sorted[sorted.length / 2];
  }
}
