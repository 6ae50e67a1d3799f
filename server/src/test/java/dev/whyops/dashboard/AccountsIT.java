package dev.whyops.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whyops.auth.Membership;
import dev.whyops.auth.Role;
import dev.whyops.auth.Scope;
import dev.whyops.auth.Sessions;
import dev.whyops.dashboard.Client.Answer;
import dev.whyops.route.ProviderProbe;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** People, keys, providers and settings over HTTP. */
class AccountsIT {
  @TempDir static Path folder;
  private static DashboardRig rig;
  private static Sessions.Ticket owner;
  private static Membership by;
  private static String project;

  @BeforeAll
  static void start() {
    rig = new DashboardRig(folder);
    owner = rig.logIn();
    by = rig.membership(owner, rig.project());
    project = "/api/projects/" + rig.project().id().value();
  }

  @AfterAll
  static void stop() {
    rig.close();
  }

  @Test
  @DisplayName("AU-23 AU-08 the setup code works once; then it is 410, after ten wrong ones 429")
  void setupCodes(@TempDir Path fresh) {
    try (DashboardRig empty = new DashboardRig(fresh, Map.of())) {
      assertThat(empty.client().get("/api/config").json().get("setupNeeded").asBoolean()).isTrue();
      assertThat(empty.client().get("/api/me").status()).isEqualTo(401);
      String spent = empty.plane.accounts().issueCode(Optional.empty()).reveal();
      for (int i = 0; i < 10; i++) {
        assertThat(setUp(empty, "wrong" + i).status()).isEqualTo(400);
      }
      assertThat(setUp(empty, spent).status()).isEqualTo(429);
      String code = empty.plane.accounts().issueCode(Optional.empty()).reveal();
      Answer made = setUp(empty, code);
      assertThat(made.status()).isEqualTo(201);
      assertThat(made.json().at("/projects/0/role").asString()).isEqualTo("owner");
      assertThat(made.header("Set-Cookie")).contains("HttpOnly");
      assertThat(setUp(empty, code).status()).isEqualTo(410);
      assertThat(empty.client().get("/api/config").json().get("setupNeeded").asBoolean()).isFalse();
    }
  }

