package dev.whyops.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whyops.auth.Membership;
import dev.whyops.auth.Role;
import dev.whyops.auth.Scope;
import dev.whyops.auth.Sessions;
import dev.whyops.dashboard.Client.Answer;
import dev.whyops.finding.Finding;
import dev.whyops.finding.Severity;
import dev.whyops.finding.Suppression;
import dev.whyops.project.Environment;
import dev.whyops.project.Project;
import dev.whyops.provider.ProviderType;
import dev.whyops.route.ProviderDesk;
import dev.whyops.route.ProviderRef;
import dev.whyops.vault.Secret;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two projects filled alike. Whatever id of the first one the second one's people and keys put into
 * a path, a query, a header, a body or a cursor: the answer is that to an id which does not exist,
 * and nothing of the first project changes. Built from the routes and the contract, so a route or
 * parameter that is new is in it.
 */
class TenantMatrixIT {
  private static final String ROW = "00000000000000000000";

  /** Parameters of paths and what kind of id they take. */
  private static final Map<String, String> PATH_IDS =
      Map.ofEntries(
          Map.entry("projectId", "project"),
          Map.entry("userId", "member"),
          Map.entry("inviteId", "invite"),
          Map.entry("providerId", "provider"),
          Map.entry("keyId", "key"),
          Map.entry("agentId", "agent"),
          Map.entry("versionId", "version"),
          Map.entry("a", "version"),
          Map.entry("b", "version"),
          Map.entry("traceId", "trace"),
          Map.entry("otherTraceId", "trace"),
          Map.entry("eventId", "event"),
          Map.entry("findingId", "finding"),
          Map.entry("suppressionId", "suppression"),
          Map.entry("threadId", "thread"),
          Map.entry("externalUserId", "user"),
          Map.entry("viewId", "view"));

  /** Parameters of queries that name something of a project. */
  private static final Map<String, String> QUERY_IDS =
      Map.of(
          "agent", "agentName",
          "version", "version",
          "provider", "slug",
          "externalUserId", "user",
          "thread", "thread",
          "traceId", "trace",
          "tool", "tool",
          "model", "model",
          "cursor", "cursor");

  /** Bodies that name something of a project; the id stands for the question mark. */
  private static final Map<String, Map<String, String>> BODY_IDS =
      Map.of(
          "POST /api/api-keys",
              Map.of(
                  "provider",
                  "{\"name\":\"x\",\"environment\":\"STAGING\",\"scopes\":[\"read\"],"
                      + "\"boundProviderId\":\"?\"}"),
          "POST /api/providers",
              Map.of(
                  "slug",
                  "{\"name\":\"x\",\"slug\":\"x\",\"type\":\"openai\",\"apiKey\":\"k\","
                      + "\"baseUrl\":\"https://api.openai.com\",\"fallback\":\"?\"}"),
          "POST /api/traces/delete", Map.of("trace", "{\"traceIds\":[\"?\"]}"));

  @TempDir Path folder;

  /** One project with one of everything. */
  private record Tenant(Project project, Client owner, Client key, Map<String, String> ids) {}

  @Test
  @DisplayName("DA-01 TenantMatrix: another project's id is as unknown as one that does not exist")
  void everyForeignIdIsUnknown() {
    try (DashboardRig rig = new DashboardRig(folder)) {
      Sessions.Ticket ownerA = rig.logIn();
      Tenant a = fill(rig, ownerA, rig.project(), "alpha");
      Sessions.Ticket ownerB = stranger(rig, ownerA);
      Project second = rig.plane.projects().create(ownerB.signedIn().person(), "second");
      Tenant b = fill(rig, ownerB, second, "beta");
      String before = everythingOf(a);

      Tally tally = new Tally();
      for (Route route : rig.server.routes().routes()) {
        ApiContract.Operation operation =
            ApiContract.load().operation(route.method(), route.path()).orElseThrow();
        for (Client client : List.of(b.owner(), b.key())) {
          inPath(route, client, a, b, tally);
          inQuery(route, operation, client, a, b, tally);
          inBody(route, client, a, b, tally);
          inHeader(route, client, a, b, tally);
        }
      }
      assertThat(tally.different).isEmpty();
      assertThat(tally.cells).isGreaterThan(200);
      assertThat(everythingOf(a)).isEqualTo(before);
      assertThat(b.owner().get("/api/traces").json().get("items")).hasSize(1);
    }
  }

  /** Counts cells and keeps those where the two answers differ. */
  private static final class Tally {
    private int cells;
    private final List<String> different = new ArrayList<>();

