package dev.whyops.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whyops.evidence.FindingStore;
import dev.whyops.finding.Finding;
import dev.whyops.finding.Severity;
import dev.whyops.project.ProjectScope;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A file of findings holds all that was asked for, however much else there is. */
class FindingExportIT {
  private static final Instant LONG_AGO = Instant.parse("2026-01-01T00:00:00Z");

  @TempDir private Path folder;

  @Test
  @DisplayName("An export filters before it counts, leaves nothing out, and is in the audit log")
  void exportsAll() {
    try (DashboardRig rig = new DashboardRig(folder)) {
      Client client = rig.client(rig.logIn());
      FindingStore store = rig.plane.findings();
      ProjectScope scope = rig.project().scope();
      store.replace(scope, "old", List.of(finding(0, "quiet", "old")), LONG_AGO);
      int many = 10_100;
      store.replace(
          scope,
          "new",
          IntStream.rangeClosed(1, many).mapToObj(i -> finding(i, "noisy", "new")).toList(),
          LONG_AGO.plusSeconds(60));

      assertThat(results(client, "")).hasSize(many + 1);
      assertThat(results(client, "&agent=quiet")).hasSize(1);
      assertThat(results(client, "&to=" + LONG_AGO.plusSeconds(60))).hasSize(1);
      assertThat(results(client, "&from=" + LONG_AGO.plusSeconds(60))).hasSize(many);
      assertThat(client.get("/api/projects/" + rig.project().id().value() + "/audit").text())
          .contains("findings.exported");
    }
  }

  private static JsonNode results(Client client, String query) {
    return client.get("/api/findings/export?format=sarif" + query).json().at("/runs/0/results");
  }

  private static Finding finding(int number, String agent, String trace) {
    return new Finding(
        "fnd_" + number,
        "TOOL_LOOP",
        Severity.HIGH,
        0.9,
        "It loops",
        trace,
        agent,
        "agt_" + agent,
        null,
        null,
        null,
        "print",
        1,
        List.of(),
        new Finding.Recommendation("Look", "Closely"),
        Map.of(),
        Finding.Status.OPEN);
  }
}
