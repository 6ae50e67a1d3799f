package dev.whyops.auth;

import dev.whyops.audit.AuditNote;
import dev.whyops.http.ApiException;
import dev.whyops.id.Ids;
import dev.whyops.id.Names;
import dev.whyops.project.Environment;
import dev.whyops.project.ProjectScope;
import dev.whyops.vault.Secret;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Makes, lists and revokes API keys. A key is shown in the answer to its creation and never again.
 *
 * <p>Thread-safe; may block.
 */
public final class ApiKeyDesk {
  /** Active keys of one project. */
  public static final int ACTIVE_MAX = 10_000;

  private static final Duration LIFE_MAX = Duration.ofDays(10 * 366);
  private static final int NAME_MAX = 100;

  /**
   * What somebody asks for.
   *
   * @param boundProviderId a provider of the project
   * @param expiresAt null: never
   */
  public record Wish(
      String name,
      Environment environment,
      Set<Scope> scopes,
      @Nullable String defaultAgent,
      @Nullable String boundProviderId,
      @Nullable Instant expiresAt,
      KeyLimits limits) {
    public Wish {
      scopes = Set.copyOf(scopes);
    }
  }

  /** The key, this once, and what is kept of it. */
  public record Created(ApiKey key, Secret secret) {}

  /** Knows which providers a project has; route's store answers. */
  @FunctionalInterface
  public interface ProviderLookup {
    boolean exists(ProjectScope scope, String providerId);
  }

  private final ApiKeyStore store;
  private final CachedApiKeys cache;
  private final ProviderLookup providers;
  private final Ids ids;
  private final Clock clock;
  private final RandomGenerator random;

  public ApiKeyDesk(
      ApiKeyStore store,
      CachedApiKeys cache,
      ProviderLookup providers,
      Ids ids,
      Clock clock,
      RandomGenerator random) {
    this.store = store;
    this.cache = cache;
    this.providers = providers;
    this.ids = ids;
    this.clock = clock;
    this.random = random;
  }

  /** The scopes that a person of this role may give to a key; the default of the form. */
  public static Set<Scope> offeredScopes(Role role) {
    if (!role.may(Permission.CREATE_API_KEYS)) {
      return Set.of();
    }
    return role.may(Permission.MANAGE_API_KEYS)
        ? EnumSet.allOf(Scope.class)
        : EnumSet.of(Scope.PROXY, Scope.INGEST, Scope.READ);
  }

  /**
   * @throws ApiException 400 for a bad field, 403 {@code scope_not_held}, 409 {@code
   *     too_many_api_keys}
   */
  public Created create(Membership by, Wish wish) {
    by.require(Permission.CREATE_API_KEYS);
    check(by, wish);
    if (store.activeCount(by.scope()) >= ACTIVE_MAX) {
      throw new ApiException(
          409, "too_many_api_keys", "A project has at most " + ACTIVE_MAX + " active API keys.");
    }
    Secret secret = KeyFormat.generate(wish.environment(), random);
    ApiKey key = key(by.scope(), by.person().id(), wish, secret);
    String scopes =
        wish.scopes().stream()
            .map(s -> s.name().toLowerCase(Locale.ROOT))
            .collect(Collectors.toCollection(TreeSet::new))
            .toString();
    store.insert(
        by.scope(),
        key,
        KeyFormat.hash(secret.reveal()),
        by.note("api_key.created", key.id(), Map.of("name", key.name(), "scopes", scopes)));
    cache.evict(KeyFormat.hash(secret.reveal()));
    return new Created(key, secret);
  }

  /**
   * Newest first: all keys for admins and owners, for others those that they made.
   *
   * @param beforeId the last id of the page before; null for the first
   */
  public List<ApiKey> list(Membership by, @Nullable String beforeId, int limit) {
    by.require(Permission.READ);
    return store.list(by.scope(), beforeId, ownOnly(by), limit);
  }

  public Optional<ApiKey> find(Membership by, String keyId) {
    by.require(Permission.READ);
    return store.find(by.scope(), keyId).filter(key -> mayTouch(by, key));
  }

  /**
   * Ends a key; it is refused here at once and everywhere within a second.
   *
   * @throws ApiException 404
   */
  public void revoke(Membership by, String keyId) {
    by.require(Permission.CREATE_API_KEYS);
    ApiKey key = find(by, keyId).orElseThrow(() -> ApiException.notFound("API key"));
    store
        .revoke(
            by.scope(),
            keyId,
            clock.instant(),
            by.note("api_key.revoked", keyId, Map.of("name", key.name())))
        .ifPresent(cache::evict);
  }

