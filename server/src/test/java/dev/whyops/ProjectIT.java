package dev.whyops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whyops.config.SettingsReader;
import dev.whyops.fake.FakeLlm;
import dev.whyops.json.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What a project decides, through the whole server: masks and its own end. */
class ProjectIT {
  private static final String PASSWORD = "a good password";

  @TempDir Path folder;

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  // Set before each test.
  @SuppressWarnings("NullAway.Init")
  private FakeLlm provider;

  @SuppressWarnings("NullAway.Init")
  private Server server;

  private String cookie = "";

  @BeforeEach
  void start() throws Exception {
    provider = FakeLlm.start(0);
    server =
        Server.start(
            SettingsReader.read(
                Map.of(),
                Map.of(
                    "WHYOPS_PORT", "0",
                    "WHYOPS_DASHBOARD_PORT", "0",
                    "WHYOPS_DATA_DIR", folder.resolve("data").toString(),
                    "WHYOPS_EGRESS_ALLOW", "127.0.0.1/32",
                    "WHYOPS_SHUTDOWN_GRACE", "0s",
                    "WHYOPS_BOOTSTRAP_EMAIL", "owner@example.com",
                    "WHYOPS_BOOTSTRAP_PASSWORD", PASSWORD),
                Optional.empty()));
    HttpResponse<String> login =
        post(
            server.dashboardUrl(),
            "/api/auth/login",
            "{\"email\":\"owner@example.com\",\"password\":\"" + PASSWORD + "\"}");
    assertThat(login.statusCode()).as(login.body()).isEqualTo(200);
    cookie = login.headers().firstValue("Set-Cookie").orElseThrow().split(";", 2)[0];
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
    provider.close();
  }

  @Test
  @DisplayName("masked text reaches no file: journal, events, agents")
  void maskedTextReachesNoFile() throws Exception {
    String project = newProject("masked");
    String key = newKey(project);
    String card = "4929123456781234";
    String control = "control-text-8241";
    HttpResponse<String> saved =
        send(
            "PATCH",
            "/api/projects/" + project + "/settings",
            project,
            "{\"masking\":[{\"name\":\"card\",\"pattern\":\"[0-9]{16}\",\"replacement\":\"[card]\"}]}");
    assertThat(saved.statusCode()).as(saved.body()).isBetween(200, 299);

    for (boolean stream : new boolean[] {false, true}) {
      HttpResponse<String> call =
          call(
              key,
              "{\"model\":\"m\",\"stream\":%s,\"messages\":[{\"role\":\"user\",\"content\":\"%s pay %s\"}]}"
                  .formatted(stream, control, card));
      assertThat(call.statusCode()).as(call.body()).isEqualTo(200);
    }
    HttpResponse<String> event =
        gateway(
            key,
            "/api/events/ingest",
            "{\"eventType\":\"user_message\",\"traceId\":\"t1\",\"agentName\":\"a\","
                + "\"content\":[{\"text\":\""
                + control
                + " and "
                + card
                + "\"}],"
                + "\"metadata\":{\"note\":\""
                + card
                + "\"}}");
    assertThat(event.statusCode()).as(event.body()).isEqualTo(202);

    String shown = awaitShown(project, "/api/traces/t1", "[card]");
    assertThat(shown).contains(control).doesNotContain(card);
    server.close(); // everything is on disk
    assertThat(holders(control)).isNotEmpty(); // the search finds what is there
    assertThat(holders(card)).isEmpty();
  }

  @Test
  @DisplayName("DA-14 deleting a project ends its keys, its hundred streams and its events")
  void deletionEndsEverything() throws Exception {
    String project = newProject("doomed");
    String key = newKey(project);
    assertThat(call(key, "{\"model\":\"m\",\"messages\":[]}").statusCode()).isEqualTo(200);
    String endless =
        """
        {"model":"m","stream":true,
         "messages":[{"role":"user","content":"{{fake chunks=1000 words=1000 pause=20}}"}]}
        """;
    List<HttpResponse<Stream<String>>> running = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      running.add(http.send(request(key, "/v1/chat/completions", endless), BodyHandlers.ofLines()));
    }
    assertThat(running).allMatch(stream -> stream.statusCode() == 200);

