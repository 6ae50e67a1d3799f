package dev.whyops.record;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.whyops.agent.AgentVersion;
import dev.whyops.agent.Agents;
import dev.whyops.event.Event;
import dev.whyops.project.Environment;
import dev.whyops.project.ProjectId;
import dev.whyops.project.ProjectScope;
import java.time.Duration;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the agent version of each event, asking the control plane about every two seconds per
 * definition. When that cannot answer, events are stored without ids: the name is enough to show
 * them.
 */
final class Versions {
  private static final Logger LOG = LoggerFactory.getLogger(Versions.class);
  private static final Duration FRESH = Duration.ofSeconds(2);
  private static final int DEFINITIONS_MAX = 20_000;

  private final Agents agents;
  private final Cache<Key, AgentVersion> recent =
      Caffeine.newBuilder().maximumSize(DEFINITIONS_MAX).expireAfterWrite(FRESH).build();

  /** The definition stands for itself: equal ones are one version. */
  private record Key(ProjectId project, Environment environment, String agent, String observed) {}

  Versions(Agents agents) {
    this.agents = agents;
  }

  Event.Agent of(Event event, String observedJson, Instant at) {
    Key key = new Key(event.project(), event.environment(), event.agent().name(), observedJson);
    try {
      AgentVersion version =
          recent.get(
              key,
              k ->
                  agents.observe(
                      new ProjectScope(k.project()), k.environment(), k.agent(), k.observed(), at));
      return new Event.Agent(event.agent().name(), version.agentId(), version.agentVersionId());
    } catch (RuntimeException e) {
      LOG.warn("agent_unresolved cause={}", e.toString());
      return event.agent();
    }
  }
}
