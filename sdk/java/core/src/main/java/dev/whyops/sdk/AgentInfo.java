package dev.whyops.sdk;

/**
 * What the server knows the agent as.
 *
 * @param status {@code created} or {@code existing}
 */
public record AgentInfo(String agentId, String agentVersionId, String status, String versionHash) {}
