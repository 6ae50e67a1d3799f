package dev.whyops.route;

import dev.whyops.audit.AuditNote;
import dev.whyops.auth.KeyFormat;
import dev.whyops.auth.Membership;
import dev.whyops.auth.Permission;
import dev.whyops.http.ApiException;
import dev.whyops.id.Ids;
import dev.whyops.id.Names;
import dev.whyops.project.ProjectScope;
import dev.whyops.provider.ProviderType;
import dev.whyops.vault.Origin;
import dev.whyops.vault.Secret;
import dev.whyops.vault.Vault;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Adds, changes and removes providers. A key is sealed for the origin of the base URL it was
 * entered with; another origin asks for the key again. Thread-safe; may block.
 */
public final class ProviderDesk {
  /** Providers of one project; snapshots hold them all. */
  public static final int COUNT_MAX = 100;

  private static final int NAME_MAX = 100;
  private static final int KEY_LENGTH_MAX = 8_192;
  private static final int RETRIES_MAX = 2;
  private static final Duration TIMEOUT_MAX = Duration.ofHours(1);
  private static final Pattern SLUG = Pattern.compile("[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?");
  private static final String OPENAI_HOST = "api.openai.com";

  /**
   * What somebody asks for.
   *
   * @param apiKey null in an update keeps the stored one
   * @param injectUsage null: on for api.openai.com
   * @param fallbackSlug a provider of the same type
   */
  public record Wish(
      String name,
      String slug,
      ProviderType type,
      String baseUrl,
      @Nullable Secret apiKey,
      boolean isDefault,
      boolean acceptsSlashes,
      @Nullable Boolean injectUsage,
      ProviderRef.Timeouts timeouts,
      int retries,
      @Nullable String fallbackSlug,
      boolean active) {}

  private final ProviderStore store;
  private final StoredProviders cache;
  private final Vault vault;
  private final DestinationCheck destinations;
  private final Ids ids;
  private final Clock clock;

  public ProviderDesk(
      ProviderStore store,
      StoredProviders cache,
      Vault vault,
      DestinationCheck destinations,
      Ids ids,
      Clock clock) {
    this.store = store;
    this.cache = cache;
    this.vault = vault;
    this.destinations = destinations;
    this.ids = ids;
    this.clock = clock;
  }

  /** By name; inactive ones too. */
  public List<Provider> list(Membership by) {
    by.require(Permission.READ);
    return store.list(by.scope()).stream().map(ProviderStore.Row::provider).toList();
  }

  /**
   * @throws ApiException 404
   */
  public Provider find(Membership by, String providerId) {
    by.require(Permission.READ);
    return row(by.scope(), providerId).provider();
  }

  /**
   * @throws ApiException 400 for a bad field, {@code egress_refused}, {@code loop_refused}; 409
   *     {@code slug_taken}, {@code too_many_providers}
   */
  public Provider create(Membership by, Wish wish) {
    by.require(Permission.MANAGE_PROVIDERS);
    String id = ids.next("prv_");
    destinations.check(BaseUrl.parse(wish.baseUrl()));
    return create(by.scope(), id, wish, by.note("provider.created", id, summary(wish)));
  }

  /**
   * A provider that the operator's settings name, on a first start only. Its address is checked
   * when it is called: a start must not depend on a name server.
   */
  public Provider bootstrap(ProjectScope scope, Wish wish) {
    String id = ids.next("prv_");
    return create(scope, id, wish, AuditNote.system("provider.created", id));
  }

  /**
   * Replaces all settings but the type, and the key when one is given.
   *
   * @throws ApiException as {@link #create}; 400 {@code key_required_for_new_origin}, 404
   */
  public Provider update(Membership by, String providerId, Wish wish) {
    by.require(Permission.MANAGE_PROVIDERS);
    ProviderStore.Row before = row(by.scope(), providerId);
    if (wish.type() != before.provider().ref().type()) {
      throw ApiException.invalid("type", "type_is_fixed", "The type of a provider cannot change.");
    }
    URI baseUrl = check(by.scope(), providerId, wish);
    destinations.check(baseUrl);
    boolean sameOrigin = Origin.of(baseUrl).equals(Origin.of(before.provider().ref().baseUrl()));
    Secret key = wish.apiKey();
    if (key == null && !sameOrigin) {
      throw ApiException.invalid(
          "apiKey",
          "key_required_for_new_origin",
          "The key was entered for another address. Enter it again for the new one.");
    }
    int version = key == null ? before.keyVersion() : before.keyVersion() + 1;
    ProviderStore.Row after =
        new ProviderStore.Row(
            provider(
                providerId,
                wish,
                baseUrl,
                key == null ? before.provider().keyLast4() : key.last4(),
                before.provider().createdAt()),
            key == null ? before.sealedKey() : seal(by.scope(), providerId, baseUrl, version, key),
            version);
    if (!store.update(by.scope(), after, by.note("provider.changed", providerId, summary(wish)))) {
      throw slugTaken();
    }
    cache.evict(by.scope());
    return after.provider();
  }

