package dev.whyops.record;

import dev.whyops.agent.AgentVersion;
import dev.whyops.agent.Agents;
import dev.whyops.event.Event;
import dev.whyops.project.ProjectScope;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the agent version of each event. Nothing is kept here: {@link Agents} answers from its own
 * memory, and only it knows at once of a version that was just registered, which the very next
 * event must carry. When the control plane cannot answer, events are stored without ids: the name
 * is enough to show them.
 */
final class Versions {
  private static final Logger LOG = LoggerFactory.getLogger(Versions.class);

  private final Agents agents;

  Versions(Agents agents) {
    this.agents = agents;
  }

  Event.Agent of(Event event, String observedJson, Instant at) {
    try {
      AgentVersion version =
          agents.observe(
              new ProjectScope(event.project()),
              event.environment(),
              event.agent().name(),
              observedJson,
              at);
      return new Event.Agent(event.agent().name(), version.agentId(), version.agentVersionId());
    } catch (RuntimeException e) {
      LOG.warn("agent_unresolved cause={}", e.toString());
      return event.agent();
    }
  }
}
