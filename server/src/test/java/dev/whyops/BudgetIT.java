package dev.whyops;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whyops.config.SettingsReader;
import dev.whyops.fake.FakeLlm;
import dev.whyops.json.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What the dashboard decides about calls holds at the gateway, and a budget over a restart. */
class BudgetIT {
  private static final String PASSWORD = "correct horse battery staple";
  private static final String CALL =
      "{\"model\":\"gpt-4o\",\"messages\":[{\"role\":\"user\",\"content\":\"Where is it?\"}]}";

  @TempDir private Path folder;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private Server start(FakeLlm provider) {
    return Server.start(
        SettingsReader.read(
            Map.of(),
            Map.of(
                "WHYOPS_PORT", "0",
                "WHYOPS_DASHBOARD_PORT", "0",
                "WHYOPS_DATA_DIR", folder.resolve("data").toString(),
                "WHYOPS_EGRESS_ALLOW", "127.0.0.1/32",
                "WHYOPS_SHUTDOWN_GRACE", "0s",
                "WHYOPS_BOOTSTRAP_EMAIL", "owner@example.com",
                "WHYOPS_BOOTSTRAP_PASSWORD", PASSWORD,
                "WHYOPS_BOOTSTRAP_OPENAI_API_KEY", "sk-scripted",
                "WHYOPS_BOOTSTRAP_OPENAI_BASE_URL", provider.openAiUrl().toString()),
            Optional.empty()));
  }

  private HttpResponse<String> send(
      URI listener, String method, String path, String body, String... headers)
      throws IOException, InterruptedException {
    return http.send(
        HttpRequest.newBuilder(listener.resolve(path))
            .headers(headers)
            .header("Content-Type", "application/json")
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .build(),
        BodyHandlers.ofString());
  }

  private String login(Server server) throws Exception {
    HttpResponse<String> login =
        send(
            server.dashboardUrl(),
            "POST",
            "/api/auth/login",
            "{\"email\":\"owner@example.com\",\"password\":\"" + PASSWORD + "\"}",
            "Accept",
            "*/*");
    assertThat(login.statusCode()).as(login.body()).isEqualTo(200);
    return login.headers().firstValue("Set-Cookie").orElseThrow().split(";", 2)[0];
  }

  private HttpResponse<String> call(Server server, String key) throws Exception {
    return send(
        server.gatewayUrl(),
        "POST",
        "/v1/chat/completions",
        CALL,
        "Authorization",
        "Bearer " + key,
        "X-Agent-Name",
        "shop");
  }

  @Test
  @DisplayName("a monthly budget is used up over a restart, and says when it comes back")
  void aBudgetHoldsOverARestart() throws Exception {
    try (FakeLlm provider = FakeLlm.start(0)) {
      String key;
      try (Server server = start(provider)) {
        String cookie = login(server);
        HttpResponse<String> made =
            send(
                server.dashboardUrl(),
                "POST",
                "/api/api-keys",
                """
                {"name":"small","environment":"PRODUCTION","scopes":["proxy"],
                 "limits":{"monthlyBudgetUsd":"0.000001"}}\
                """,
                "Cookie",
                cookie);
        assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
        key = Json.mapper().readTree(made.body()).path("key").asString();
        assertThat(call(server, key).statusCode()).isEqualTo(200);
        awaitRefusal(server, key);
      }
      try (Server server = start(provider)) {
        HttpResponse<String> first = call(server, key);
        assertThat(first.statusCode()).as("the first call after the start").isEqualTo(429);
        assertThat(first.headers().firstValue("X-WhyOps-Error")).contains("budget_exceeded");
        assertThat(first.headers().firstValue("x-should-retry")).contains("false");
        long seconds = first.headers().firstValueAsLong("Retry-After").orElseThrow();
        assertThat(seconds).isBetween(1L, 31L * 24 * 3_600);
        JsonNode error = Json.mapper().readTree(first.body()).path("error");
        assertThat(error.path("type").asString()).isEqualTo("rate_limit_error");
        assertThat(error.path("code").asString()).isEqualTo("budget_exceeded");
      }
    }
  }

  private void awaitRefusal(Server server, String key) throws Exception {
    long deadline = System.nanoTime() + 30_000_000_000L;
    while (call(server, key).statusCode() != 429) {
      assertThat(System.nanoTime()).as("refused in time").isLessThan(deadline);
      Thread.sleep(20);
    }
  }

  @Test
  @DisplayName("signatures are switched on for a project in the dashboard, and off again")
  void signaturesAreASettingOfTheProject() throws Exception {
    try (FakeLlm provider = FakeLlm.start(0);
        Server server = start(provider)) {
      String cookie = login(server);
      String project =
          Json.mapper()
              .readTree(
                  send(
                          server.dashboardUrl(),
                          "POST",
                          "/api/projects",
                          "{\"name\":\"x\"}",
                          "Cookie",
                          cookie)
                      .body())
              .path("id")
              .asString();
      assertThat(project).isNotEmpty();
      String key = key(server, cookie, project);
      String path = "/api/projects/" + project + "/settings";
      assertThat(providers(server, cookie, project, provider).statusCode()).isEqualTo(201);
      assertThat(call(server, key).body()).doesNotContain("\u2063");
      for (boolean on : new boolean[] {true, false}) {
        HttpResponse<String> set =
            send(
                server.dashboardUrl(),
                "PATCH",
                path,
                "{\"signatures\":" + on + "}",
                "Cookie",
                cookie,
                "X-WhyOps-Project",
                project);
        assertThat(set.statusCode()).as(set.body()).isEqualTo(200);
        assertThat(Json.mapper().readTree(set.body()).path("signatures").asBoolean()).isEqualTo(on);
        long deadline = System.nanoTime() + 10_000_000_000L; // within a second by the contract
        while (call(server, key).body().contains("\u2063") != on) {
          assertThat(System.nanoTime()).as("held in time").isLessThan(deadline);
          Thread.sleep(20);
        }
      }
    }
  }

  private String key(Server server, String cookie, String project) throws Exception {
    HttpResponse<String> made =
        send(
            server.dashboardUrl(),
            "POST",
            "/api/api-keys",
            "{\"name\":\"k\",\"environment\":\"PRODUCTION\",\"scopes\":[\"proxy\"]}",
            "Cookie",
            cookie,
            "X-WhyOps-Project",
            project);
    assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
    return Json.mapper().readTree(made.body()).path("key").asString();
  }

  private HttpResponse<String> providers(
      Server server, String cookie, String project, FakeLlm provider) throws Exception {
    return send(
        server.dashboardUrl(),
        "POST",
        "/api/providers",
        "{\"name\":\"o\",\"slug\":\"openai\",\"type\":\"openai\",\"baseUrl\":\""
            + provider.openAiUrl()
            + "\",\"apiKey\":\"sk-scripted\"}",
        "Cookie",
        cookie,
        "X-WhyOps-Project",
        project);
  }
}
