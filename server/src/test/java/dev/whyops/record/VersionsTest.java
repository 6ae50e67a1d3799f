package dev.whyops.record;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whyops.agent.AgentVersion;
import dev.whyops.agent.Agents;
import dev.whyops.event.Event;
import dev.whyops.event.EventType;
import dev.whyops.pricing.Cost;
import dev.whyops.project.Environment;
import dev.whyops.project.ProjectId;
import dev.whyops.project.ProjectScope;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class VersionsTest {
  private static final Instant NOW = Instant.parse("2026-03-04T10:00:00Z");
  private static final Event EVENT =
      new Event(
          new UUID(1, 2),
          EventType.USER_MESSAGE,
          new ProjectId("prj_00000000000000000000"),
          Environment.PRODUCTION,
          Event.Source.SDK,
          new Event.Agent("agent", null, null),
          new Event.Place("t", "t", "span", null, null, null, null),
          NOW,
          false,
          new Event.Facts(
              null, null, null, null, null, null, null, "ok", null, null, Cost.NONE, null, null,
              null),
          "{}",
          "{}");

  @Test
  void anEventRightAfterARegistrationCarriesTheNewVersion() {
    Registry registry = new Registry();
    Versions versions = new Versions(registry);
    registry.versionId = "ver_1";
    assertThat(versions.of(EVENT, "{}", NOW).versionId()).isEqualTo("ver_1");
    registry.versionId = "ver_2";
    assertThat(versions.of(EVENT, "{}", NOW).versionId()).isEqualTo("ver_2");
  }

  @Test
  void withoutTheControlPlaneTheNameStays() {
    Registry registry = new Registry();
    registry.down = true;
    assertThat(new Versions(registry).of(EVENT, "{}", NOW)).isEqualTo(EVENT.agent());
  }

  private static final class Registry implements Agents {
    private String versionId = "";
    private boolean down;

    @Override
    public AgentVersion init(
        ProjectScope scope, Environment environment, String name, String metadata) {
      throw new IllegalStateException("events never initialise an agent");
    }

    @Override
    public AgentVersion observe(
        ProjectScope scope, Environment environment, String name, String observed, Instant at) {
      if (down) {
        throw new IllegalStateException("control plane down");
      }
      return new AgentVersion("agt_1", versionId, "0".repeat(32), false);
    }
  }
}
