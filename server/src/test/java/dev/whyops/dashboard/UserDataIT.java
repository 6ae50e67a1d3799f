package dev.whyops.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whyops.auth.Role;
import dev.whyops.erasure.PendingErasures;
import dev.whyops.erasure.UserErasure;
import dev.whyops.event.Event;
import dev.whyops.project.ProjectId;
import dev.whyops.project.ProjectScope;
import dev.whyops.trace.TraceEraser;
import dev.whyops.trace.UserTraces;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What is stored about a user of the application can be taken out as a file, and away. */
class UserDataIT {
  @TempDir
  @SuppressWarnings("NullAway.Init")
  Path folder;

  @Test
  @DisplayName("F-40 a user's data: exported whole, deleted whole, with rows in the audit log")
  void exportsAndDeletes() throws Exception {
    try (DashboardRig rig = new DashboardRig(folder)) {
      var owner = rig.logIn();
      Client client = rig.client(owner);
      ProjectId project = rig.project().id();
      Instant start = rig.plane.clock().instant().minusSeconds(600);
      List<Event> events = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        Story story = new Story(project, "agent", "trc_" + i, start.plusSeconds(i));
        story.user(i == 2 ? "user@x/y" : "user-1").asks("hi " + i);
        events.addAll((i == 0 ? story.fails().fails().fails() : story).events());
      }
      rig.traces.land(events);
      rig.keepFindings(events);

      JsonNode file = client.get("/api/users/user-1/export").json();
      assertThat(file.get("externalUserId").asString()).isEqualTo("user-1");
      assertThat(file.get("traces").valueStream().map(t -> t.at("/trace/traceId").asString()))
          .containsExactly("trc_4", "trc_3", "trc_1", "trc_0");
      assertThat(file.at("/traces/0/events/0/content").asString()).isEqualTo("hi 4");
      JsonNode findings = file.at("/traces/3/trace/findings");
      assertThat(findings).isEqualTo(client.get("/api/traces/trc_0").json().get("findings"));
      assertThat(findings.valueStream().mapToInt(JsonNode::asInt).sum()).isPositive();
      assertThat(client.get("/api/users/nobody/export").status()).isEqualTo(404);

      Client viewer = rig.client(rig.join(rig.membership(owner, rig.project()), Role.VIEWER));
      assertThat(viewer.send("DELETE", "/api/users/user-1", null).status()).isEqualTo(403);
      Client.Answer deleted = client.send("DELETE", "/api/users/user-1", null);
      assertThat(deleted.json().get("deleted").asInt()).isEqualTo(4);
      assertThat(client.get("/api/users/user-1").status()).isEqualTo(404);
      assertThat(client.send("DELETE", "/api/users/user-1", null).status()).isEqualTo(404);
      assertThat(client.get("/api/traces").json().at("/items/0/traceId").asString())
          .isEqualTo("trc_2");
      assertThat(client.get("/api/users/user%40x%2Fy").status()).isEqualTo(200);
      assertThat(client.get("/api/projects/" + project.value() + "/audit").text())
          .contains("user.exported", "user.deleted");
    }
  }

  @Test
  @DisplayName("F-40 a deletion that broke off is taken up, and one without end harms nothing")
  void takesUpWhatWasLeft() throws Exception {
    Path begun = folder.resolve("begun");
    try (DashboardRig rig = new DashboardRig(folder)) {
      ProjectScope scope = new ProjectScope(rig.project().id());
      List<Event> events = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        Instant at = rig.plane.clock().instant().minusSeconds(600 - i);
        Story story = new Story(scope.project(), "agent", "trc_" + i, at);
        events.addAll(story.user(i == 2 ? "user-2" : "user-1").asks("hi").events());
      }
      rig.traces.land(events);
      AtomicInteger left = new AtomicInteger(2);
      TraceEraser breaks =
          (project, trace) -> {
            if (left.getAndDecrement() == 0) {
              throw new IllegalStateException("broken off");
            }
            rig.traces.erase(project, trace);
          };
      UserErasure first = new UserErasure(rig.traces.reader(), breaks, PendingErasures.open(begun));
      assertThatThrownBy(() -> first.erase(scope, "user-1")).hasMessage("broken off");
      Files.writeString(begun.resolve("torn.user"), scope.project().value());

      try (UserErasure next =
          new UserErasure(rig.traces.reader(), rig.traces::erase, PendingErasures.open(begun))) {
        next.resume(() -> true);
        long until = System.nanoTime() + 10_000_000_000L;
        while (begun.toFile().list().length > 0 && System.nanoTime() < until) {
          Thread.sleep(10);
        }
      }
      assertThat(begun).isEmptyDirectory();
      List<String> kept = new ArrayList<>();
      for (String user : List.of("user-1", "user-2")) {
        new UserTraces(rig.traces.reader()).each(scope, user, t -> kept.add(t.traceId()));
      }
      assertThat(kept).containsExactly("trc_2");
    }
  }
}