    void compare(
        String what,
        Client client,
        Client other,
        String method,
        String foreign,
        String unknown,
        @Nullable String foreignBody,
        @Nullable String unknownBody) {
      cells++;
      Answer theirs = client.send(method, foreign, foreignBody);
      Answer nobodys = other.send(method, unknown, unknownBody);
      if (theirs.status() != nobodys.status() || !bare(theirs).equals(bare(nobodys))) {
        different.add(
            what
                + ": "
                + theirs.status()
                + " "
                + theirs.text()
                + " / "
                + nobodys.status()
                + " "
                + nobodys.text());
      }
    }

    /** Without what differs between any two answers. */
    private static String bare(Answer answer) {
      return answer
          .text()
          .replaceAll("\"requestId\":\"[^\"]*\"", "")
          .replaceAll("\"(from|to)\":\"[^\"]*\"", "");
    }
  }

  private void inPath(Route route, Client client, Tenant a, Tenant b, Tally tally) {
    List<String> names =
        new ArrayList<>(RequestTarget.pathParameters(route.path(), route.path()).keySet());
    // Every non-empty choice of foreign parameters, the others being B's own.
    for (int mask = 1; mask < 1 << names.size(); mask++) {
      String foreign = route.path();
      String unknown = route.path();
      for (int i = 0; i < names.size(); i++) {
        String kind = Objects.requireNonNull(PATH_IDS.get(names.get(i)), names.get(i));
        boolean theirs = (mask >> i & 1) == 1;
        String own = id(b, kind);
        foreign = foreign.replace("{" + names.get(i) + "}", theirs ? id(a, kind) : own);
        unknown = unknown.replace("{" + names.get(i) + "}", theirs ? random(kind) : own);
      }
      String method = method(route);
      String body = Set.of("POST", "PATCH", "PUT").contains(route.method()) ? "{}" : null;
      if (route.path().equals("/api/findings/{findingId}")) {
        body = "{\"status\":\"open\"}";
      }
      tally.compare(
          route.method() + " " + foreign, client, client, method, foreign, unknown, body, body);
    }
  }

  private void inQuery(
      Route route,
      ApiContract.Operation operation,
      Client client,
      Tenant a,
      Tenant b,
      Tally tally) {
    String path = own(route, b);
    String fixed = path.endsWith("/timeseries") ? "metric=traces&" : "";
    for (QueryRule rule : operation.query()) {
      String kind = QUERY_IDS.get(rule.name());
      if (kind != null) {
        tally.compare(
            route.method() + " " + route.path() + "?" + rule.name(),
            client,
            client,
            method(route),
            path + "?" + fixed + rule.name() + "=" + id(a, kind),
            path + "?" + fixed + rule.name() + "=" + random(kind),
            null,
            null);
      }
    }
  }

  private void inBody(Route route, Client client, Tenant a, Tenant b, Tally tally) {
    Map<String, String> bodies =
        BODY_IDS.getOrDefault(route.method() + " " + route.path(), Map.of());
    bodies.forEach(
        (kind, body) ->
            tally.compare(
                route.method() + " " + route.path() + " body " + kind,
                client,
                client,
                route.method(),
                own(route, b),
                own(route, b),
                body.replace("?", id(a, kind)),
                body.replace("?", random(kind))));
  }

  private void inHeader(Route route, Client client, Tenant a, Tenant b, Tally tally) {
    if (!(route.access() instanceof Access.InProject) || route.path().contains("{projectId}")) {
      return;
    }
    String path = own(route, b) + (route.path().endsWith("/timeseries") ? "?metric=traces" : "");
    String body = Set.of("POST", "PATCH").contains(route.method()) ? "{}" : null;
    tally.compare(
        route.method() + " " + route.path() + " header",
        client.with("X-WhyOps-Project", id(a, "project")),
        client.with("X-WhyOps-Project", random("project")),
        method(route),
        path,
        path,
        body,
        body);
  }

  private static String own(Route route, Tenant b) {
    String path = route.path();
    for (Map.Entry<String, String> parameter : PATH_IDS.entrySet()) {
      path = path.replace("{" + parameter.getKey() + "}", id(b, parameter.getValue()));
    }
    return path;
  }

  /** A live answer has no end; its head tells the same. */
  private static String method(Route route) {
    return route.path().equals("/api/live") ? "HEAD" : route.method();
  }

  private static String id(Tenant tenant, String kind) {
    return tenant.ids().getOrDefault(kind, random(kind));
  }

  private static String random(String kind) {
    return switch (kind) {
      case "project" -> "prj_" + ROW;
      case "member" -> "usr_" + ROW;
      case "invite" -> "inv_" + ROW;
      case "provider" -> "prv_" + ROW;
      case "key" -> "key_" + ROW;
      case "agent" -> "agt_" + ROW;
      case "version" -> "ver_" + ROW;
      case "trace", "thread" -> "trc_" + ROW;
      case "view" -> "view_" + ROW;
      case "suppression" -> "sup_" + ROW;
      case "finding" -> "fnd_" + ROW;
      default -> "nothing-" + kind;
    };
  }