    long deletedAt = System.nanoTime();
    HttpResponse<String> deleted = send("DELETE", "/api/projects/" + project, project, null);
    assertThat(deleted.statusCode()).as(deleted.body()).isBetween(200, 299);
    assertThat(call(key, "{\"model\":\"m\",\"messages\":[]}").statusCode()).isEqualTo(401);
    assertThat(System.nanoTime() - deletedAt).isLessThan(1_000_000_000L);
    for (HttpResponse<Stream<String>> stream : running) {
      assertThatThrownBy(() -> stream.body().forEach(_ -> {}))
          .as("broken off visibly, never a clean end")
          .hasRootCauseInstanceOf(IOException.class);
    }
    assertThat(send("GET", "/api/traces", project, null).statusCode()).isIn(403, 404);
  }

  private String newProject(String name) throws Exception {
    HttpResponse<String> made = send("POST", "/api/projects", null, "{\"name\":\"" + name + "\"}");
    assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
    String id = json(made).path("id").stringValue();
    HttpResponse<String> added =
        send(
            "POST",
            "/api/providers",
            id,
            "{\"name\":\"P\",\"slug\":\"p\",\"type\":\"openai\",\"apiKey\":\"sk-scripted\",\"baseUrl\":\""
                + provider.openAiUrl()
                + "\"}");
    assertThat(added.statusCode()).as(added.body()).isEqualTo(201);
    return id;
  }

  private String newKey(String project) throws Exception {
    HttpResponse<String> made =
        send(
            "POST",
            "/api/api-keys",
            project,
            "{\"name\":\"app\",\"environment\":\"PRODUCTION\",\"scopes\":[\"proxy\",\"ingest\"],"
                + "\"defaultAgent\":\"a\"}");
    assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
    return json(made).path("key").stringValue();
  }

  private String awaitShown(String project, String path, String text) throws Exception {
    String body = "";
    for (int i = 0; i < 100 && !body.contains(text); i++) {
      Thread.sleep(50);
      body = send("GET", path, project, null).body();
    }
    assertThat(body).contains(text);
    return body;
  }

  /** Files of the data directory that hold these bytes. */
  private List<Path> holders(String text) throws IOException {
    List<Path> holders = new ArrayList<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        if (Files.readString(file, StandardCharsets.ISO_8859_1).contains(text)) {
          holders.add(file);
        }
      }
    }
    return holders;
  }

  private HttpResponse<String> call(String key, String body) throws Exception {
    return gateway(key, "/v1/chat/completions", body);
  }

  private HttpResponse<String> gateway(String key, String path, String body) throws Exception {
    return http.send(request(key, path, body), BodyHandlers.ofString());
  }

  private HttpRequest request(String key, String path, String body) {
    return HttpRequest.newBuilder(server.gatewayUrl().resolve(path))
        .header("Authorization", "Bearer " + key)
        .header("Content-Type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString(body))
        .build();
  }

  private HttpResponse<String> post(URI listener, String path, String body) throws Exception {
    return http.send(
        HttpRequest.newBuilder(listener.resolve(path))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build(),
        BodyHandlers.ofString());
  }

  private HttpResponse<String> send(
      String method, String path, @Nullable String project, @Nullable String body)
      throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(server.dashboardUrl().resolve(path))
            .header("Cookie", cookie)
            .method(
                method,
                body == null
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(body));
    if (body != null) {
      request.header("Content-Type", "application/json");
    }
    if (project != null) {
      request.header("X-WhyOps-Project", project);
    }
    return http.send(request.build(), BodyHandlers.ofString());
  }

  private static JsonNode json(HttpResponse<String> answer) {
    return Json.mapper().readTree(answer.body());
  }
}
