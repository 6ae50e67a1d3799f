package dev.whyops.auth;

import dev.whyops.audit.AuditNote;
import dev.whyops.project.ProjectScope;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Keeps API keys by their hash. Thread-safe; may block. */
public interface ApiKeyStore {
  /** A key with the name of its project. */
  record Found(ApiKey key, String projectName) {}

  /** The key with this SHA-256, revoked and expired ones too; the only look-up without a scope. */
  Optional<Found> byHash(String sha256);

  Optional<ApiKey> find(ProjectScope scope, String keyId);

  /**
   * Newest first, revoked ones too.
   *
   * @param beforeId keys made before this one; null for the first page
   * @param createdBy only this user's keys; null for all
   */
  List<ApiKey> list(
      ProjectScope scope, @Nullable String beforeId, @Nullable String createdBy, int limit);

  /** Whether any key of the installation has a budget. */
  boolean anyBudget();

  /** Keys that are not revoked. */
  int activeCount(ProjectScope scope);

  void insert(ProjectScope scope, ApiKey key, String sha256, AuditNote note);

  /** The key's SHA-256, so that caches can forget it; empty when there is no such active key. */
  Optional<String> revoke(ProjectScope scope, String keyId, Instant at, AuditNote note);

  /** Ends all keys that a user made in this project; their hashes. */
  List<String> revokeAllOf(ProjectScope scope, String userId, Instant at, AuditNote note);

  /** Grows with everything that ends keys before their time, on whichever node. */
  long changeVersion();

  void adviseRotation(ProjectScope scope, String keyId, Instant at);

  /** Notes last uses, by key id, in one transaction; an older instant changes nothing. */
  void touch(Map<String, Instant> lastUses);
}
