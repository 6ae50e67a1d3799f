package dev.whyops;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whyops.fake.FakeLlm;
import dev.whyops.kit.ServerProcess;
import dev.whyops.kit.ServerProcess.Ended;
import dev.whyops.store.PostgresCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The verbs of an operator, on the real jar. */
class OperatorIT {
  private static final String CALL =
      "{\"model\":\"gpt-4o\",\"messages\":[{\"role\":\"user\",\"content\":\"Keep me\"}]}";

  @TempDir private Path folder;

  @Test
  @DisplayName("F-29 a second process on one data directory refuses in one line")
  void refusesASecondProcess() throws IOException, InterruptedException {
    try (FakeLlm provider = FakeLlm.start(0);
        ServerProcess first = ServerProcess.start(folder, provider.url(), Map.of())) {
      Ended second = ServerProcess.run(folder, "start", "--port", "0", "--dashboard-port", "0");

      assertThat(second.exitCode()).isEqualTo(1);
      assertThat(ownLines(second)).hasSize(1).first().asString().contains("--data");
      assertThat(first.post("/v1/chat/completions", CALL, Map.of("X-Agent-Name", "a")).statusCode())
          .isEqualTo(200);
    }
  }

  @Test
  void namesTheFlagWhenAPortIsInUse() throws IOException, InterruptedException {
    try (FakeLlm provider = FakeLlm.start(0)) {
      Ended start =
          ServerProcess.run(
              folder, "start", "--port", String.valueOf(provider.port()), "--dashboard-port", "0");

      assertThat(start.exitCode()).isEqualTo(1);
      assertThat(ownLines(start)).hasSize(1).first().asString().contains("--port");
    }
  }

  @Test
  void theDemoTakesItsPortsFromTheEnvironmentAndNothingElse()
      throws IOException, InterruptedException {
    try (FakeLlm provider = FakeLlm.start(0)) {
      Map<String, String> environment =
          Map.of(
              "WHYOPS_PORT", String.valueOf(provider.port()),
              "WHYOPS_DASHBOARD_PORT", "0",
              "WHYOPS_DATABASE_URL", "postgresql://127.0.0.1:1/nowhere");
      Path data = folder.resolve("demo");
      Ended demo = ServerProcess.run(folder, environment, "demo", "--data", data.toString());

      assertThat(demo.exitCode()).as(demo.output()).isEqualTo(1);
      assertThat(ownLines(demo)).hasSize(1).first().asString().contains("--port");
      assertThat(folder.resolve("data")).as("of WHYOPS_DATA_DIR").doesNotExist();
    }
    Ended help = ServerProcess.run(folder, "demo", "--help");
    assertThat(help.output()).contains("WHYOPS_PORT").doesNotContain("--config", "--database-url");
  }

  @Test
  @DisplayName("AU-24 an unknown variable stops the start with a suggestion")
  void suggestsTheNearestFlag() throws IOException, InterruptedException {
    Ended start = ServerProcess.run(folder, "start", "--prot", "1");

    assertThat(start.exitCode()).isEqualTo(2);
    assertThat(ownLines(start)).first().asString().contains("--prot");
  }

