package dev.whyops.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whyops.auth.ApiKey;
import dev.whyops.auth.ApiKeyDesk;
import dev.whyops.auth.KeyCheck;
import dev.whyops.auth.KeyLimits;
import dev.whyops.auth.Membership;
import dev.whyops.auth.Scope;
import dev.whyops.project.Environment;
import dev.whyops.provider.ProviderType;
import dev.whyops.route.Provider;
import dev.whyops.route.ProviderDesk;
import dev.whyops.route.ProviderRef;
import dev.whyops.vault.Secret;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** API keys and providers, on every engine. */
abstract class KeysAndProvidersContract extends ControlPlaneContract {
  private static final Secret KEY = new Secret("sk-canary-0123456789");

  @Test
  @DisplayName("AU-21 lists show prefix, last four and dates; PX-55 revocation is immediate")
  void keysLiveAndDie() {
    Membership owner = owner();
    KeyLimits limits = new KeyLimits(60, 100_000L, 5, 2_000_000_000L);
    ApiKeyDesk.Created created =
        plane
            .apiKeyDesk()
            .create(
                owner,
                new ApiKeyDesk.Wish(
                    "app",
                    Environment.STAGING,
                    Set.of(Scope.PROXY, Scope.READ),
                    "agent",
                    null,
                    plane.clock().instant().plusSeconds(3_600),
                    limits));
    String secret = created.secret().reveal();
    KeyCheck.Accepted accepted = (KeyCheck.Accepted) plane.apiKeys().check(secret);
    assertThat(accepted.caller().limits()).isEqualTo(limits);
    assertThat(accepted.caller().environment()).isEqualTo(Environment.STAGING);
    assertThat(accepted.caller().projectName()).isEqualTo("default");

    ApiKey listed = plane.apiKeyDesk().list(owner, null, 10).getFirst();
    assertThat(listed).isEqualTo(created.key());
    assertThat(secret).startsWith(listed.prefix()).endsWith(listed.last4());
    assertThat(listed.toString()).doesNotContain(secret);

    plane.apiKeyDesk().revoke(owner, listed.id());
    assertThat(plane.apiKeys().check(secret)).isEqualTo(new KeyCheck.Rejected("revoked"));
    assertThat(plane.apiKeyDesk().find(owner, listed.id()).orElseThrow().revokedAt()).isNotNull();
  }

  @Test
  void keysArePagedNewestFirst() {
    Membership owner = owner();
    for (int i = 0; i < 5; i++) {
      time.pass(Duration.ofMillis(1));
      plane.apiKeyDesk().create(owner, keyWish("k" + i));
    }
    List<ApiKey> first = plane.apiKeyDesk().list(owner, null, 3);
    List<ApiKey> second = plane.apiKeyDesk().list(owner, first.getLast().id(), 3);
    assertThat(first).extracting(ApiKey::name).containsExactly("k4", "k3", "k2");
    assertThat(second).extracting(ApiKey::name).containsExactly("k1", "k0");
  }

  @Test
  void lastUsesSurviveARestart() throws Exception {
    Membership owner = owner();
    ApiKeyDesk.Created created = plane.apiKeyDesk().create(owner, keyWish("app"));
    plane.apiKeys().check(created.secret().reveal());
    reopen();
    assertThat(plane.apiKeyDesk().find(owner, created.key().id()).orElseThrow().lastUsedAt())
        .isEqualTo(time.instant());
  }

  @Test
  void anotherProjectsIdsAreUnknown() {
    Membership here = owner();
    Membership there = ownerElsewhere("other");
    ApiKey key = plane.apiKeyDesk().create(there, keyWish("app")).key();
    Provider provider =
        plane.providerDesk().create(there, wish("openai", "https://a.example", KEY));
    assertThat(plane.apiKeyDesk().find(here, key.id())).isEmpty();
    refused(404, "not_found", () -> plane.apiKeyDesk().revoke(here, key.id()));
    refused(404, "not_found", () -> plane.providerDesk().find(here, provider.ref().id()));
    refused(404, "not_found", () -> plane.providerDesk().delete(here, provider.ref().id()));
    refused(
        404,
        "not_found",
        () ->
            plane
                .providerDesk()
                .update(here, provider.ref().id(), wish("x", "https://a.example", KEY)));
    assertThat(plane.apiKeyDesk().list(here, null, 10)).isEmpty();
    assertThat(plane.providers().load(here.scope()).all()).isEmpty();
  }

  @Test
  @DisplayName("sendsProviderKeyVerbatim: a provider's key comes back as it was entered")
  void providersOpenTheirKeys() {
    Membership owner = owner();
    Secret odd = new Secret("c2stYmFzZTY0LWtleS1vZi1hLXByb3ZpZGVy==");
    Provider provider =
        plane.providerDesk().create(owner, wish("openai", "https://a.example", odd));
    assertThat(provider.keyLast4()).isEqualTo(odd.last4());
    ProviderRef ref = plane.providers().load(owner.scope()).bySlug("openai").orElseThrow();
    assertThat(ref).isEqualTo(provider.ref());
    assertThat(plane.providers().cachedCredential(owner.scope(), ref)).isEmpty();
    assertThat(plane.providers().credential(owner.scope(), ref)).isEqualTo(odd.reveal());
    assertThat(plane.providers().cachedCredential(owner.scope(), ref)).contains(odd.reveal());
    time.pass(Duration.ofMinutes(5));
    assertThat(plane.providers().cachedCredential(owner.scope(), ref)).isEmpty();
  }

