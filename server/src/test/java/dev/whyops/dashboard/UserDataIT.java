package dev.whyops.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whyops.auth.Role;
import dev.whyops.event.Event;
import dev.whyops.project.ProjectId;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
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
        events.addAll(story.user(i == 2 ? "bob@x/y" : "ann").asks("hi " + i).events());
      }
      rig.traces.land(events);

      JsonNode file = client.get("/api/users/ann/export").json();
      assertThat(file.get("externalUserId").asString()).isEqualTo("ann");
      assertThat(file.get("traces").valueStream().map(t -> t.at("/trace/traceId").asString()))
          .containsExactly("trc_4", "trc_3", "trc_1", "trc_0");
      assertThat(file.at("/traces/0/events/0/content").asString()).isEqualTo("hi 4");
      assertThat(client.get("/api/users/nobody/export").status()).isEqualTo(404);

      Client viewer = rig.client(rig.join(rig.membership(owner, rig.project()), Role.VIEWER));
      assertThat(viewer.send("DELETE", "/api/users/ann", null).status()).isEqualTo(403);
      Client.Answer deleted = client.send("DELETE", "/api/users/ann", null);
      assertThat(deleted.json().get("deleted").asInt()).isEqualTo(4);
      assertThat(client.get("/api/users/ann").status()).isEqualTo(404);
      assertThat(client.send("DELETE", "/api/users/ann", null).status()).isEqualTo(404);
      assertThat(client.get("/api/traces").json().at("/items/0/traceId").asString())
          .isEqualTo("trc_2");
      assertThat(client.get("/api/users/bob%40x%2Fy").status()).isEqualTo(200);
      assertThat(client.get("/api/projects/" + project.value() + "/audit").text())
          .contains("user.exported", "user.deleted");
    }
  }
}