  @Test
  @DisplayName("F-37 a backup restored into an empty folder holds the traces")
  void restoresABackup(@TempDir Path other) throws IOException, InterruptedException {
    Path file = folder.resolve("backup.zip");
    try (FakeLlm provider = FakeLlm.start(0)) {
      try (ServerProcess server = ServerProcess.start(folder, provider.url(), Map.of())) {
        Map<String, String> headers = Map.of("X-Agent-Name", "a", "X-Trace-ID", "kept-1");
        assertThat(server.post("/v1/chat/completions", CALL, headers).statusCode()).isEqualTo(200);
        assertThat(ServerProcess.run(folder, "backup", file.toString()).exitCode())
            .as("a running server holds the data")
            .isEqualTo(1);
        assertThat(server.stop()).isZero();
      }
      assertThat(ServerProcess.run(folder, "backup", file.toString()).exitCode()).isZero();
      assertThat(ServerProcess.run(other, "restore", file.toString()).exitCode()).isZero();
      assertThat(ServerProcess.run(other, "restore", file.toString()).exitCode())
          .as("only into an empty folder")
          .isEqualTo(1);
      Ended withoutKey = ServerProcess.run(other, "start", "--port", "0", "--dashboard-port", "0");
      assertThat(withoutKey.exitCode()).as("F-32 key file missing").isEqualTo(1);
      Files.copy(folder.resolve("whyops.key"), other.resolve("whyops.key"));
      try (ServerProcess server = ServerProcess.start(other, provider.url(), Map.of())) {
        assertThat(server.getJson("/api/traces/kept-1").path("traceId").asString())
            .isEqualTo("kept-1");
      }
    }
  }

  @Test
  @DisplayName("F-37 a backup holds the control plane of PostgreSQL, and goes back into one")
  void backsUpPostgres(@TempDir Path other) throws Exception {
    PostgresCluster cluster = PostgresCluster.started();
    Map<String, String> first = Map.of("WHYOPS_DATABASE_URL", cluster.newDatabase());
    Map<String, String> second = Map.of("WHYOPS_DATABASE_URL", cluster.newDatabase());
    Path file = folder.resolve("backup.zip");
    try (FakeLlm provider = FakeLlm.start(0)) {
      try (ServerProcess server = ServerProcess.start(folder, provider.url(), first)) {
        Map<String, String> headers = Map.of("X-Agent-Name", "a", "X-Trace-ID", "kept-1");
        assertThat(server.post("/v1/chat/completions", CALL, headers).statusCode()).isEqualTo(200);
        assertThat(server.stop()).isZero();
      }
      assertThat(ServerProcess.run(folder, first, "backup", file.toString()).exitCode()).isZero();
      assertThat(ServerProcess.run(other, first, "restore", file.toString()).output())
          .as("not into a database in use")
          .contains("is in use");
      Ended restored = ServerProcess.run(other, second, "restore", file.toString());
      assertThat(restored.exitCode()).as(restored.output()).isZero();
      assertThat(other.resolve("data").resolve("control.db")).doesNotExist();
      Files.copy(folder.resolve("whyops.key"), other.resolve("whyops.key"));
      // The bootstrap variables make nothing any more, so the key is the restored one.
      try (ServerProcess server = ServerProcess.start(other, provider.url(), second)) {
        assertThat(server.getJson("/api/traces/kept-1").path("traceId").asString())
            .isEqualTo("kept-1");
        assertThat(
                server.post("/v1/chat/completions", CALL, Map.of("X-Agent-Name", "a")).statusCode())
            .isEqualTo(200);
      }
    }
  }

  @Test
  void printsASetupLinkWhileTheServerRuns() throws IOException, InterruptedException {
    try (FakeLlm provider = FakeLlm.start(0);
        ServerProcess server = ServerProcess.start(folder, provider.url(), Map.of())) {
      Ended verb = ServerProcess.run(folder, "setup-code");
      Ended overTls =
          ServerProcess.run(
              folder, "setup-code", "--tls-cert-file", "cert.pem", "--tls-key-file", "key.pem");

      assertThat(verb.exitCode()).isZero();
      assertThat(verb.output()).contains("http://127.0.0.1:8081/setup#code=");
      assertThat(overTls.output()).contains("https://127.0.0.1:8081/setup#code=");
      assertThat(server.log()).contains("/setup#code=");
    }
  }

