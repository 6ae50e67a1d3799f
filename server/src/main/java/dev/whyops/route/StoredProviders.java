package dev.whyops.route;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.whyops.cache.GraceCache;
import dev.whyops.http.ApiException;
import dev.whyops.project.ProjectScope;
import dev.whyops.vault.Origin;
import dev.whyops.vault.Secret;
import dev.whyops.vault.Vault;
import java.time.Duration;
import java.util.Optional;

/**
 * The relay's providers out of the store. Snapshots are fresh for 1 s and serve for 10 min while
 * the store is away; opened keys stay in memory for at most 5 min.
 */
public final class StoredProviders implements Providers {
  private static final int PROJECTS_MAX = 10_000;
  private static final int CREDENTIALS_MAX = 10_000;
  private static final Duration FRESH = Duration.ofSeconds(1);
  private static final Duration GRACE = Duration.ofMinutes(10);

  /** An opened key is found only by all that it was sealed for. */
  private record CredentialKey(ProjectScope scope, String providerId, Origin origin) {}

  private final ProviderStore store;
  private final Vault vault;
  private final GraceCache<ProjectScope, ProjectProviders> snapshots;
  private final Cache<CredentialKey, Secret> credentials;

  public StoredProviders(ProviderStore store, Vault vault, Ticker ticker) {
    this.store = store;
    this.vault = vault;
    this.snapshots = new GraceCache<>(PROJECTS_MAX, FRESH, GRACE, ticker);
    this.credentials =
        Caffeine.newBuilder()
            .maximumSize(CREDENTIALS_MAX)
            .expireAfterWrite(Vault.OPEN_MAX)
            .executor(Runnable::run)
            .ticker(ticker)
            .build();
  }

  @Override
  public Optional<ProjectProviders> cached(ProjectScope scope) {
    return snapshots.fresh(scope);
  }

  @Override
  public ProjectProviders load(ProjectScope scope) {
    return snapshots
        .load(
            scope,
            s ->
                Optional.of(
                    new ProjectProviders(
                        store.list(s).stream()
                            .map(ProviderStore.Row::provider)
                            .filter(Provider::active)
                            .map(Provider::ref)
                            .toList())))
        .orElseThrow();
  }

  @Override
  public Optional<String> cachedCredential(ProjectScope scope, ProviderRef provider) {
    return Optional.ofNullable(credentials.getIfPresent(key(scope, provider))).map(Secret::reveal);
  }

  @Override
  public String credential(ProjectScope scope, ProviderRef provider) {
    CredentialKey key = key(scope, provider);
    Secret known = credentials.getIfPresent(key);
    if (known != null) {
      return known.reveal();
    }
    ProviderStore.Row row =
        store.find(scope, provider.id()).orElseThrow(() -> ApiException.notFound("provider"));
    Secret secret =
        vault.openProviderKey(
            scope.project(), provider.id(), key.origin, row.keyVersion(), row.sealedKey());
    credentials.put(key, secret);
    return secret.reveal();
  }

  /** Forgets a project's snapshot and opened keys after a change. */
  public void evict(ProjectScope scope) {
    snapshots.evict(scope);
    forgetSecrets(scope);
  }

  /** Drops the opened keys of a project. */
  private void forgetSecrets(ProjectScope scope) {
    credentials.asMap().keySet().removeIf(key -> key.scope.equals(scope));
  }

  private static CredentialKey key(ProjectScope scope, ProviderRef provider) {
    return new CredentialKey(scope, provider.id(), Origin.of(provider.baseUrl()));
  }
}
