package dev.whyops.agent;

import dev.whyops.project.Environment;
import dev.whyops.project.ProjectScope;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Keeps agents and their versions. Thread-safe; may block. */
public interface AgentStore {
  /** Names an agent; two spellings that are equal in NFC are one agent. */
  record Name(ProjectScope scope, Environment environment, String text) {}

  /**
   * A version that may have to be stored.
   *
   * @param agentId used when the agent is new
   * @param makeCurrent also when the version exists already
   */
  record Registration(
      Name name,
      String agentId,
      String versionId,
      String hash,
      String definitionJson,
      Version.Origin origin,
      boolean makeCurrent,
      Instant at) {}

  /** The agent and version that are stored now. */
  record Registered(Agent agent, String versionId, String hash, boolean created) {}

  Optional<Agent> find(Name name);

  /** Finds or creates agent and version, in one transaction; two callers at once get the same. */
  Registered register(Registration registration);

  int versionCount(String agentId, Version.Origin origin);

  Optional<Agent> find(ProjectScope scope, String agentId);

  /**
   * By name, then environment.
   *
   * @param environment null for all
   * @param after the last row of the page before; null for the first page
   */
  List<Agent> list(
      ProjectScope scope, @Nullable Environment environment, @Nullable Agent after, int limit);

  /** Newest first. */
  List<Version> versions(ProjectScope scope, String agentId, @Nullable String beforeId, int limit);

  Optional<Version> version(ProjectScope scope, String agentId, String versionId);

  /** Shares below 1, of all projects. */
  Map<Name, Double> sampled();

  /** False when there is no such agent. */
  boolean setSampling(ProjectScope scope, String agentId, double sampling);

  /** Notes when agents were last seen, by id; an older instant changes nothing. */
  void touch(Map<String, Instant> lastSeen);
}
