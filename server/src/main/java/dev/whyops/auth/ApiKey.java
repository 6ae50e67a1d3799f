package dev.whyops.auth;

import dev.whyops.project.Environment;
import dev.whyops.project.ProjectId;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is known of an API key; never the key itself.
 *
 * @param prefix first characters, for recognition
 * @param createdBy user id, or {@code system}
 * @param rotationAdvisedAt when the key was seen where it can leak, such as in a URL
 */
public record ApiKey(
    String id,
    ProjectId project,
    Environment environment,
    String name,
    String prefix,
    String last4,
    Set<Scope> scopes,
    @Nullable String defaultAgent,
    @Nullable String boundProviderId,
    KeyLimits limits,
    String createdBy,
    Instant createdAt,
    @Nullable Instant expiresAt,
    @Nullable Instant revokedAt,
    @Nullable Instant lastUsedAt,
    @Nullable Instant rotationAdvisedAt) {
  public ApiKey {
    scopes = Set.copyOf(scopes);
  }

  Caller caller(String projectName) {
    return new Caller(
        project, projectName, environment, id, scopes, defaultAgent, boundProviderId, limits);
  }
}
