package dev.whyops.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whyops.dashboard.Client.Answer;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventsDownIT {
  @TempDir Path folder;

  @Test
  @DisplayName("F-08 with the event store down its pages are 503 and the rest works")
  void theRestWorks() {
    try (DashboardRig rig = new DashboardRig(folder)) {
      Client client = rig.client(rig.logIn());
      rig.traces.land(
          new Story(rig.project().id(), "a", "trc_x", rig.plane.clock().instant())
              .asks("x")
              .events());
      rig.traces.close();
      for (String path :
          List.of(
              "/api/traces",
              "/api/traces/trc_x",
              "/api/trace-facets",
              "/api/threads",
              "/api/users",
              "/api/analytics/overview",
              "/api/analytics/timeseries?metric=traces")) {
        Answer answer = client.get(path);
        assertThat(answer.status()).as(path).isEqualTo(503);
        assertThat(answer.code()).isEqualTo("events_unavailable");
        assertThat(answer.header("Retry-After")).isEqualTo("1");
      }
      assertThat(client.get("/api/me").status()).isEqualTo(200);
      assertThat(client.get("/api/providers").status()).isEqualTo(200);
      assertThat(client.get("/api/ingestion").status()).isEqualTo(200);
    }
  }
}
