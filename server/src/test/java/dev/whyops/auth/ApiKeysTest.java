package dev.whyops.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whyops.http.ApiException;
import dev.whyops.id.Ids;
import dev.whyops.id.ManualTime;
import dev.whyops.json.Json;
import dev.whyops.kit.Fixtures;
import dev.whyops.project.Environment;
import dev.whyops.project.ProjectId;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ApiKeysTest {
  private final ManualTime time = new ManualTime();
  private final Random random = new Random(11);
  private final MemoryApiKeyStore store = new MemoryApiKeyStore();
  private final CachedApiKeys keys = new CachedApiKeys(store, time, time);
  private final ApiKeyDesk desk =
      new ApiKeyDesk(
          store, keys, (_, id) -> id.equals("prv_mine"), new Ids(time, random), time, random);

  @Test
  @DisplayName("PX-54 right shape, wrong checksum: no query")
  void aWrongChecksumCostsNoQuery() {
    String key = create().secret().reveal();
    String wrong = key.substring(0, 47) + (key.endsWith("a") ? 'b' : 'a');
    assertThat(keys.check(wrong)).isEqualTo(new KeyCheck.Rejected("malformed"));
    assertThat(keys.cached(wrong)).isPresent();
    assertThat(store.queryCount).isZero();
  }

  @Test
  @DisplayName("IN-18 naughtyKeysCauseNoQuery: odd texts as keys never reach the store")
  void naughtyKeysCauseNoQuery() throws IOException {
    List<String> naughty =
        new ArrayList<>(
            List.of(
                "",
                "' OR 1=1--",
                "${jndi:ldap://x}",
                "whyops_live_",
                "\u0000",
                "x".repeat(99_999)));
    Json.mapper()
        .readTree(Files.readAllBytes(Fixtures.file("naughty-strings.json")))
        .forEach(text -> naughty.add(text.stringValue()));
    for (String text : naughty) {
      for (String key :
          List.of(text, "whyops_live_" + text, "whyops_live_" + "a".repeat(36) + text)) {
        assertThat(keys.check(key)).isEqualTo(new KeyCheck.Rejected("malformed"));
      }
    }
    assertThat(store.queryCount).isZero();
  }

  @Test
  void anUnknownKeyIsAskedOnceInTwoSeconds() {
    String unknown = KeyFormat.generate(Environment.PRODUCTION, random).reveal();
    for (int i = 0; i < 1_000; i++) {
      assertThat(keys.check(unknown)).isEqualTo(new KeyCheck.Rejected("unknown"));
    }
    assertThat(store.queryCount).isEqualTo(1);
    time.pass(Duration.ofSeconds(2));
    keys.check(unknown);
    assertThat(store.queryCount).isEqualTo(2);
  }

  @Test
  void aKnownKeyIsAskedOnceInFiveSeconds() {
    String key = create().secret().reveal();
    assertThat(keys.cached(key)).isEmpty();
    assertThat(keys.check(key)).isInstanceOf(KeyCheck.Accepted.class);
    time.pass(Duration.ofMillis(4_999));
    assertThat(keys.cached(key)).hasValueSatisfying(ApiKeysTest::accepted);
    assertThat(store.queryCount).isEqualTo(1);
    time.pass(Duration.ofMillis(1));
    assertThat(keys.cached(key)).isEmpty();
  }

  @Test
  @DisplayName("F-09 known keys go on for ten minutes without the store, unknown ones get 503")
  void knownKeysOutliveTheStore() {
    String key = create().secret().reveal();
    keys.check(key);
    store.away = true;
    time.pass(Duration.ofMinutes(9));
    accepted(keys.check(key));
    String unknown = KeyFormat.generate(Environment.PRODUCTION, random).reveal();
    assertThat(keys.check(unknown)).isInstanceOf(KeyCheck.Unavailable.class);
    time.pass(Duration.ofMinutes(1));
    assertThat(keys.check(key)).isInstanceOf(KeyCheck.Unavailable.class);
  }

  @Test
  @DisplayName("PX-55 a revoked key is refused at once")
  void revocationIsImmediate() {
    ApiKeyDesk.Created created = create();
    accepted(keys.check(created.secret().reveal()));
    desk.revoke(owner(), created.key().id());
    assertThat(keys.check(created.secret().reveal())).isInstanceOf(KeyCheck.Rejected.class);
  }

  @Test
  @DisplayName("PX-55 an expired key is refused although it is cached")
  void expiryIsImmediate() {
    Instant expiresAt = time.instant().plusSeconds(2);
    String key = desk.create(owner(), wish(Set.of(Scope.PROXY), expiresAt)).secret().reveal();
    accepted(keys.check(key));
    time.pass(Duration.ofSeconds(2));
    assertThat(keys.check(key)).isEqualTo(new KeyCheck.Rejected("expired"));
    assertThat(store.queryCount).isEqualTo(1);
  }

  @Test
  @DisplayName("AU-20 expiry in the past and in 1000 years")
  void expiryHasBounds() {
    refused(400, "invalid_expiry", () -> create(owner(), time.instant()));
    refused(
        400,
        "invalid_expiry",
        () -> create(owner(), time.instant().plus(Duration.ofDays(365_000))));
    refused(400, "invalid_expiry", () -> create(owner(), Instant.MAX));
  }

  @Test
  @DisplayName("AU-20 scopes above one's own role")
  void scopesAreBoundToTheRole() {
    ApiKeyDesk.Wish all = wish(EnumSet.allOf(Scope.class), null);
    refused(403, "scope_not_held", () -> desk.create(member(Role.MEMBER), all));
    refused(403, "forbidden", () -> desk.create(member(Role.VIEWER), all));
    assertThat(desk.create(member(Role.ADMIN), all).key().scopes()).hasSize(4);
    assertThat(ApiKeyDesk.offeredScopes(Role.MEMBER)).doesNotContain(Scope.PASSTHROUGH);
  }

  @Test
  @DisplayName("AU-20 the 10 001st key")
  void keysAreCounted() {
    store.activeCount = 9_999;
    create();
    store.activeCount = 10_000;
    refused(409, "too_many_api_keys", this::create);
  }

  @Test
  void boundProvidersBelongToTheProject() {
    refused(400, "unknown_provider", () -> desk.create(owner(), bound("prv_other")));
    assertThat(desk.create(owner(), bound("prv_mine")).key().boundProviderId())
        .isEqualTo("prv_mine");
  }

  @Test
  void membersSeeAndRevokeOnlyTheirOwnKeys() {
    ApiKeyDesk.Created created = create();
    assertThat(desk.find(member(Role.MEMBER), created.key().id())).isEmpty();
    refused(404, "not_found", () -> desk.revoke(member(Role.MEMBER), created.key().id()));
    desk.revoke(member(Role.ADMIN), created.key().id());
  }

  @Test
  @DisplayName("PX-55 a key that another node ended is refused after its notice")
  void endsOnOtherNodesAreFollowed() {
    ApiKeyDesk.Created created = create();
    String key = created.secret().reveal();
    accepted(keys.check(key));
    store.byHash.clear();
    keys.followOtherNodes();
    accepted(keys.check(key)); // nothing was counted yet
    store.changeVersion++;
    keys.followOtherNodes();
    assertThat(keys.check(key)).isInstanceOf(KeyCheck.Rejected.class);
  }

  @Test
  void lastUsesAreWrittenInBatches() {
    ApiKeyDesk.Created created = create();
    keys.check(created.secret().reveal());
    assertThat(store.touched).isEmpty();
    keys.flushLastUses();
    assertThat(store.touched).containsEntry(created.key().id(), time.instant());
  }

  private static void accepted(KeyCheck check) {
    assertThat(check).isInstanceOf(KeyCheck.Accepted.class);
  }

  private static void refused(int status, String code, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            ApiException.class,
            e -> {
              assertThat(e.status()).isEqualTo(status);
              assertThat(e.code()).isEqualTo(code);
            });
  }

  private ApiKeyDesk.Created create() {
    return create(owner(), null);
  }

  private ApiKeyDesk.Created create(Membership by, @Nullable Instant expiresAt) {
    return desk.create(by, wish(Set.of(Scope.PROXY), expiresAt));
  }

  private static ApiKeyDesk.Wish wish(Set<Scope> scopes, @Nullable Instant expiresAt) {
    return new ApiKeyDesk.Wish(
        "app", Environment.PRODUCTION, scopes, null, null, expiresAt, KeyLimits.NONE);
  }

  private static ApiKeyDesk.Wish bound(String providerId) {
    return new ApiKeyDesk.Wish(
        "app", Environment.PRODUCTION, Set.of(Scope.PROXY), null, providerId, null, KeyLimits.NONE);
  }

  private Membership owner() {
    return member(Role.OWNER);
  }

  private Membership member(Role role) {
    Person person = new Person("usr_" + role, role + "@example.com", "A", time.instant());
    return new Membership(new ProjectId("prj_A"), "shop", person, role);
  }
}
