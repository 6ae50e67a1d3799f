package dev.whyops.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whyops.event.Event;
import dev.whyops.project.ProjectId;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Traces by what was found in them, and in every order that the list offers. */
class TraceFindingsIT {
  private static final String CODE = "MISSING_TOOL_CALL_RESPONSE";

  @TempDir
  @SuppressWarnings("NullAway.Init")
  Path folder;

  @Test
  void filtersCountsAndSorts() throws Exception {
    try (DashboardRig rig = new DashboardRig(folder)) {
      Client client = rig.client(rig.logIn());
      ProjectId project = rig.project().id();
      Instant start = rig.plane.clock().instant().minusSeconds(600);
      List<Event> events = new ArrayList<>();
      Story lost = new Story(project, "lossy", "trc_lost", start);
      events.addAll(lost.asks("where?").answers(10, 5, 700L, 20).calls("search").events());
      Story fine = new Story(project, "fine", "trc_fine", start.plusSeconds(60));
      events.addAll(fine.asks("where?").answers(10, 5, 900L, 4_000).answers(1, 1, 1L, 5).events());
      rig.traces.land(events);
      rig.keepFindings(events);

      assertThat(ids(client, "finding=" + CODE)).containsExactly("trc_lost");
      assertThat(ids(client, "finding=high")).contains("trc_lost");
      assertThat(ids(client, "finding=NO_SUCH_CODE")).isEmpty();
      assertThat(ids(client, "q=-finding:" + CODE)).containsExactly("trc_fine");
      JsonNode facet = client.get("/api/trace-facets?agent=lossy").json().get("finding");
      assertThat(facet.get("values").valueStream().map(v -> v.get("value").asString()))
          .contains(CODE);

      assertThat(ids(client, "sort=startedAt")).containsExactly("trc_lost", "trc_fine");
      assertThat(ids(client, "sort=-cost")).containsExactly("trc_fine", "trc_lost");
      assertThat(ids(client, "sort=cost")).containsExactly("trc_lost", "trc_fine");
      JsonNode first = client.get("/api/traces?sort=cost&limit=1").json();
      String cursor = "cursor=" + first.get("nextCursor").asString() + "&limit=1&sort=";
      assertThat(ids(client, cursor + "cost")).containsExactly("trc_fine");
      assertThat(client.get("/api/traces?" + cursor + "-cost").status())
          .as("a cursor holds in its own order only")
          .isEqualTo(400);
    }
  }

  private static List<String> ids(Client client, String query) {
    JsonNode page = client.get("/api/traces?" + query).json();
    return page.get("items").valueStream().map(t -> t.get("traceId").asString()).toList();
  }
}
