package dev.whyops.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whyops.auth.Role;
import dev.whyops.project.ProjectId;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the store would not take is counted and sent again project by project. */
class DeadLetterIT {
  @TempDir
  @SuppressWarnings("NullAway.Init")
  Path folder;

  @Test
  @DisplayName("AU-07 an admin of one project neither sees nor sends another one's dead letter")
  void ofOneProject() throws Exception {
    try (DashboardRig rig = new DashboardRig(folder)) {
      Client owner = rig.client(rig.logIn());
      ProjectId first = rig.project().id();
      String second =
          owner.send("POST", "/api/projects", "{\"name\":\"second\"}").json().get("id").asString();
      rig.deadLetters.held.put(first, 3);
      rig.deadLetters.held.put(new ProjectId(second), 2);

      Client admin = rig.client(rig.join(rig.membership(rig.logIn(), rig.project()), Role.ADMIN));
      assertThat(admin.get("/api/ingestion").json().at("/deadLetter/count").asInt()).isEqualTo(3);
      assertThat(admin.send("POST", "/api/ingestion/redrive", null).json().get("redriven").asInt())
          .isEqualTo(3);
      assertThat(admin.send("POST", "/api/ingestion/redrive", null).json().get("redriven").asInt())
          .isZero();
      assertThat(rig.deadLetters.held).containsOnlyKeys(new ProjectId(second));
    }
  }
}
