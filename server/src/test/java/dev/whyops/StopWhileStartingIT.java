package dev.whyops;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whyops.fake.FakeLlm;
import dev.whyops.journal.DirectoryLock;
import dev.whyops.kit.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The real jar, told to stop before it is ready. */
class StopWhileStartingIT {
  /** What a start has open after one step and not before, in the order of the steps. */
  private static final List<String> STEPS =
      List.of("/lock", "/control.db", "/continuity.db", "/findings-waiting.log", "socket:[");

  private static final String TRACE = "stopped-early";

  @TempDir private Path folder;

  @BeforeEach
  void seesOpenFiles() {
    Assumptions.assumeTrue(
        Files.isDirectory(Path.of("/proc/self/fd")), "F-03: open files are seen in /proc only");
  }

  @Test
  @DisplayName("F-03 SIGTERM within a first start: exit code 0, and the next start is a first one")
  void breaksOffAFirstStart() throws Exception {
    try (FakeLlm provider = FakeLlm.start(0)) {
      stopAt("/lock", provider);
      try (ServerProcess server = ServerProcess.start(folder, provider.url(), Map.of())) {
        assertThat(acknowledge(server, 1)).hasSize(1);
        assertThat(server.stop()).isZero();
      }
    }
  }

  @Test
  @DisplayName("F-03 SIGTERM at each step of a start: exit code 0, what was acknowledged is there")
  void breaksOffAtEachStep() throws Exception {
    try (FakeLlm provider = FakeLlm.start(0)) {
      List<String> acknowledged;
      try (ServerProcess server = ServerProcess.start(folder, provider.url(), Map.of())) {
        acknowledged = acknowledge(server, 50);
        server.kill(); // the next starts find a journal that is not drained
      }
      stopAtOnce(provider);
      for (String step : STEPS) {
        stopAt(step, provider);
      }
      try (ServerProcess server = ServerProcess.start(folder, provider.url(), Map.of())) {
        List<String> stored = stored(server, acknowledged.size());
        assertThat(stored).containsExactlyInAnyOrderElementsOf(acknowledged);
      }
    }
  }

  @Test
  @DisplayName("a start that fails by itself ends with the exit code that says so")
  void aFailedStartKeepsItsExitCode() throws Exception {
    Files.createDirectories(folder.resolve("data"));
    try (DirectoryLock held = DirectoryLock.take(folder.resolve("data"))) {
      ServerProcess.Ended inUse = ServerProcess.run(folder, "start");
      assertThat(inUse.exitCode()).as(inUse.output()).isEqualTo(1);
      assertThat(held).isNotNull();
    }
    Map<String, String> wrong = Map.of("WHYOPS_PORT", "x");
    assertThat(ServerProcess.run(folder, wrong, "start").exitCode()).isEqualTo(2);
  }

  /** Before the process listens to signals the platform's own answer to one is all there is. */
  private void stopAtOnce(FakeLlm provider) throws IOException, InterruptedException {
    try (ServerProcess server = starting(provider)) {
      assertThat(server.stop()).isIn(0, 143);
    }
  }

  private void stopAt(String step, FakeLlm provider) throws IOException, InterruptedException {
    try (ServerProcess server = starting(provider)) {
      long until = System.nanoTime() + Duration.ofMinutes(2).toNanos();
      while (!hasOpen(server, step) && server.isAlive() && System.nanoTime() < until) {
        Thread.sleep(1);
      }
      assertThat(server.stop()).as("exit code after %s: %s", step, server.log()).isZero();
      assertThat(server.log()).doesNotContain("Exception", "close_failed");
    }
  }

  private ServerProcess starting(FakeLlm provider) throws IOException {
    return ServerProcess.starting(List.of(), folder, provider.url(), Map.of());
  }

  private static boolean hasOpen(ServerProcess server, String name) {
    Path open = Path.of("/proc", String.valueOf(server.pid()), "fd");
    try (Stream<Path> files = Files.list(open)) {
      return files.anyMatch(file -> target(file).contains(name));
    } catch (IOException e) {
      return false; // it ended
    }
  }

  private static String target(Path link) {
    try {
      return Files.readSymbolicLink(link).toString();
    } catch (IOException e) {
      return ""; // closed since
    }
  }

  private static List<String> acknowledge(ServerProcess server, int count)
      throws IOException, InterruptedException {
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      ids.add(UUID.randomUUID().toString());
      String event =
          """
          [{"eventType":"tool_result","traceId":"%s","agentName":"a","eventId":"%s",
            "metadata":{"tool":"search"},"content":{"n":1}}]
          """
              .formatted(TRACE, ids.getLast());
      assertThat(server.post("/api/events/ingest", event, Map.of()).statusCode()).isEqualTo(202);
    }
    return ids;
  }

  /** As many as are waited for, or those that came in time. */
  private static List<String> stored(ServerProcess server, int expected)
      throws IOException, InterruptedException {
    List<String> ids = new ArrayList<>();
    long until = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (ids.size() < expected && System.nanoTime() < until) {
      ids.clear();
      for (JsonNode event : server.getJson("/api/traces/" + TRACE).path("events")) {
        ids.add(event.path("id").asString());
      }
      Thread.sleep(50);
    }
    return ids;
  }
}
