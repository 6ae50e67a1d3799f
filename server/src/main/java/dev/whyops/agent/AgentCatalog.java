package dev.whyops.agent;

import dev.whyops.auth.Membership;
import dev.whyops.auth.Permission;
import dev.whyops.http.ApiException;
import dev.whyops.project.Environment;
import dev.whyops.project.ProjectScope;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Agents and versions as people and {@code read} keys look at them. Thread-safe; may block. */
public final class AgentCatalog {
  private final AgentStore store;

  public AgentCatalog(AgentStore store) {
    this.store = store;
  }

  /**
   * By name, then environment.
   *
   * @param afterId the last id of the page before; null for the first
   */
  public List<Agent> list(
      ProjectScope scope, @Nullable Environment environment, @Nullable String afterId, int limit) {
    Agent after = afterId == null ? null : find(scope, afterId);
    return store.list(scope, environment, after, limit);
  }

  /**
   * @throws ApiException 404
   */
  public Agent find(ProjectScope scope, String agentId) {
    return store.find(scope, agentId).orElseThrow(() -> ApiException.notFound("agent"));
  }

  /** Whether an agent of this name has been seen, in whatever environment. */
  public boolean isKnown(ProjectScope scope, String name) {
    return Arrays.stream(Environment.values())
        .anyMatch(each -> store.find(new AgentStore.Name(scope, each, name)).isPresent());
  }

  /**
   * Newest first.
   *
   * @throws ApiException 404
   */
  public List<Version> versions(
      ProjectScope scope, String agentId, @Nullable String beforeId, int limit) {
    return store.versions(scope, find(scope, agentId).id(), beforeId, limit);
  }

  /**
   * @throws ApiException 404
   */
  public Version version(ProjectScope scope, String agentId, String versionId) {
    return store
        .version(scope, agentId, versionId)
        .orElseThrow(() -> ApiException.notFound("agent version"));
  }

  /**
   * What changed from one version to another.
   *
   * @throws ApiException 404
   */
  public VersionDiff diff(ProjectScope scope, String agentId, String fromId, String toId) {
    return VersionDiff.between(version(scope, agentId, fromId), version(scope, agentId, toId));
  }

  /**
   * @param sampling share of traces that is kept, 0-1
   * @throws ApiException 400, 404
   */
  public void setSampling(Membership by, String agentId, double sampling) {
    by.require(Permission.MANAGE_SETTINGS);
    if (!(sampling >= 0 && sampling <= 1)) {
      throw ApiException.invalid("sampling", "invalid_sampling", "Sampling lies between 0 and 1.");
    }
    if (!store.setSampling(by.scope(), agentId, sampling)) {
      throw ApiException.notFound("agent");
    }
  }
}