  private static Answer setUp(DashboardRig rig, String code) {
    return rig.client()
        .post(
            "/api/auth/setup",
            "{\"code\":\""
                + code
                + "\",\"email\":\"first@Example.COM\",\"password\":\"long"
                + " enough\",\"name\":\"F\"}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "short", "1234567"})
  @DisplayName("AU-05 a password has at least 8 characters and at most 1 KiB")
  void passwordsHaveLimits(String password) {
    for (String bad : new String[] {password, "x".repeat(1_025)}) {
      Answer answer =
          rig.client(owner)
              .post(
                  "/api/auth/password",
                  "{\"currentPassword\":\""
                      + DashboardRig.PASSWORD
                      + "\",\"newPassword\":\""
                      + bad
                      + "\"}");
      assertThat(answer.status()).isEqualTo(400);
    }
  }

  @Test
  @DisplayName("AU-11 AU-12 a password change ends all other sessions and renews this one")
  void passwordChangeEndsSessions() {
    Sessions.Ticket first = rig.join(by, Role.MEMBER);
    Sessions.Ticket second = rig.logIn(first.signedIn().person().email());
    Answer changed =
        rig.client(first)
            .post(
                "/api/auth/password",
                "{\"currentPassword\":\""
                    + DashboardRig.PASSWORD
                    + "\",\"newPassword\":\"another good one\"}");
    assertThat(changed.status()).isEqualTo(204);
    assertThat(changed.header("Set-Cookie")).contains("whyops_session=");
    assertThat(rig.client(first).get("/api/me").status()).isEqualTo(401);
    assertThat(rig.client(second).get("/api/me").status()).isEqualTo(401);
  }

  @Test
  @DisplayName("AU-12 a role that is taken away ends the session at once")
  void roleDropEndsTheSession() {
    Sessions.Ticket admin = rig.join(by, Role.ADMIN);
    String user = admin.signedIn().person().id();
    Answer dropped =
        rig.client(owner).send("PATCH", project + "/members/" + user, "{\"role\":\"viewer\"}");
    assertThat(dropped.json().get("role").asString()).isEqualTo("viewer");
    assertThat(rig.client(admin).get("/api/me").status()).isEqualTo(401);
  }

  @Test
  @DisplayName("AU-08 AU-17 an invite joins once, as it says, and raises nobody")
  void invitesJoinOnce() {
    Answer created = rig.client(owner).post(project + "/invites", "{\"role\":\"member\"}");
    String link = created.json().get("link").asString();
    assertThat(link).contains("/invite#code=");
    String code = link.substring(link.indexOf("#code=") + 6);
    Answer preview = rig.client().post("/api/auth/invite/preview", "{\"code\":\"" + code + "\"}");
    assertThat(preview.json().get("role").asString()).isEqualTo("member");
    assertThat(rig.client().get("/invite").status()).isIn(200, 404); // a GET uses nothing up
    Answer owners = rig.client(owner).post("/api/auth/invite", "{\"code\":\"" + code + "\"}");
    assertThat(owners.code()).isEqualTo("already_member");
    String body =
        "{\"code\":\"%s\",\"email\":\"%s\",\"password\":\"good password\",\"name\":\"N\"}";
    Answer joined = rig.client().post("/api/auth/invite", body.formatted(code, "new@example.com"));
    assertThat(joined.json().at("/projects/0/role").asString()).isEqualTo("member");
    Answer again = rig.client().post("/api/auth/invite", body.formatted(code, "b@example.com"));
    assertThat(again.status()).isEqualTo(400);
    Client admin = rig.client(rig.join(by, Role.ADMIN));
    assertThat(admin.post(project + "/invites", "{\"role\":\"owner\"}").status()).isEqualTo(403);
  }

  @Test
  @DisplayName("AU-19 the last owner stays")
  void theLastOwnerStays() {
    String self = owner.signedIn().person().id();
    Answer demoted =
        rig.client(owner).send("PATCH", project + "/members/" + self, "{\"role\":\"viewer\"}");
    assertThat(demoted.status()).isEqualTo(409);
    assertThat(demoted.code()).isEqualTo("last_owner");
    assertThat(rig.client(owner).send("DELETE", project + "/members/" + self, null).status())
        .isEqualTo(409);
  }

  @Test
  @DisplayName("AU-20 keys: expiry in the past or far away 400, scope beyond one's role 403")
  void keyRules() {
    Client member = rig.client(rig.join(by, Role.MEMBER));
    String body = "{\"name\":\"k\",\"environment\":\"PRODUCTION\",\"scopes\":[\"%s\"]%s}";
    assertThat(member.post("/api/api-keys", body.formatted("passthrough", "")).status())
        .isEqualTo(403);
    for (String expiry : new String[] {"2020-01-01T00:00:00Z", "3026-01-01T00:00:00Z", "soon"}) {
      assertThat(
              member
                  .post(
                      "/api/api-keys", body.formatted("proxy", ",\"expiresAt\":\"" + expiry + "\""))
                  .status())
          .as(expiry)
          .isEqualTo(400);
    }
    assertThat(member.post("/api/api-keys", body.formatted("proxy", "")).status()).isEqualTo(201);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-1", "3651", "1000000", "1.5", "\"90\""})
  @DisplayName("DA-13 retention outside 1-3650 is 400")
  void retentionHasBounds(String days) {
    Answer answer =
        rig.client(owner).send("PATCH", project + "/settings", "{\"retentionDays\":" + days + "}");
    assertThat(answer.status()).isEqualTo(400);
    assertThat(rig.client(owner).get(project + "/settings").json().get("retentionDays").asInt())
        .isEqualTo(90);
  }

  @Test
  void providersShowTheEndOfTheirKeyAndAskAgainForANewOrigin() {
    Client client = rig.client(owner);
    Answer created =
        client.post(
            "/api/providers",
            "{\"name\":\"Main\",\"slug\":\"main\",\"type\":\"openai\",\"apiKey\":\"sk-secret-9fQ2\","
                + "\"baseUrl\":\"https://api.openai.com/v1\",\"timeouts\":{\"headMs\":5000}}");
    assertThat(created.status()).isEqualTo(201);
    assertThat(created.text()).doesNotContain("sk-secret");
    String path = "/api/providers/" + created.json().get("id").asString();
    assertThat(created.json().get("keyLast4").asString()).isEqualTo("9fQ2");
    assertThat(created.json().at("/timeouts/headMs").asInt()).isEqualTo(5_000);
    assertThat(created.json().at("/timeouts/connectMs").asInt()).isEqualTo(5_000);
    assertThat(client.send("PATCH", path, "{\"name\":\"Other\"}").json().get("slug").asString())
        .isEqualTo("main");
    Answer moved = client.send("PATCH", path, "{\"baseUrl\":\"https://evil.example\"}");
    assertThat(moved.code()).isEqualTo("key_required_for_new_origin");
    for (ProviderProbe.Result result : ProviderProbe.Result.values()) {
      rig.probeResult.set(result);
      Answer tested = client.send("POST", path + "/test", null);
      assertThat(tested.text())
          .isEqualTo("{\"result\":\"" + result.name().toLowerCase(Locale.ROOT) + "\"}");
    }
    assertThat(client.get(path).json().at("/lastTest/result").asString())
        .isEqualTo("refused_by_policy");
    assertThat(client.send("DELETE", path, null).status()).isEqualTo(204);
    assertThat(client.get(path).status()).isEqualTo(404);
  }

  @Test
  @DisplayName("DA-02 odd ids are 404 or 400 and never more")
  void oddIds() {
    for (String id :
        new String[] {
          "x",
          "'%20OR%201=1--",
          "$%7Bjndi:ldap:x%7D",
          "%7B%7B7*7%7D%7D",
          "a".repeat(5_000),
          "%F0%9F%92%A9"
        }) {
      for (String path : new String[] {"/api/providers/", "/api/agents/", "/api/traces/"}) {
        Answer answer = rig.client(owner).get(path + id);
        assertThat(answer.status()).as(path + id).isIn(400, 404);
        assertThat(answer.text()).doesNotContain("jndi", "7*7", "SQL");
      }
    }
  }

  @Test
  @DisplayName("DA-14 a deleted project's keys are refused at once")
  void deletedProjects(@TempDir Path other) {
    try (DashboardRig doomed = new DashboardRig(other)) {
      Sessions.Ticket ticket = doomed.logIn();
      Client key =
          doomed.client(
              doomed.key(doomed.membership(ticket, doomed.project()), Set.of(Scope.READ)));
      assertThat(key.get("/api/traces").status()).isEqualTo(200);
      String path = "/api/projects/" + doomed.project().id().value();
      doomed.plane.projects().create(ticket.signedIn().person(), "stays");
      assertThat(doomed.client(ticket).send("DELETE", path, null).status()).isEqualTo(204);
      assertThat(key.get("/api/traces").status()).isEqualTo(401);
      assertThat(doomed.client(ticket).get(path).status()).isEqualTo(404);
    }
  }

  @Test
  void savedViewsAreOnesOwnUnlessShared() {
    Client mine = rig.client(rig.join(by, Role.MEMBER));
    Client other = rig.client(rig.join(by, Role.VIEWER));
    Answer created =
        mine.post(
            "/api/views", "{\"name\":\"Slow\",\"query\":\"latency:>2s\",\"columns\":[\"cost\"]}");
    assertThat(created.status()).isEqualTo(201);
    String path = "/api/views/" + created.json().get("id").asString();
    assertThat(other.get("/api/views").text()).doesNotContain("Slow");
    assertThat(other.send("PATCH", path, "{\"name\":\"x\"}").status()).isEqualTo(404);
    Answer shared = mine.send("PATCH", path, "{\"shared\":true}");
    assertThat(shared.json().get("query").asString()).isEqualTo("latency:>2s");
    assertThat(shared.json().at("/columns/0").asString()).isEqualTo("cost");
    assertThat(other.get("/api/views").json().at("/items/0/mine").asBoolean()).isFalse();
    assertThat(other.send("DELETE", path, null).status()).isEqualTo(403);
    assertThat(mine.send("DELETE", path, null).status()).isEqualTo(204);
  }

  @Test
  void masksAreTriedWithoutBeingSaved() {
    String trial =
        "{\"text\":\"mail owner@example.com, card 4111\",\"masking\":["
            + "{\"name\":\"mail\",\"pattern\":\"[a-z]+@[a-z.]+\",\"replacement\":\"$1\"},"
            + "{\"name\":\"digits\",\"pattern\":\"\\\\d\",\"replacement\":\"#\"}]}";
    Answer tried = rig.client(owner).post(project + "/settings/masking-trial", trial);
    assertThat(tried.json().get("text").asString()).isEqualTo("mail $#, card ####");
    assertThat(tried.json().at("/matches/1/count").asInt()).isEqualTo(5);
    assertThat(
            rig.client(owner)
                .post(project + "/settings/masking-trial", trial.replace("[a-z]+@[a-z.]+", "(?=x)"))
                .status())
        .isEqualTo(400);
    assertThat(rig.client(owner).get(project + "/settings").json().get("masking")).isEmpty();
  }

  @Test
  void theAuditLogTellsWhoDidWhat() {
    Answer log = rig.client(owner).get(project + "/audit?limit=2");
    assertThat(log.json().get("items")).hasSize(2);
    Answer older =
        rig.client(owner)
            .get(project + "/audit?limit=200&cursor=" + log.json().get("nextCursor").asString());
    assertThat(older.text()).contains("project.created");
    assertThat(older.json().at("/items/0/at").asString())
        .isLessThanOrEqualTo(Instant.now().toString());
  }
}
