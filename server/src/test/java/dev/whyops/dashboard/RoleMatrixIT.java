package dev.whyops.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whyops.auth.ApiKeyDesk;
import dev.whyops.auth.Membership;
import dev.whyops.auth.Role;
import dev.whyops.auth.Scope;
import dev.whyops.auth.Sessions;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every route × everybody who may knock. The expected answers are the table {@code
 * role-matrix.tsv}, which is read in review: a route without a row fails, and so does a row without
 * a route. Ids in paths do not exist (but for the project), so 404 means "let in, found nothing".
 */
class RoleMatrixIT {
  private static final List<String> ACTORS =
      List.of(
          "anonymous",
          "viewer",
          "member",
          "admin",
          "owner",
          "stranger",
          "proxy",
          "passthrough",
          "ingest",
          "read",
          "revoked",
          "ended");

  @TempDir Path folder;

  /** One line of the table. */
  private record Row(String route, String body, Map<String, Integer> expected) {}

  @Test
  void everybodyGetsTheAnswerThatTheTableSays() throws IOException {
    List<Row> rows = table();
    try (DashboardRig rig = new DashboardRig(folder)) {
      Map<String, Client> actors = actors(rig);
      assertThat(rows.stream().map(Row::route).toList())
          .containsExactlyInAnyOrderElementsOf(
              rig.server.routes().routes().stream()
                  .map(route -> route.method() + " " + route.path())
                  .toList());
      List<String> wrong = new ArrayList<>();
      StringBuilder actual = new StringBuilder();
      for (Row row : rows) {
        actual.append(row.route()).append('\t').append(row.body());
        for (String actor : ACTORS) {
          int status = ask(rig, row, Objects.requireNonNull(actors.get(actor)));
          actual.append('\t').append(status);
          Integer expected = row.expected().get(actor);
          if (expected == null || status != expected) {
            wrong.add(row.route() + " as " + actor + ": " + status + ", table says " + expected);
          }
        }
        actual.append('\n');
      }
      assertThat(wrong).as("answers; all of them:\n%s", actual).isEmpty();
    }
  }

  private static int ask(DashboardRig rig, Row row, Client client) {
    String[] route = row.route().split(" ", 2);
    String path =
        route[1]
            .replace("{projectId}", rig.project().id().value())
            .replaceAll("\\{\\w+}", "trc_00000000000000000000");
    String query = path.equals("/api/analytics/timeseries") ? "?metric=traces" : "";
    // A live answer has no end; its head is the same.
    String method = path.equals("/api/live") ? "HEAD" : route[0];
    return client.send(method, path + query, row.body().isEmpty() ? null : row.body()).status();
  }

  private static Map<String, Client> actors(DashboardRig rig) {
    Sessions.Ticket owner = rig.logIn();
    Membership by = rig.membership(owner, rig.project());
    Sessions.Ticket stranger = rig.join(by, Role.VIEWER);
    var second = rig.plane.projects().create(stranger.signedIn().person(), "second");
    rig.plane.members().remove(by, stranger.signedIn().person().id());
    stranger = rig.logIn(stranger.signedIn().person().email());
    assertThat(rig.membership(stranger, second).role()).isEqualTo(Role.OWNER);

    Sessions.Ticket ended = rig.join(by, Role.OWNER);
    rig.plane.accounts().logout(ended.signedIn());
    ApiKeyDesk.Created revoked = rig.key(by, Set.of(Scope.values()));
    rig.plane.apiKeyDesk().revoke(by, revoked.key().id());

    String project = rig.project().id().value();
    Map<String, Client> actors = new LinkedHashMap<>();
    actors.put("anonymous", rig.client());
    actors.put("viewer", rig.client(rig.join(by, Role.VIEWER)));
    actors.put("member", rig.client(rig.join(by, Role.MEMBER)));
    actors.put("admin", rig.client(rig.join(by, Role.ADMIN)));
    actors.put("owner", rig.client(owner).with("X-WhyOps-Project", project));
    actors.put("stranger", rig.client(stranger).with("X-WhyOps-Project", project));
    for (Scope scope : Scope.values()) {
      actors.put(
          scope.name().toLowerCase(java.util.Locale.ROOT), rig.client(rig.key(by, Set.of(scope))));
    }
    actors.put("revoked", rig.client(revoked));
    actors.put("ended", rig.client(ended));
    return actors;
  }

  private static List<Row> table() throws IOException {
    List<Row> rows = new ArrayList<>();
    try (InputStream in = RoleMatrixIT.class.getResourceAsStream("role-matrix.tsv")) {
      assertThat(in).isNotNull();
      List<String> lines = new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
      assertThat(List.of(lines.getFirst().split("\t", -1)).subList(2, 2 + ACTORS.size()))
          .isEqualTo(ACTORS);
      Set<String> seen = new TreeSet<>();
      for (String line : lines.subList(1, lines.size())) {
        String[] cells = line.split("\t", -1);
        assertThat(seen.add(cells[0])).as(cells[0]).isTrue();
        Map<String, Integer> expected = new LinkedHashMap<>();
        for (int i = 2; i < cells.length; i++) {
          expected.put(ACTORS.get(i - 2), Integer.valueOf(cells[i]));
        }
        rows.add(new Row(cells[0], cells[1], expected));
      }
    }
    return rows;
  }
}