  @Test
  @DisplayName("PX-51 newOriginNeedsKey")
  void anotherOriginAsksForTheKeyAgain() {
    Membership owner = owner();
    String id =
        plane.providerDesk().create(owner, wish("p", "https://a.example/v1", KEY)).ref().id();
    refused(
        400,
        "key_required_for_new_origin",
        () -> plane.providerDesk().update(owner, id, wish("p", "https://b.example/v1", null)));
    refused(
        400,
        "key_required_for_new_origin",
        () -> plane.providerDesk().update(owner, id, wish("p", "https://a.example:8443", null)));
    plane.providerDesk().update(owner, id, wish("p2", "https://a.example:443/v2", null));
    ProviderRef moved = plane.providers().load(owner.scope()).byId(id).orElseThrow();
    assertThat(moved.slug()).isEqualTo("p2");
    assertThat(plane.providers().credential(owner.scope(), moved)).isEqualTo(KEY.reveal());

    Secret next = new Secret("sk-next-0123456789");
    plane.providerDesk().update(owner, id, wish("p2", "https://b.example", next));
    ProviderRef other = plane.providers().load(owner.scope()).byId(id).orElseThrow();
    assertThat(plane.providers().credential(owner.scope(), other)).isEqualTo(next.reveal());
    assertThat(plane.providerDesk().find(owner, id).keyLast4()).isEqualTo("6789");
  }

  @Test
  @DisplayName("PX-48 a key of this installation is no provider's key")
  void ownKeysAreRefused() {
    Membership owner = owner();
    Secret own = plane.apiKeyDesk().create(owner, keyWish("app")).secret();
    refused(
        400,
        "loop_refused",
        () -> plane.providerDesk().create(owner, wish("p", "https://a.example", own)));
  }

  @Test
  void thereIsOneDefaultPerTypeAndOneProviderPerSlug() {
    Membership owner = owner();
    String first =
        plane.providerDesk().create(owner, wish("a", "https://a.example", KEY)).ref().id();
    String second =
        plane.providerDesk().create(owner, wish("b", "https://b.example", KEY)).ref().id();
    assertThat(plane.providers().load(owner.scope()).byId(first).orElseThrow().isDefault())
        .isFalse();
    assertThat(plane.providers().load(owner.scope()).byId(second).orElseThrow().isDefault())
        .isTrue();
    refused(
        409,
        "slug_taken",
        () -> plane.providerDesk().create(owner, wish("a", "https://c.example", KEY)));
    refused(
        409,
        "slug_taken",
        () -> plane.providerDesk().update(owner, second, wish("a", "https://b.example", null)));
    assertThat(plane.providerDesk().list(owner)).hasSize(2);
  }

  @Test
  void aProviderWithABoundKeyStays() {
    Membership owner = owner();
    String id = plane.providerDesk().create(owner, wish("a", "https://a.example", KEY)).ref().id();
    ApiKeyDesk.Created bound =
        plane
            .apiKeyDesk()
            .create(
                owner,
                new ApiKeyDesk.Wish(
                    "app",
                    Environment.PRODUCTION,
                    Set.of(Scope.PROXY),
                    null,
                    id,
                    null,
                    KeyLimits.NONE));
    refused(409, "provider_in_use", () -> plane.providerDesk().delete(owner, id));
    plane.apiKeyDesk().revoke(owner, bound.key().id());
    plane.providerDesk().delete(owner, id);
    assertThat(plane.providerDesk().list(owner)).isEmpty();
    assertThat(plane.providers().load(owner.scope()).all()).isEmpty();
  }

  @Test
  void changesAreSeenAtOnceByTheRelay() {
    Membership owner = owner();
    assertThat(plane.providers().load(owner.scope()).all()).isEmpty();
    plane.providerDesk().create(owner, wish("a", "https://a.example", KEY));
    assertThat(plane.providers().cached(owner.scope())).isEmpty();
    assertThat(plane.providers().load(owner.scope()).all()).hasSize(1);
    time.pass(Duration.ofMillis(999));
    assertThat(plane.providers().cached(owner.scope())).isPresent();
    time.pass(Duration.ofMillis(1));
    assertThat(plane.providers().cached(owner.scope())).isEmpty();
  }

  static ProviderDesk.Wish wish(String slug, String baseUrl, @Nullable Secret key) {
    return new ProviderDesk.Wish(
        "Provider " + slug,
        slug,
        ProviderType.OPENAI,
        baseUrl,
        key,
        true,
        true,
        null,
        ProviderRef.Timeouts.DEFAULT,
        1,
        null,
        true);
  }
}
