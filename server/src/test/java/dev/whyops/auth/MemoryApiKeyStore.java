package dev.whyops.auth;

import dev.whyops.audit.AuditNote;
import dev.whyops.http.UnavailableException;
import dev.whyops.project.ProjectScope;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Keys in memory that counts its queries and can be away. */
final class MemoryApiKeyStore implements ApiKeyStore {
  final Map<String, ApiKey> byHash = new HashMap<>();
  final Map<String, Instant> touched = new HashMap<>();
  final Map<String, Instant> advised = new HashMap<>();
  final List<AuditNote> notes = new ArrayList<>();
  int queryCount;
  int activeCount;
  long changeVersion;
  boolean away;

  @Override
  public Optional<Found> byHash(String sha256) {
    queryCount++;
    if (away) {
      throw new UnavailableException("control_plane_unavailable", "away");
    }
    return Optional.ofNullable(byHash.get(sha256)).map(key -> new Found(key, "shop"));
  }

  @Override
  public Optional<ApiKey> find(ProjectScope scope, String keyId) {
    return byHash.values().stream()
        .filter(key -> key.id().equals(keyId) && key.project().equals(scope.project()))
        .findFirst();
  }

  @Override
  public List<ApiKey> list(
      ProjectScope scope, @Nullable String beforeId, @Nullable String createdBy, int limit) {
    return byHash.values().stream()
        .filter(key -> createdBy == null || key.createdBy().equals(createdBy))
        .limit(limit)
        .toList();
  }

  @Override
  public boolean anyBudget() {
    return byHash.values().stream().anyMatch(key -> key.limits().monthlyBudgetNanoUsd() != null);
  }

  @Override
  public int activeCount(ProjectScope scope) {
    return activeCount;
  }

  @Override
  public void insert(ProjectScope scope, ApiKey key, String sha256, AuditNote note) {
    byHash.put(sha256, key);
    notes.add(note);
  }

  @Override
  public Optional<String> revoke(ProjectScope scope, String keyId, Instant at, AuditNote note) {
    Optional<String> hash =
        byHash.entrySet().stream()
            .filter(entry -> entry.getValue().id().equals(keyId))
            .map(Map.Entry::getKey)
            .findFirst();
    hash.ifPresent(byHash::remove);
    notes.add(note);
    return hash;
  }

  @Override
  public List<String> revokeAllOf(ProjectScope scope, String userId, Instant at, AuditNote note) {
    List<String> hashes = new ArrayList<>();
    byHash.forEach(
        (hash, key) -> {
          if (key.createdBy().equals(userId)) {
            hashes.add(hash);
          }
        });
    hashes.forEach(byHash::remove);
    notes.add(note);
    return hashes;
  }

  @Override
  public long changeVersion() {
    return changeVersion;
  }

  @Override
  public void adviseRotation(ProjectScope scope, String keyId, Instant at) {
    advised.put(keyId, at);
  }

  @Override
  public void touch(Map<String, Instant> lastUses) {
    touched.putAll(lastUses);
  }
}