  /** Ends the keys that somebody made who is no member any more. */
  public void revokeAllOf(Membership by, String userId) {
    store
        .revokeAllOf(
            by.scope(), userId, clock.instant(), by.note("api_keys.revoked_with_member", userId))
        .forEach(cache::evict);
  }

  /** Marks a key that was seen where it can leak; the dashboard then advises a new one. */
  public void adviseRotation(Caller caller) {
    store.adviseRotation(caller.scope(), caller.keyId(), clock.instant());
  }

  /**
   * The key of the first start, as the operator gave it; nothing happens when it is known.
   *
   * @throws ApiException 400 {@code invalid_api_key_format}
   */
  public void importKey(ProjectScope scope, Secret secret) {
    if (!KeyFormat.wellFormed(secret.reveal())) {
      throw ApiException.invalid(
          "apiKey",
          "invalid_api_key_format",
          "The API key does not have the format of this server.");
    }
    String hash = KeyFormat.hash(secret.reveal());
    if (store.byHash(hash).isPresent()) {
      return;
    }
    Wish wish =
        new Wish(
            "bootstrap",
            Environment.PRODUCTION,
            EnumSet.allOf(Scope.class),
            null,
            null,
            null,
            KeyLimits.NONE);
    ApiKey key = key(scope, "system", wish, secret);
    store.insert(scope, key, hash, AuditNote.system("api_key.created", key.id()));
  }

  /** Whether any key of the installation has a budget. */
  public boolean anyBudget() {
    return store.anyBudget();
  }

  private ApiKey key(ProjectScope scope, String createdBy, Wish wish, Secret secret) {
    return new ApiKey(
        ids.next("key_"),
        scope.project(),
        wish.environment(),
        wish.name().strip(),
        KeyFormat.shownPrefix(secret.reveal()),
        secret.last4(),
        wish.scopes(),
        wish.defaultAgent(),
        wish.boundProviderId(),
        wish.limits(),
        createdBy,
        clock.instant(),
        wish.expiresAt(),
        null,
        null,
        null);
  }

  private void check(Membership by, Wish wish) {
    Names.check("name", wish.name(), NAME_MAX);
    if (wish.defaultAgent() != null) {
      Names.check("defaultAgent", wish.defaultAgent(), Names.AGENT_MAX);
    }
    if (wish.scopes().isEmpty()) {
      throw ApiException.invalid("scopes", "invalid_scopes", "A key needs at least one scope.");
    }
    if (!offeredScopes(by.role()).containsAll(wish.scopes())) {
      throw new ApiException(
          403, "scope_not_held", "Your role does not allow you to give a key these scopes.");
    }
    Instant now = clock.instant();
    Instant expiresAt = wish.expiresAt();
    if (expiresAt != null && (!expiresAt.isAfter(now) || expiresAt.isAfter(now.plus(LIFE_MAX)))) {
      throw ApiException.invalid(
          "expiresAt", "invalid_expiry", "The expiry lies between now and ten years from now.");
    }
    String provider = wish.boundProviderId();
    if (provider != null && !providers.exists(by.scope(), provider)) {
      throw ApiException.invalid(
          "boundProviderId", "unknown_provider", "This project has no such provider.");
    }
    checkLimits(wish.limits());
  }

  private static void checkLimits(KeyLimits limits) {
    positive("requestsPerMinute", limits.requestsPerMinute());
    positive("tokensPerMinute", limits.tokensPerMinute());
    positive("concurrentCalls", limits.concurrentCalls());
    positive("monthlyBudget", limits.monthlyBudgetNanoUsd());
  }

  private static void positive(String field, @Nullable Number value) {
    if (value != null && value.longValue() <= 0) {
      throw ApiException.invalid(field, "invalid_limit", "A limit is greater than 0, or absent.");
    }
  }

  private static @Nullable String ownOnly(Membership by) {
    return by.may(Permission.MANAGE_API_KEYS) ? null : by.person().id();
  }

  private static boolean mayTouch(Membership by, ApiKey key) {
    return by.may(Permission.MANAGE_API_KEYS) || key.createdBy().equals(by.person().id());
  }
}
