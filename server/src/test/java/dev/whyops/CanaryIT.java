package dev.whyops;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whyops.fake.FakeLlm;
import dev.whyops.json.Json;
import dev.whyops.kit.ServerProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * Fifty secrets of every kind go through the real jar; then every answer, the log, the metrics and
 * each byte in the data folder are searched for them.
 */
class CanaryIT {
  private static final List<String> CREDENTIAL_HEADERS =
      List.of("Authorization", "x-api-key", "api-key");

  /** Answers without ids in them, and those of the one trace. */
  private static final List<String> PAGES =
      List.of(
          "/api/me /api/projects /api/providers /api/api-keys /api/agents /api/traces",
          "/api/trace-facets /api/threads /api/users /api/suppressions /api/views /api/ingestion",
          "/api/refusals /api/analytics/overview /api/analytics/costs /api/analytics/tools",
          "/api/projects/{project}/members /api/projects/{project}/invites",
          "/api/projects/{project}/settings /api/projects/{project}/audit /metrics",
          "/api/traces/canary /api/traces/canary/graph /api/traces/canary/findings",
          "/api/traces/canary/export?format=json /api/traces/canary/export?format=otlp");

  private final Random random = new Random(51);
  private final Map<String, String> secrets = new LinkedHashMap<>();
  private final List<String> answers = new ArrayList<>();
  private final HttpClient http = HttpClient.newHttpClient();

  @TempDir private Path folder;

  @Test
  @DisplayName("I-4 logsHoldNoPayload errorsHoldNoCanary: fifty secrets stand nowhere afterwards")
  void secretsStandNowhere() throws IOException, InterruptedException {
    String password = secret("password", "");
    try (FakeLlm provider = FakeLlm.start(0)) {
      Map<String, String> environment =
          Map.of(
              "WHYOPS_BOOTSTRAP_EMAIL",
              "owner@example.com",
              "WHYOPS_BOOTSTRAP_PASSWORD",
              password,
              "WHYOPS_BOOTSTRAP_OPENAI_API_KEY",
              secret("bootstrap provider key", "sk-"));
      try (ServerProcess server = ServerProcess.start(folder, provider.url(), environment)) {
        Map<String, String> session = login(server, password);
        useProviders(server, session, provider.url());
        useKeys(server, session);
        useWrongCredentials(server);
        String project = json(get(server, "/api/projects", session)).at("/items/0/id").asString();
        invite(server, session, project);
        for (String line : PAGES) {
          for (String page : line.split(" ")) {
            answers.add(get(server, page.replace("{project}", project), session).body());
          }
        }
        assertThat(server.stop()).isZero();
      }
    }
    secrets.put("key file", Files.readString(folder.resolve("whyops.key")).strip());
    assertThat(secrets).hasSizeGreaterThanOrEqualTo(50);
    assertThat(answers).as("the pages were really read").anyMatch(a -> a.contains("canary"));
    assertNowhere();
  }

  private Map<String, String> login(ServerProcess server, String password)
      throws IOException, InterruptedException {
    HttpResponse<String> answer =
        post(
            server.dashboard(),
            "/api/auth/login",
            "{\"email\":\"owner@example.com\",\"password\":\"%s\"}".formatted(password),
            Map.of());
    String cookie = answer.headers().firstValue("set-cookie").orElseThrow().split(";")[0];
    secrets.put("session", cookie.substring(cookie.indexOf('=') + 1));
    answers.add(answer.body());
    return Map.of("Cookie", cookie);
  }

  private void useProviders(ServerProcess server, Map<String, String> session, URI provider)
      throws IOException, InterruptedException {
    for (int i = 0; i < 12; i++) {
      String body =
          """
          {"name":"P%1$d","slug":"p%1$d","type":"openai","baseUrl":"%2$s/v1","apiKey":"%3$s"}
          """
              .formatted(i, provider, secret("provider key " + i, "sk-proj-"));
      HttpResponse<String> made = post(server.dashboard(), "/api/providers", body, session);
      assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
      answers.add(made.body());
      String id = json(made).path("id").asString();
      answers.add(post(server.dashboard(), "/api/providers/" + id + "/test", "{}", session).body());
      // The provider's own answer repeats the key in a header; the one in the body is its own word.
      HttpResponse<String> call =
          call(server, "/providers/p" + i + "/v1/chat/completions", "echo", ServerProcess.KEY);
      assertThat(call.headers().map().toString()).doesNotContain(secrets.get("provider key " + i));
    }
  }

