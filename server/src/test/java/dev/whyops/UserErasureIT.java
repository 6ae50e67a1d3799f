package dev.whyops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whyops.fake.FakeLlm;
import dev.whyops.json.Json;
import dev.whyops.kit.ServerProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A deletion that has begun is finished, on the real jar. */
class UserErasureIT {
  private static final String ACCOUNT =
      "{\"email\":\"owner@example.com\",\"password\":\"correct horse battery\"}";
  private static final int TRACES = 6;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  @TempDir Path folder;

  @Test
  @DisplayName("F-40 kill -9 amid the deletion of a user's data: the next start deletes the rest")
  void aKilledDeletionGoesOn() throws Exception {
    Map<String, String> account =
        Map.of(
            "WHYOPS_BOOTSTRAP_EMAIL", "owner@example.com",
            "WHYOPS_BOOTSTRAP_PASSWORD", "correct horse battery",
            "JAVA_TOOL_OPTIONS", "-Dwhyops.fault=mid-erasure:kill:3");
    try (FakeLlm provider = FakeLlm.start(0)) {
      try (ServerProcess server = ServerProcess.start(folder, provider.url(), account)) {
        for (int i = 0; i < TRACES; i++) {
          say(server, "leaving-" + i, "user-1");
        }
        say(server, "staying", "user-2");
        awaitUser(server, "user-1", TRACES);
        String session = logIn(server);
        assertThatThrownBy(() -> send(server, "DELETE", "/api/users/user-1", "", session))
            .as("the process dies before it answers")
            .isInstanceOf(IOException.class);
      }
      try (ServerProcess server = ServerProcess.start(folder, provider.url(), Map.of())) {
        awaitUser(server, "user-1", 0);
        awaitUser(server, "user-2", 1);
        assertThat(server.log()).contains("user_erasure_resumed");
        assertThat(server.stop()).isZero();
      }
    }
    try (Stream<Path> files = Files.list(folder.resolve("data").resolve("erasures"))) {
      assertThat(files).isEmpty();
    }
  }

  private static void say(ServerProcess server, String trace, String user) throws Exception {
    String event =
        """
        {"eventType":"user_message","agentName":"a","traceId":"%s","externalUserId":"%s","content":"x"}
        """
            .formatted(trace, user);
    assertThat(server.post("/api/events/ingest", event, Map.of()).statusCode()).isEqualTo(202);
  }

  private static void awaitUser(ServerProcess server, String user, int traces) throws Exception {
    long until = System.nanoTime() + PATIENCE.toNanos();
    int found = -1;
    while (found != traces && System.nanoTime() < until) {
      Thread.sleep(100);
      HttpResponse<String> answer = server.get("/api/users/" + user);
      found =
          answer.statusCode() == 404
              ? 0
              : Json.mapper().readTree(answer.body()).path("traceCount").asInt();
    }
    assertThat(found).as("traces of " + user).isEqualTo(traces);
  }

  private String logIn(ServerProcess server) throws Exception {
    HttpResponse<String> answer = send(server, "POST", "/api/auth/login", ACCOUNT, "");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return answer.headers().firstValue("Set-Cookie").orElseThrow().split(";", 2)[0];
  }

  private HttpResponse<String> send(
      ServerProcess server, String method, String path, String body, String cookie)
      throws IOException, InterruptedException {
    URI dashboard = server.dashboard();
    HttpRequest.Builder request =
        HttpRequest.newBuilder(dashboard.resolve(path))
            .header("Origin", dashboard.toString())
            .header("Sec-Fetch-Site", "same-origin")
            .header("Content-Type", "application/json")
            .timeout(PATIENCE)
            .method(
                method,
                body.isEmpty()
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(body));
    if (!cookie.isEmpty()) {
      request.header("Cookie", cookie);
    }
    return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }
}