  /**
   * @throws ApiException 404, 409 {@code provider_in_use} while an API key is bound to it
   */
  public void delete(Membership by, String providerId) {
    by.require(Permission.MANAGE_PROVIDERS);
    ProviderStore.Row row = row(by.scope(), providerId);
    if (store.boundToKey(by.scope(), providerId)) {
      throw new ApiException(
          409, "provider_in_use", "An API key is bound to this provider. Revoke the key first.");
    }
    store.delete(
        by.scope(),
        providerId,
        by.note("provider.deleted", providerId, Map.of("slug", row.provider().ref().slug())));
    cache.evict(by.scope());
  }

  private Provider create(ProjectScope scope, String id, Wish wish, AuditNote note) {
    URI baseUrl = check(scope, id, wish);
    Secret key = wish.apiKey();
    if (key == null) {
      throw ApiException.invalid("apiKey", "key_required", "A provider needs its API key.");
    }
    if (store.list(scope).size() >= COUNT_MAX) {
      throw new ApiException(
          409, "too_many_providers", "A project has at most " + COUNT_MAX + " providers.");
    }
    Provider provider = provider(id, wish, baseUrl, key.last4(), clock.instant());
    ProviderStore.Row row = new ProviderStore.Row(provider, seal(scope, id, baseUrl, 1, key), 1);
    if (!store.insert(scope, row, note)) {
      throw slugTaken();
    }
    cache.evict(scope);
    return provider;
  }

  private Provider provider(String id, Wish wish, URI baseUrl, String keyLast4, Instant createdAt) {
    Boolean injectUsage = wish.injectUsage();
    ProviderRef ref =
        new ProviderRef(
            id,
            wish.slug(),
            wish.type(),
            baseUrl,
            wish.isDefault(),
            wish.acceptsSlashes(),
            injectUsage != null ? injectUsage : OPENAI_HOST.equals(baseUrl.getHost()),
            wish.timeouts(),
            wish.retries(),
            wish.fallbackSlug());
    return new Provider(
        ref, wish.name().strip(), keyLast4, wish.active(), createdAt, clock.instant());
  }

  private String seal(
      ProjectScope scope, String providerId, URI baseUrl, int keyVersion, Secret key) {
    return vault.sealProviderKey(scope.project(), providerId, Origin.of(baseUrl), keyVersion, key);
  }

  private ProviderStore.Row row(ProjectScope scope, String providerId) {
    return store.find(scope, providerId).orElseThrow(() -> ApiException.notFound("provider"));
  }

  /** The base URL, after everything about the wish was found good. */
  private URI check(ProjectScope scope, String id, Wish wish) {
    Names.check("name", wish.name(), NAME_MAX);
    if (!SLUG.matcher(wish.slug()).matches()) {
      throw ApiException.invalid(
          "slug", "invalid_slug", "A slug has 1-64 characters of a-z, 0-9 and inner dashes.");
    }
    checkKey(wish.apiKey());
    if (wish.retries() < 0 || wish.retries() > RETRIES_MAX) {
      throw ApiException.invalid("retries", "invalid_retries", "Retries are 0, 1 or 2.");
    }
    checkTimeout(wish.timeouts().connect());
    checkTimeout(wish.timeouts().head());
    checkTimeout(wish.timeouts().silence());
    checkFallback(scope, id, wish);
    return BaseUrl.parse(wish.baseUrl());
  }

  private static void checkKey(@Nullable Secret key) {
    if (key == null) {
      return;
    }
    String text = key.reveal();
    // It rides in a header: whatever cannot stand there would only fail later.
    if (text.isEmpty()
        || text.length() > KEY_LENGTH_MAX
        || text.chars().anyMatch(c -> c < 0x21 || c > 0x7e)) {
      throw ApiException.invalid(
          "apiKey", "invalid_provider_key", "The key has 1-8192 visible ASCII characters.");
    }
    if (KeyFormat.wellFormed(text)) {
      throw ApiException.invalid(
          "apiKey", "loop_refused", "This is an API key of this server, not of a provider.");
    }
  }

  private static void checkTimeout(Duration timeout) {
    if (timeout.isZero() || timeout.isNegative() || timeout.compareTo(TIMEOUT_MAX) > 0) {
      throw ApiException.invalid(
          "timeouts", "invalid_timeout", "A timeout is more than 0 and at most 1 hour.");
    }
  }

  private void checkFallback(ProjectScope scope, String id, Wish wish) {
    String fallback = wish.fallbackSlug();
    if (fallback == null) {
      return;
    }
    boolean fits =
        store.list(scope).stream()
            .map(row -> row.provider().ref())
            .anyMatch(
                ref ->
                    ref.slug().equals(fallback)
                        && ref.type() == wish.type()
                        && !ref.id().equals(id));
    if (!fits) {
      throw ApiException.invalid(
          "fallback", "invalid_fallback", "The fallback is another provider of the same type.");
    }
  }

  private static Map<String, String> summary(Wish wish) {
    return Map.of(
        "slug", wish.slug(),
        "baseUrl", wish.baseUrl(),
        "keyChanged", Boolean.toString(wish.apiKey() != null));
  }

  private static ApiException slugTaken() {
    return new ApiException(409, "slug_taken", "This project has a provider with this slug.");
  }
}
