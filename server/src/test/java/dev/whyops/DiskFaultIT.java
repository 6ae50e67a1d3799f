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
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/**
 * The real jar while the kernel refuses system calls to it: journal, SQLite and DuckDB alike. It
 * may refuse, it may even end; what it acknowledged is there once after the next start.
 */
class DiskFaultIT {
  private static final String TRACE = "disk-fault";

  @TempDir private Path folder;

  static Stream<String> faults() {
    int last = Schedule.pick(1, 50, 200);
    return Stream.of("fdatasync", "fsync", "pwrite64", "ftruncate")
        .flatMap(
            call ->
                IntStream.rangeClosed(1, last)
                    .mapToObj(n -> "%s:error=EIO:when=%d".formatted(call, n * n + 2)));
  }

  @ParameterizedTest(name = "F-06, F-07 {0}: what was acknowledged is there once")
  @MethodSource("faults")
  void keepsWhatItAcknowledged(String fault) throws IOException, InterruptedException {
    Assumptions.assumeTrue(isOnPath("strace"), "F-06, F-07: strace is not installed");
    String call = fault.substring(0, fault.indexOf(':'));
    List<String> wrapper =
        List.of(
            "strace",
            "-f",
            "--seccomp-bpf",
            "-qq",
            "-e",
            "trace=" + call,
            "-e",
            "inject=" + fault,
            "-o",
            folder.resolve("strace.log").toString());
    Map<String, Integer> acknowledged = new HashMap<>();
    try (FakeLlm provider = FakeLlm.start(0)) {
      try (ServerProcess server = ServerProcess.start(wrapper, folder, provider.url(), Map.of())) {
        send(server, acknowledged);
        server.kill();
      } catch (IOException e) {
        // The fault struck while it started or ended it: both are allowed.
      }
      assertThat(Files.readString(folder.resolve("strace.log"))).contains("(INJECTED)");
      try (ServerProcess server = ServerProcess.start(folder, provider.url(), Map.of())) {
        verify(server, acknowledged);
        Invariants.hold(server, folder);
      }
    }
  }

  private static boolean isOnPath(String command) {
    String path = System.getenv().getOrDefault("PATH", "");
    return Stream.of(path.split(File.pathSeparator, -1))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, command)));
  }

  /** Notes each acknowledged event; a call in between is somebody's traffic and never fails. */
  private static void send(ServerProcess server, Map<String, Integer> acknowledged)
      throws IOException, InterruptedException {
    for (int batch = 0; batch < 40; batch++) {
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
