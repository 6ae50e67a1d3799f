package dev.whyops;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whyops.config.Setting;
import dev.whyops.config.SettingsReader;
import dev.whyops.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * The gateway's half of the role and tenant matrices, over the whole product in this process. The
 * expected answers are the table {@code gateway-matrix.tsv}; every route of ours has a row there.
 */
class GatewayMatrixIT {
  private static final String PASSWORD = "correct horse battery";
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  @TempDir static Path folder;
  private static Server server;
  private static String cookie = "";

  @BeforeAll
  static void start() throws Exception {
    server =
        Server.start(
            SettingsReader.read(
                Map.of(
                    Setting.DATA_DIR,
                    folder.resolve("data").toString(),
                    Setting.SECRET_KEY_FILE,
                    folder.resolve("whyops.key").toString(),
                    Setting.PORT,
                    "0",
                    Setting.DASHBOARD_PORT,
                    "0"),
                Map.of(
                    "WHYOPS_BOOTSTRAP_EMAIL",
                    "owner@example.com",
                    "WHYOPS_BOOTSTRAP_PASSWORD",
                    PASSWORD),
                Optional.empty()));
    HttpResponse<String> login =
        dashboard(
            "POST",
            "/api/auth/login",
            "",
            "{\"email\":\"owner@example.com\",\"password\":\"" + PASSWORD + "\"}");
    cookie = login.headers().firstValue("Set-Cookie").orElseThrow().split(";", 2)[0];
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void everybodyGetsTheAnswerThatTheTableSays() throws Exception {
    String project = me().at("/projects/0/id").asString();
    Map<String, Map<String, String>> actors = new LinkedHashMap<>();
    actors.put("anonymous", Map.of());
    actors.put("cookie", Map.of("Cookie", cookie));
    for (String scope : List.of("proxy", "passthrough", "ingest", "read")) {
      actors.put(
          scope, Map.of("Authorization", "Bearer " + key(project, scope).at("/key").asString()));
    }
    JsonNode revoked = key(project, "proxy");
    dashboard("DELETE", "/api/api-keys/" + revoked.at("/apiKey/id").asString(), project, null);
    actors.put("revoked", Map.of("x-api-key", revoked.at("/key").asString()));

    List<String> lines = table();
    List<String> names = List.of(lines.getFirst().split("\t", -1));
    List<String> wrong = new ArrayList<>();
    List<String> routes = new ArrayList<>();
    for (String line : lines.subList(1, lines.size())) {
      String[] cells = line.split("\t", -1);
      routes.add(cells[0]);
      for (int i = 2; i < cells.length; i++) {
        Map<String, String> headers = Objects.requireNonNull(actors.get(names.get(i)));
        HttpResponse<String> answer = gateway(cells[0], cells[1], headers);
        if (answer.statusCode() != Integer.parseInt(cells[i])) {
          wrong.add(
              cells[0] + " as " + names.get(i) + ": " + answer.statusCode() + " " + answer.body());
        }
      }
    }
    assertThat(wrong).isEmpty();
    assertThat(routes)
        .containsAll(
            server.gatewayRoutes().stream().map(row -> row.method() + " " + row.path()).toList());
  }

  @Test
  @DisplayName("DA-01 TenantMatrix: providers and traces of another project are unknown")
  void foreignIdsAreUnknown() throws Exception {
    String a = me().at("/projects/0/id").asString();
    JsonNode made = json(dashboard("POST", "/api/projects", a, "{\"name\":\"second\"}"));
    String b = made.get("id").asString();
    JsonNode provider =
        json(
            dashboard(
                "POST",
                "/api/providers",
                a,
                "{\"name\":\"A\",\"slug\":\"alpha\",\"type\":\"openai\",\"apiKey\":\"k\","
                    + "\"baseUrl\":\"https://8.8.8.8\"}"));
    assertThat(provider.get("slug").asString()).isEqualTo("alpha");
    Map<String, String> keyOfB =
        Map.of("x-api-key", key(b, "proxy").at("/key").asString(), "X-Agent-Name", "x");
    for (String slug : List.of("alpha", "nobody")) {
      HttpResponse<String> answer =
          gateway("POST /providers/" + slug + "/v1/chat/completions", "{\"model\":\"m\"}", keyOfB);
      assertThat(answer.statusCode()).isEqualTo(404);
      assertThat(answer.headers().firstValue("X-WhyOps-Error")).contains("unknown_provider");
      HttpResponse<String> model =
          gateway("POST /v1/chat/completions", "{\"model\":\"" + slug + "/m\"}", keyOfB);
      assertThat(model.headers().firstValue("X-WhyOps-Error")).contains("unknown_provider");
    }
    String event =
        "{\"eventType\":\"user_message\",\"traceId\":\"same\",\"agentName\":\"x\","
            + "\"content\":\"canary-%s\"}";
    for (String project : List.of(a, b)) {
      HttpResponse<String> sent =
          gateway(
              "POST /api/events/ingest",
              event.formatted(project),
              Map.of("x-api-key", key(project, "ingest").at("/key").asString()));
      assertThat(sent.statusCode()).isEqualTo(202);
    }
    assertThat(trace(a)).contains("canary-" + a).doesNotContain("canary-" + b);
    assertThat(trace(b)).contains("canary-" + b).doesNotContain("canary-" + a);
    dashboard("DELETE", "/api/projects/" + b, "", null);
  }

  /** Waits until the event of this project is stored. */
  private static String trace(String project) throws Exception {
    HttpResponse<String> answer = dashboard("GET", "/api/traces/same", project, null);
    for (int i = 0; i < 100 && answer.statusCode() == 404; i++) {
      Thread.sleep(50);
      answer = dashboard("GET", "/api/traces/same", project, null);
    }
    return answer.body();
  }

  private static JsonNode me() throws Exception {
    return json(dashboard("GET", "/api/me", "", null));
  }

  private static JsonNode key(String project, String scope) throws Exception {
    return json(
        dashboard(
            "POST",
            "/api/api-keys",
            project,
            "{\"name\":\"k\",\"environment\":\"PRODUCTION\",\"scopes\":[\"" + scope + "\"]}"));
  }

  private static JsonNode json(HttpResponse<String> answer) {
    return Json.mapper().readTree(answer.body());
  }

  private static HttpResponse<String> dashboard(
      String method, String path, String project, @org.jspecify.annotations.Nullable String body)
      throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(server.dashboardUrl() + path))
            .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    if (body != null) {
      request.header("Content-Type", "application/json");
    }
    if (!cookie.isEmpty()) {
      request.header("Cookie", cookie);
    }
    if (!project.isEmpty()) {
      request.header("X-WhyOps-Project", project);
    }
    return HTTP.send(request.build(), BodyHandlers.ofString());
  }

  private static HttpResponse<String> gateway(
      String route, String body, Map<String, String> headers) throws Exception {
    String[] parts = route.split(" ", 2);
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(server.gatewayUrl() + parts[1]))
            .method(
                parts[0], body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    if (!body.isEmpty()) {
      request.header("Content-Type", "application/json");
    }
    headers.forEach(request::header);
    return HTTP.send(request.build(), BodyHandlers.ofString());
  }

  private static List<String> table() throws IOException {
    try (InputStream in = GatewayMatrixIT.class.getResourceAsStream("gateway-matrix.tsv")) {
      assertThat(in).isNotNull();
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    }
  }
}
