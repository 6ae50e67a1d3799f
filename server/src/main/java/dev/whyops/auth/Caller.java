package dev.whyops.auth;

import dev.whyops.project.Environment;
import dev.whyops.project.ProjectId;
import dev.whyops.project.ProjectScope;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An application that showed a valid API key. Travels as a parameter through the whole call.
 *
 * @param keyId id of the key, never the key
 * @param defaultAgent agent name for calls that name none
 * @param boundProviderId the provider this key is bound to
 */
public record Caller(
    ProjectId project,
    String projectName,
    Environment environment,
    String keyId,
    Set<Scope> scopes,
    @Nullable String defaultAgent,
    @Nullable String boundProviderId,
    KeyLimits limits) {
  public Caller {
    scopes = Set.copyOf(scopes);
  }

  public ProjectScope scope() {
    return new ProjectScope(project);
  }

  public boolean may(Scope scope) {
    return scopes.contains(scope);
  }
}
