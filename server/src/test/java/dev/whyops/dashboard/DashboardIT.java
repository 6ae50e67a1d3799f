package dev.whyops.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whyops.auth.Role;
import dev.whyops.auth.Scope;
import dev.whyops.auth.Sessions;
import dev.whyops.dashboard.Client.Answer;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds for every request, over real sockets. */
class DashboardIT {
  @TempDir static Path folder;
  private static DashboardRig rig;
  private static Sessions.Ticket owner;

  @BeforeAll
  static void start() {
    rig = new DashboardRig(folder);
    owner = rig.logIn();
  }

  @AfterAll
  static void stop() {
    rig.close();
  }

  @Test
  void everyAnswerCarriesTheBrowsersHeadersAndAnId() {
    for (Answer answer :
        new Answer[] {
          rig.client().get("/api/config"),
          rig.client().get("/api/me"),
          rig.client().get("/nothing.js"),
          rig.client().get("/api/nothing")
        }) {
      assertThat(answer.header("Content-Security-Policy"))
          .isEqualTo(BrowserRules.CONTENT_SECURITY_POLICY);
      assertThat(answer.header("X-Content-Type-Options")).isEqualTo("nosniff");
      assertThat(answer.header("Cross-Origin-Opener-Policy")).isEqualTo("same-origin");
      assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
      assertThat(answer.header("X-WhyOps-Request-ID")).startsWith("req_");
      assertThat(answer.header("Server")).isNull();
    }
  }

  @Test
  void freshStartIs401() {
    for (Route route : rig.server.routes().routes()) {
      if (!(route.access() instanceof Access.Public)
          && !(route.access() instanceof Access.LoopbackOrKey)) {
        String path = route.path().replaceAll("\\{\\w+}", "x");
        Answer answer = rig.client().send(route.method(), path, null);
        assertThat(answer.status()).as(route.method() + " " + path).isEqualTo(401);
        assertThat(answer.code()).isEqualTo("unauthenticated");
      }
    }
  }

  @Test
  void whoAmI() {
    Answer me = rig.client(owner).get("/api/me");
    assertThat(me.status()).isEqualTo(200);
    assertThat(me.json().at("/user/email").asString()).isEqualTo(DashboardRig.OWNER);
    assertThat(me.json().at("/projects/0/role").asString()).isEqualTo("owner");
  }

