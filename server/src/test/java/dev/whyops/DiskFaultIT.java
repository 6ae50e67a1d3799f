package dev.whyops;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whyops.fake.FakeLlm;
import dev.whyops.kit.Invariants;
import dev.whyops.kit.Schedule;
import dev.whyops.kit.ServerProcess;
import java.io.File;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/**
 * The real jar while the kernel refuses system calls to it: journal, SQLite and DuckDB alike. It
 * may refuse, it may even end; what it acknowledged is there once after the next start.
 */
class DiskFaultIT {
  private static final String TRACE = "disk-fault";
  private static final List<String> CALLS = List.of("fdatasync", "fsync", "pwrite64", "ftruncate");

  /** Once EIO, once a full disk, and a disk that is broken from then on. */
  private static final List<String> ERRORS =
      List.of("error=EIO:when=%d", "error=ENOSPC:when=%d", "error=EIO:when=%d+");

  private static final int FIRST = 3;
  private static final int BATCHES = 40;

  /** Threads make as many of each call in a run without faults; counted when first asked for. */
  private static final Map<String, Integer> USUAL = new HashMap<>();

  @TempDir private Path folder;

  /** The third call at each push; more of them by night, spread over all that a run makes. */
  static Stream<Arguments> faults() {
    int last = Schedule.pick(1, 50, 200);
    return CALLS.stream()
        .flatMap(call -> IntStream.range(0, last).mapToObj(i -> Arguments.of(call, i, last)));
  }

  @ParameterizedTest(name = "F-06, F-07 {0} refused, place {1} of {2}: what is acked is there once")
  @MethodSource("faults")
  void keepsWhatItAcknowledged(String call, int place, int places) throws Exception {
    Assumptions.assumeTrue(isOnPath("strace"), "F-06, F-07: strace is not installed");
    int number = places == 1 ? FIRST : 1 + (usual(call) - 1) * place / (places - 1);
    String error = ERRORS.get(place % ERRORS.size());
    // Threads share the calls out anew in each run: one that none comes to is no fault.
    while (!strikes(call, error.formatted(number))) {
      assertThat(number).as("%s is never called", call).isGreaterThan(1);
      number /= 2;
    }
  }

  /** Whether the fault came; if it did, all was kept. */
  private boolean strikes(String call, String error) throws Exception {
    Path run = Files.createTempDirectory(folder, "run");
    Map<String, Integer> acknowledged = new HashMap<>();
    try (FakeLlm provider = FakeLlm.start(0)) {
      load(run, provider, List.of("trace=" + call, "inject=" + call + ":" + error), acknowledged);
      if (!Files.readString(trace(run)).contains("(INJECTED)")) {
        return false;
      }
      System.out.printf("F-06, F-07 %s:%s, %d acknowledged%n", call, error, acknowledged.size());
      try (ServerProcess server = ServerProcess.start(run, provider.url(), Map.of())) {
        verify(server, acknowledged);
        Invariants.hold(server, run);
      }
    }
    return true;
  }

  /** How often the thread that does so most makes this call. */
  private int usual(String call) throws Exception {
    if (USUAL.isEmpty()) {
      Path run = Files.createTempDirectory(folder, "usual");
      try (FakeLlm provider = FakeLlm.start(0)) {
        load(run, provider, List.of("trace=" + String.join(",", CALLS)), new HashMap<>());
      }
      List<String> lines = Files.readAllLines(trace(run));
      for (String one : CALLS) {
        Map<String, Integer> byThread = new HashMap<>();
        lines.stream()
            .map(line -> line.split("\\s+", 2))
            .filter(line -> line.length == 2 && line[1].startsWith(one + "("))
            .forEach(line -> byThread.merge(line[0], 1, Integer::sum));
        USUAL.put(one, byThread.values().stream().max(Integer::compare).orElse(1));
      }
      System.out.printf("F-06, F-07 calls of one thread in a run without faults: %s%n", USUAL);
    }
    return USUAL.getOrDefault(call, 1);
  }

  /** A server under strace, killed after the load; it may end before, and it may not even start. */
  private static void load(
      Path run, FakeLlm provider, List<String> expressions, Map<String, Integer> acknowledged)
      throws InterruptedException {
    List<String> wrapper =
        new ArrayList<>(List.of("strace", "-f", "--seccomp-bpf", "-qq", "-e", "signal=none"));
    expressions.forEach(expression -> wrapper.addAll(List.of("-e", expression)));
    wrapper.addAll(List.of("-o", trace(run).toString()));
    try (ServerProcess server = ServerProcess.start(wrapper, run, provider.url(), Map.of())) {
      send(server, acknowledged);
      server.kill();
    } catch (IOException e) {
      // The fault struck while it started or ended it: both are allowed.
    }
  }

  private static Path trace(Path run) {
    return run.resolve("strace.log");
  }

  private static boolean isOnPath(String command) {
    String path = System.getenv().getOrDefault("PATH", "");
    return Stream.of(path.split(File.pathSeparator, -1))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, command)));
  }

  /** Notes each acknowledged event; a call in between is somebody's traffic and never fails. */
  private static void send(ServerProcess server, Map<String, Integer> acknowledged)
      throws IOException, InterruptedException {
    for (int batch = 0; batch < BATCHES; batch++) {
      List<String> ids = new ArrayList<>();
      List<String> events = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        ids.add(UUID.randomUUID().toString());
        events.add(
            """
            {"eventType":"tool_result","traceId":"%s","agentName":"a","eventId":"%s",
             "metadata":{"tool":"search"},"content":{"n":%d}}
            """
                .formatted(TRACE, ids.getLast(), i));
      }
      HttpResponse<String> answer = server.post("/api/events/ingest", events.toString(), Map.of());
      if (answer.statusCode() == 202) {
        ids.forEach(id -> acknowledged.put(id, 1));
      }
      String body = "{\"model\":\"gpt-4o\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}";
      assertThat(
              server.post("/v1/chat/completions", body, Map.of("X-Agent-Name", "a")).statusCode())
          .isEqualTo(200);
    }
  }

  private static void verify(ServerProcess server, Map<String, Integer> acknowledged)
      throws IOException, InterruptedException {
    Map<String, Integer> stored = Map.of();
    long until = System.nanoTime() + 30_000_000_000L;
    while (System.nanoTime() < until && !stored.keySet().containsAll(acknowledged.keySet())) {
      stored = new HashMap<>();
      for (JsonNode event : server.getJson("/api/traces/" + TRACE).path("events")) {
        stored.merge(event.path("id").asString(), 1, Integer::sum);
      }
      Thread.sleep(100);
    }
    assertThat(stored).as("acknowledged, stored once").containsAllEntriesOf(acknowledged);
    assertThat(stored.values()).as("nothing twice").allMatch(count -> count == 1);
  }
}