  @Test
  @DisplayName("Findings of a trace that waited at a kill decide the exit code of a CI job")
  void failsACiJobByFindings() throws IOException, InterruptedException {
    try (FakeLlm provider = FakeLlm.start(0)) {
      try (ServerProcess server = ServerProcess.start(folder, provider.url(), Map.of())) {
        assertThat(server.post("/api/events/ingest", errors("ci-1"), Map.of()).statusCode())
            .isEqualTo(202);
        awaitText(server, "/api/traces/ci-1", "step 3");
        server.kill();
      }
      try (ServerProcess server = ServerProcess.start(folder, provider.url(), Map.of())) {
        awaitText(server, "/api/findings/export?format=sarif", "CONSECUTIVE_ERROR_STREAK");
        Ended whileItRuns = ServerProcess.run(folder, "findings", "--fail-on", "high");
        assertThat(whileItRuns.exitCode()).as(whileItRuns.output()).isEqualTo(1);
        assertThat(whileItRuns.output()).contains("CONSECUTIVE_ERROR_STREAK", "trace ci-1");
      }
    }
    assertThat(ServerProcess.run(folder, "findings", "--fail-on", "critical").exitCode()).isZero();
    assertThat(ServerProcess.run(folder, "findings").exitCode()).isZero();
    assertThat(
            ServerProcess.run(folder, "findings", "--fail-on", "high", "--agent", "nobody")
                .exitCode())
        .as("an agent that nobody has seen is a typo, not a clean one")
        .isEqualTo(2);
    assertThat(ServerProcess.run(folder, "findings", "--project", "prj_nobody").exitCode())
        .isEqualTo(2);
    assertThat(ServerProcess.run(folder, "findings", "--format", "sarfi").exitCode()).isEqualTo(2);
    Ended elsewhere =
        ServerProcess.run(folder, "findings", "--data", folder.resolve("wrong").toString());
    assertThat(elsewhere.exitCode()).as("nothing to look at").isEqualTo(2);
    assertThat(ownLines(elsewhere)).first().asString().contains("there is no data in");
    assertThat(folder.resolve("wrong")).doesNotExist();
    Ended sarif = ServerProcess.run(folder, "findings", "--format", "sarif");
    assertThat(sarif.output()).contains("\"version\" : \"2.1.0\"", "\"ruleId\"");
    Ended typo = ServerProcess.run(folder, "findings", "--fail-on", "hihg");
    assertThat(typo.exitCode()).isEqualTo(2);
    Files.move(folder.resolve("whyops.key"), folder.resolve("elsewhere.key"));
    Ended keyless = ServerProcess.run(folder, "findings", "--fail-on", "high");
    assertThat(keyless.exitCode()).as("could not look").isEqualTo(2);
    assertThat(ownLines(keyless)).hasSize(1);
    assertThat(keyless.output()).doesNotContain("\tat ");
    assertThat(ownLines(typo)).first().asString().contains("critical, high, medium or low");
  }

  /** A trace closes after half a minute, and is judged then. */
  private static void awaitText(ServerProcess server, String path, String text)
      throws IOException, InterruptedException {
    long until = System.nanoTime() + Duration.ofSeconds(90).toNanos();
    while (!server.get(path).body().contains(text)) {
      assertThat(System.nanoTime()).as("%s in %s", text, path).isLessThan(until);
      Thread.sleep(200);
    }
  }

  private static String errors(String trace) {
    StringBuilder events = new StringBuilder("[");
    for (int i = 0; i < 4; i++) {
      events
          .append(i == 0 ? "" : ",")
          .append("{\"eventType\":\"")
          .append(i == 0 ? "user_message" : "error")
          .append("\",\"traceId\":\"")
          .append(trace)
          .append("\",\"agentName\":\"ci\",\"timestamp\":\"")
          .append(Instant.now().plusMillis(i))
          .append("\",\"content\":\"step ")
          .append(i)
          .append("\"}");
    }
    return events.append(']').toString();
  }

  private static java.util.List<String> ownLines(Ended ended) {
    return ended.output().lines().filter(line -> line.startsWith("whyops: ")).toList();
  }
}