  private void useKeys(ServerProcess server, Map<String, String> session)
      throws IOException, InterruptedException {
    for (int i = 0; i < 10; i++) {
      String body =
          """
          {"name":"k%d","environment":"PRODUCTION","scopes":["proxy","ingest","read"]}
          """
              .formatted(i);
      JsonNode made = json(post(server.dashboard(), "/api/api-keys", body, session));
      String key = made.path("key").asString();
      secrets.put("API key " + i, key);
      answers.add(call(server, "/v1/chat/completions", "words=3", key).body());
      answers.add(call(server, "/v1/chat/completions", "status=429", key).body());
      answers.add(
          http.send(
                  request(
                          server.dashboard(),
                          "/api/traces",
                          Map.of("Authorization", "Bearer " + key))
                      .GET()
                      .build(),
                  BodyHandlers.ofString())
              .body());
    }
  }

  /** Keys of the right shape and of none, passwords, cookies: refused, and not repeated. */
  private void useWrongCredentials(ServerProcess server) throws IOException, InterruptedException {
    for (int i = 0; i < 15; i++) {
      String wrong = secret("wrong key " + i, i % 2 == 0 ? "sk-ant-api03-" : "whyops_live_");
      String header = CREDENTIAL_HEADERS.get(i % 3);
      Map<String, String> headers =
          Map.of(
              header,
              header.equals("Authorization") ? "Bearer " + wrong : wrong,
              "X-Agent-Name",
              "a",
              "Cookie",
              "whyops_session=" + secret("cookie " + i, ""));
      HttpResponse<String> refused =
          post(server.gateway(), "/v1/chat/completions", "{\"model\":\"m\"}", headers);
      assertThat(refused.statusCode()).isEqualTo(401);
      answers.add(refused.body());
    }
    for (int i = 0; i < 2; i++) {
      answers.add(
          post(
                  server.dashboard(),
                  "/api/auth/login",
                  "{\"email\":\"owner@example.com\",\"password\":\"%s\"}"
                      .formatted(secret("wrong password " + i, "")),
                  Map.of())
              .body());
    }
  }

  private void invite(ServerProcess server, Map<String, String> session, String project)
      throws IOException, InterruptedException {
    for (int i = 0; i < 3; i++) {
      JsonNode made =
          json(
              post(
                  server.dashboard(),
                  "/api/projects/" + project + "/invites",
                  "{\"role\":\"viewer\"}",
                  session));
      String link = made.path("link").asString();
      assertThat(link).as(made.toString()).contains("code=");
      secrets.put("invite " + i, link.substring(link.indexOf("code=") + 5));
    }
  }

  private HttpResponse<String> call(ServerProcess server, String path, String script, String key)
      throws IOException, InterruptedException {
    return post(
        server.gateway(),
        path,
        """
        {"model":"gpt-4o","messages":[{"role":"user","content":"{{fake %s}}"}]}
        """
            .formatted(script),
        Map.of("Authorization", "Bearer " + key, "X-Agent-Name", "a", "X-Trace-ID", "canary"));
  }

  private HttpResponse<String> post(URI to, String path, String json, Map<String, String> headers)
      throws IOException, InterruptedException {
    return http.send(
        request(to, path, headers)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(json))
            .build(),
        BodyHandlers.ofString());
  }

  private HttpResponse<String> get(ServerProcess server, String path, Map<String, String> session)
      throws IOException, InterruptedException {
    return http.send(
        request(server.dashboard(), path, session).GET().build(), BodyHandlers.ofString());
  }

  private static HttpRequest.Builder request(URI to, String path, Map<String, String> headers) {
    HttpRequest.Builder request = HttpRequest.newBuilder(to.resolve(path));
    headers.forEach(request::header);
    return request;
  }

  private static JsonNode json(HttpResponse<String> answer) {
    return Json.mapper().readTree(answer.body());
  }

  private String secret(String what, String prefix) {
    byte[] bytes = new byte[18];
    random.nextBytes(bytes);
    String secret = prefix + Base64.getUrlEncoder().encodeToString(bytes).replace('-', 'x');
    secrets.put(what, secret);
    return secret;
  }

  private void assertNowhere() throws IOException {
    List<Path> files;
    try (Stream<Path> tree = Files.walk(folder)) {
      files =
          tree.filter(Files::isRegularFile)
              .filter(f -> !f.endsWith("whyops.key"))
              .sorted()
              .toList();
    }
    List<String> found = new ArrayList<>();
    for (Path file : files) {
      String bytes = Files.readString(file, StandardCharsets.ISO_8859_1);
      search(folder.relativize(file).toString(), bytes, found);
    }
    answers.forEach(answer -> search("an answer", answer, found));
    assertThat(files).as("log, journal, control plane, events").hasSizeGreaterThan(4);
    assertThat(found).isEmpty();
  }

  private void search(String where, String text, List<String> found) {
    secrets.forEach(
        (what, secret) -> {
          byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
          String base64 = Base64.getEncoder().withoutPadding().encodeToString(bytes);
          for (String form : List.of(secret, base64, HexFormat.of().formatHex(bytes))) {
            if (text.contains(form)) {
              found.add(what + " in " + where);
            }
          }
        });
  }
}
