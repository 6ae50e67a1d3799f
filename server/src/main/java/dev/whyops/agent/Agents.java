package dev.whyops.agent;

import dev.whyops.project.Environment;
import dev.whyops.project.ProjectScope;
import java.time.Instant;

/** Registers agents and their versions. Thread-safe; may block. */
public interface Agents {
  /**
   * Finds or creates the version with this definition and makes it the agent's current one.
   *
   * @param metadataJson the {@code metadata} object of the init call, as JSON text
   */
  AgentVersion init(
      ProjectScope scope, Environment environment, String agentName, String metadataJson);

  /**
   * The version that a call or event of this agent belongs to: the current one when the agent was
   * ever initialised, else the version observed from the call, registered on first use.
   *
   * @param observedJson a definition in the shape of {@code metadata}, built from the call's system
   *     prompt and tools; {@code {}} when nothing is known
   */
  AgentVersion observe(
      ProjectScope scope,
      Environment environment,
      String agentName,
      String observedJson,
      Instant at);
}