  private static Sessions.Ticket stranger(DashboardRig rig, Sessions.Ticket owner) {
    Membership by = rig.membership(owner, rig.project());
    Sessions.Ticket ticket = rig.join(by, Role.VIEWER);
    rig.plane.members().remove(by, ticket.signedIn().person().id());
    return rig.logIn(ticket.signedIn().person().email());
  }

  private static Tenant fill(
      DashboardRig rig, Sessions.Ticket owner, Project project, String name) {
    Membership by = rig.membership(owner, project);
    Client client = rig.client(owner).with("X-WhyOps-Project", project.id().value());
    Map<String, String> ids = new LinkedHashMap<>();
    ids.put("project", project.id().value());
    ids.put("member", owner.signedIn().person().id());
    ids.put("invite", rig.plane.invites().create(by, Role.VIEWER).invite().id());
    ids.put("slug", name + "-provider");
    ids.put("provider", provider(rig, by, name + "-provider"));
    ids.put("key", rig.key(by, Set.of(Scope.PROXY)).key().id());
    ids.put("view", rig.plane.savedViews().create(by, name, true, "{}").id());
    ids.put("agentName", name);
    ids.put("suppression", "sup_" + name);
    ids.put("finding", "fnd_" + name);
    rig.plane
        .findings()
        .insert(
            project.scope(),
            new Suppression(
                "sup_" + name,
                "X",
                null,
                null,
                null,
                null,
                "r",
                "a",
                rig.plane.clock().instant(),
                null),
            by.note("suppression.created", name));
    rig.plane
        .findings()
        .replace(project.scope(), "trc_" + name, List.of(finding(name)), Instant.now());
    var version =
        rig.plane
            .agents()
            .init(
                project.scope(),
                Environment.PRODUCTION,
                name,
                "{\"systemPrompt\":\"" + name + "\"}");
    ids.put("agent", version.agentId());
    ids.put("version", version.agentVersionId());
    ids.put("trace", "trc_" + name);
    ids.put("thread", "thr_" + name);
    ids.put("user", "user-" + name);
    ids.put("tool", "tool-" + name);
    ids.put("model", "model-" + name);
    for (String trace : List.of("trc_" + name)) {
      Instant start = Instant.now().minus(1, ChronoUnit.HOURS);
      rig.traces.land(
          new Story(project.id(), name, trace, start)
              .thread("thr_" + name)
              .user("user-" + name)
              .model("model-" + name)
              .asks("canary-" + name)
              .answers(1, 1, 1L, 1)
              .calls("tool-" + name)
              .events());
    }
    ids.put(
        "cursor",
        new Cursors(new byte[32])
            .sign(project.scope(), "traces", List.of(Instant.now().toString(), "trc_" + name)));
    return new Tenant(
        project, client, rig.client(rig.key(by, Set.of(Scope.READ))), Map.copyOf(ids));
  }

  private static Finding finding(String name) {
    return new Finding(
        "fnd_" + name,
        "X",
        Severity.HIGH,
        1,
        name,
        "trc_" + name,
        name,
        "agt_" + name,
        null,
        null,
        null,
        "f",
        1,
        List.of(),
        new Finding.Recommendation("a", "d"),
        Map.of(),
        Finding.Status.OPEN);
  }

  private static String provider(DashboardRig rig, Membership by, String slug) {
    return rig.plane
        .providerDesk()
        .create(
            by,
            new ProviderDesk.Wish(
                slug,
                slug,
                ProviderType.OPENAI,
                "https://api.openai.com",
                new Secret("sk-canary"),
                true,
                false,
                null,
                ProviderRef.Timeouts.DEFAULT,
                0,
                null,
                true))
        .ref()
        .id();
  }

  /**
   * All that the project's owner can see of it, the audit log included; not the exports, which
   * leave a note there themselves.
   */
  private static String everythingOf(Tenant tenant) {
    String project = "/api/projects/" + tenant.project().id().value();
    StringBuilder all = new StringBuilder();
    for (String path :
        new TreeSet<>(
            List.of(
                project,
                project + "/members",
                project + "/invites",
                project + "/settings",
                project + "/prices",
                project + "/audit?limit=200",
                "/api/providers",
                "/api/api-keys",
                "/api/agents",
                "/api/traces",
                "/api/traces/" + tenant.ids().get("trace"),
                "/api/suppressions",
                "/api/traces/" + tenant.ids().get("trace") + "/findings",
                "/api/views"))) {
      Answer answer = tenant.owner().get(path);
      assertThat(answer.status()).as(path).isEqualTo(200);
      all.append(answer.text().replaceAll("\"lastUsedAt\":\"[^\"]*\"", ""));
    }
    return all.toString();
  }
}