  @Test
  @DisplayName("AU-11 login gives a new session, whatever cookie the browser sent")
  void loginMakesANewSession() {
    Answer answer =
        rig.client()
            .with("Cookie", "whyops_session=" + "x".repeat(43))
            .post(
                "/api/auth/login",
                "{\"email\":\""
                    + DashboardRig.OWNER
                    + "\",\"password\":\""
                    + DashboardRig.PASSWORD
                    + "\"}");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("Set-Cookie"))
        .startsWith("whyops_session=")
        .doesNotContain("xxxx")
        .contains("HttpOnly")
        .contains("SameSite=Lax")
        .contains("Path=/")
        .doesNotContain("Secure");
  }

  @Test
  @DisplayName("AU-04 a wrong password and an unknown account look alike")
  void unknownAccountsLookLikeWrongPasswords() {
    Answer wrong =
        rig.client()
            .post(
                "/api/auth/login",
                "{\"email\":\"nobody@example.com\",\"password\":\"wrong password\"}");
    Answer unknown =
        rig.client()
            .post(
                "/api/auth/login",
                "{\"email\":\"" + DashboardRig.OWNER + "\",\"password\":\"wrong password\"}");
    assertThat(wrong.status()).isEqualTo(401);
    assertThat(unknown.status()).isEqualTo(401);
    assertThat(wrong.json().at("/error/message")).isEqualTo(unknown.json().at("/error/message"));
    assertThat(wrong.code()).isEqualTo(unknown.code());
  }

  @Test
  @DisplayName("AU-12 a session that has ended is 401 at once")
  void logoutHoldsInOneSecond() {
    Sessions.Ticket ticket = rig.join(rig.membership(owner, rig.project()), Role.VIEWER);
    Client client = rig.client(ticket);
    assertThat(client.get("/api/me").status()).isEqualTo(200);
    Answer out = client.send("POST", "/api/auth/logout", null);
    assertThat(out.status()).isEqualTo(204);
    assertThat(out.header("Set-Cookie")).contains("Expires=Thu, 01 Jan 1970");
    assertThat(client.get("/api/me").status()).isEqualTo(401);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "whyops_session=tampered",
        "whyops_session=",
        "__Host-whyops_session=%s",
        "whyops_session=%s; whyops_session=%s",
        "whyops_session=%sx"
      })
  @DisplayName("AU-10 a cookie that is not exactly one running session is 401")
  void refusesOtherCookies(String cookie) {
    String token = owner.token().reveal();
    assertThat(rig.client().with("Cookie", cookie.replace("%s", token)).get("/api/me").status())
        .isEqualTo(401);
    assertThat(
            rig.client()
                .with("Cookie", "whyops_session=" + "a".repeat(10_000))
                .get("/api/me")
                .status())
        .isEqualTo(401);
  }

  @ParameterizedTest
  @CsvSource({
    "Origin,http://evil.example",
    "Origin,null",
    "Sec-Fetch-Site,cross-site",
    "Content-Type,text/plain",
    "Content-Type,application/x-www-form-urlencoded"
  })
  @DisplayName("AU-13 a change that a foreign page could send is 403 and changes nothing")
  void refusesForeignChanges(String header, String value) {
    Answer answer =
        rig.client(owner).with(header, value).post("/api/projects", "{\"name\":\"forged\"}");
    assertThat(answer.status()).isEqualTo(403);
    assertThat(rig.client(owner).get("/api/projects").text()).doesNotContain("forged");
  }

  @Test
  @DisplayName("AU-14 no answer opens anything to another origin")
  void otherOriginReadsNothing() {
    Answer answer = rig.client(owner).with("Origin", "http://evil.example").get("/api/me");
    assertThat(answer.raw().headers().map().keySet())
        .noneMatch(name -> name.toLowerCase(java.util.Locale.ROOT).startsWith("access-control"));
    Answer preflight =
        rig.client()
            .with("Origin", "http://evil.example")
            .with("Access-Control-Request-Method", "POST")
            .send("OPTIONS", "/api/projects", null);
    assertThat(preflight.status()).isEqualTo(204);
    assertThat(preflight.header("Allow")).isEqualTo("GET, HEAD, POST, OPTIONS");
    assertThat(preflight.header("Access-Control-Allow-Origin")).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "evil.example,421",
    "localhost:1,200",
    "127.0.0.1,200",
    "LOCALHOST,200",
    "localhost.evil.example,421"
  })
  void answersToItsOwnNamesOnly(String host, int status) throws IOException {
    assertThat(raw("GET /api/config HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n"))
        .startsWith("HTTP/1.1 " + status);
  }

  @ParameterizedTest
  @CsvSource({
    "/api/x/%2e%2e/admin,400",
    "/api/traces/../me,400",
    "/api//me,400",
    "/api/me;jsessionid=1,400",
    "/api/traces/%00,400",
    "/api/traces/%,400",
    "/api/traces/a%2fb,404",
    "/api/traces/a%5cb,404",
    "/api/m%65,404",
    "/API/me,404",
    "/api/Me,404",
    "/api/me/,404"
  })
  @DisplayName("DA-05 paths are routed as they came, then each segment is decoded once")
  void routesRawPaths(String path, int status) throws IOException {
    String answer =
        raw(
            "GET "
                + path
                + " HTTP/1.1\r\nHost: localhost\r\nCookie: whyops_session="
                + owner.token().reveal()
                + "\r\nConnection: close\r\n\r\n");
    assertThat(answer).startsWith("HTTP/1.1 " + status);
    assertThat(answer).contains("\"requestId\":\"req_");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /\u0001 HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "GET / HTTP/9.9\r\nHost: localhost\r\n\r\n",
        "GET /api/config HTTP/1.1\r\n\r\n",
        "GET /api/config HTTP/1.1\r\nHost: localhost\r\nX: %s\r\n\r\n"
      })
  void theParsersRefusalsHaveTheShapeOfAllOthers(String request) throws IOException {
    String answer = raw(request.replace("%s", "a".repeat(50_000)));
    assertThat(answer).matches(Pattern.compile("HTTP/1.1 (4\\d\\d|505) .*", Pattern.DOTALL));
    assertThat(answer).contains("\"requestId\":\"req_").doesNotContain("jetty", "went wrong");
    assertThat(answer).contains("Content-Security-Policy");
  }

  @Test
  @DisplayName("DA-10 HEAD is GET without a body; a method in a header is ignored")
  void headAndOverride() throws IOException {
    Answer head = rig.client(owner).send("HEAD", "/api/me", null);
    assertThat(head.status()).isEqualTo(200);
    assertThat(head.text()).isEmpty();
    assertThat(rig.client().send("HEAD", "/api/me", null).status()).isEqualTo(401);
    Answer overridden =
        rig.client(owner).with("X-HTTP-Method-Override", "DELETE").get("/api/projects");
    assertThat(overridden.status()).isEqualTo(200);
    Answer wrong = rig.client(owner).send("PUT", "/api/projects", null);
    assertThat(wrong.status()).isEqualTo(405);
    assertThat(wrong.header("Allow")).isEqualTo("GET, HEAD, POST");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "limit=-1",
        "limit=0",
        "limit=201",
        "limit=abc",
        "offset=1",
        "cursor=AAAA",
        "sort=password",
        "fields=*",
        "include=__proto__",
        "from=NaN",
        "status=nope",
        "minCostUsd=1e9",
        "from=2026-02-01T00:00:00Z&to=2026-01-01T00:00:00Z",
        "limit=1&limit=2"
      })
  @DisplayName("DA-03 DA-04 DA-06 AU-18 a parameter that the contract does not allow is 400")
  void refusesOtherParameters(String query) {
    assertThat(rig.client(owner).get("/api/traces?" + query).status()).isEqualTo(400);
  }

  @Test
  @DisplayName("DA-01 a project of others is as unknown as one that does not exist")
  void foreignProjectsAreUnknown() {
    Sessions.Ticket stranger = rig.join(rig.membership(owner, rig.project()), Role.MEMBER);
    Answer made = rig.client(owner).post("/api/projects", "{\"name\":\"second\"}");
    assertThat(made.status()).isEqualTo(201);
    String second = made.json().get("id").asString();
    Answer foreign = rig.client(stranger).with("X-WhyOps-Project", second).get("/api/traces");
    Answer unknown =
        rig.client(stranger)
            .with("X-WhyOps-Project", "prj_" + UUID.randomUUID())
            .get("/api/traces");
    assertThat(foreign.status()).isEqualTo(404);
    assertThat(foreign.json().at("/error/message")).isEqualTo(unknown.json().at("/error/message"));
    assertThat(rig.client(stranger).get("/api/traces").status()).isEqualTo(200);
    // The owner has two now, and must say which.
    Answer ambiguous = rig.client(owner).get("/api/traces");
    assertThat(ambiguous.status()).isEqualTo(400);
    assertThat(ambiguous.code()).isEqualTo("project_required");
    assertThat(
            rig.client(owner)
                .with("X-WhyOps-Project", rig.project().id().value())
                .get("/api/traces")
                .status())
        .isEqualTo(200);
    assertThat(rig.client(owner).send("DELETE", "/api/projects/" + second, null).status())
        .isEqualTo(204);
  }

  @Test
  void aReadKeyReadsAndNothingElse() {
    var membership = rig.membership(owner, rig.project());
    Client read = rig.client(rig.key(membership, Set.of(Scope.READ)));
    Client proxy = rig.client(rig.key(membership, Set.of(Scope.PROXY)));
    assertThat(read.get("/api/traces").status()).isEqualTo(200);
    assertThat(read.get("/api/me").json().at("/user").isNull()).isTrue();
    assertThat(proxy.get("/api/traces").code()).isEqualTo("insufficient_scope");
    assertThat(read.post("/api/projects", "{\"name\":\"x\"}").code()).isEqualTo("session_required");
    assertThat(read.with("x-api-key", "other").get("/api/traces").code())
        .isEqualTo("ambiguous_credentials");
    assertThat(
            read.with("X-WhyOps-Project", "prj_00000000000000000000").get("/api/traces").status())
        .isEqualTo(404);
  }

  @Test
  @DisplayName("AU-21 a key is shown once")
  void keysAreShownOnce() {
    Client client = rig.client(owner).with("X-WhyOps-Project", rig.project().id().value());
    Answer created =
        client.post(
            "/api/api-keys",
            "{\"name\":\"k\",\"environment\":\"STAGING\",\"scopes\":[\"proxy\",\"read\"],"
                + "\"limits\":{\"monthlyBudgetUsd\":\"12.5\"}}");
    assertThat(created.status()).isEqualTo(201);
    String key = created.json().get("key").asString();
    String id = created.json().at("/apiKey/id").asString();
    assertThat(key).startsWith("whyops_test_");
    assertThat(client.get("/api/api-keys").text()).contains(id).doesNotContain(key);
    Answer one = client.get("/api/api-keys/" + id);
    assertThat(one.text()).doesNotContain(key);
    assertThat(one.json().at("/limits/monthlyBudgetUsd").asString()).isEqualTo("12.5");
    assertThat(client.send("DELETE", "/api/api-keys/" + id, null).status()).isEqualTo(204);
    assertThat(rig.client().with("x-api-key", key).get("/api/me").status()).isEqualTo(401);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "eyJhbGciOiJub25lIn0.eyJzdWIiOiJvd25lciJ9.",
        "eyJhbGciOiJIUzI1NiIsImtpZCI6Ii4uLy4uLyJ9.e30.c2ln",
        "eyJqa3UiOiJodHRwOi8vZXZpbC5leGFtcGxlIn0.e30.c2ln"
      })
  @DisplayName("AU-16 no JWT is accepted anywhere")
  void takesNoJwt(String token) {
    for (String path : new String[] {"/api/me", "/api/traces", "/api/live", "/metrics"}) {
      Answer answer = rig.client().with("Authorization", "Bearer " + token).get(path);
      assertThat(answer.status()).as(path).isEqualTo(401);
      assertThat(answer.code()).isEqualTo("invalid_api_key");
    }
  }

  @Test
  @DisplayName("DA-11 DA-30 DA-31 DA-33 answers are not kept, framed or sniffed")
  void answersStayWhereTheyBelong() {
    Answer answer = rig.client(owner).with("If-None-Match", "*").get("/api/me");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
    assertThat(answer.header("ETag")).isNull();
    assertThat(answer.header("Content-Security-Policy")).contains("frame-ancestors 'none'");
    assertThat(answer.header("Cross-Origin-Opener-Policy")).isEqualTo("same-origin");
    assertThat(answer.header("Content-Type")).isEqualTo("application/json");
    assertThat(answer.header("X-Content-Type-Options")).isEqualTo("nosniff");
  }

  @Test
  void metricsAreForThisMachineOrAReadKey() {
    Answer metrics = rig.client().get("/metrics");
    assertThat(metrics.status()).isEqualTo(200);
    assertThat(metrics.text()).contains("whyops_dashboard_request_seconds_bucket");
    assertThat(rig.client().with("X-Forwarded-For", "1.2.3.4").get("/metrics").status())
        .isEqualTo(401);
    assertThat(rig.client().get("/healthz").status()).isEqualTo(200);
    assertThat(rig.client().get("/readyz").status()).isEqualTo(200);
  }

  private static String raw(String request) throws IOException {
    try (Socket socket = new Socket("127.0.0.1", rig.server.port())) {
      socket.setSoTimeout(5_000);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      socket.getOutputStream().flush();
      byte[] head = socket.getInputStream().readNBytes(4_000);
      return new String(head, StandardCharsets.UTF_8);
    }
  }
}
