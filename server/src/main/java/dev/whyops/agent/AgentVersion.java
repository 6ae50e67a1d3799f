package dev.whyops.agent;

/**
 * One definition of an agent.
 *
 * @param versionHash 32 hex characters over the canonical definition
 * @param created true when this call made the version
 */
public record AgentVersion(
    String agentId, String agentVersionId, String versionHash, boolean created) {}
