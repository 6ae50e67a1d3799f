package dev.whyops.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whyops.audit.AuditNote;
import dev.whyops.http.ApiException;
import dev.whyops.id.Ids;
import dev.whyops.id.ManualTime;
import dev.whyops.project.Environment;
import dev.whyops.project.ProjectId;
import dev.whyops.project.ProjectScope;
import dev.whyops.vault.Secret;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may make, see and end which keys, and what is written down of it. */
class ApiKeyDeskTest {
  private static final ProjectScope SCOPE = new ProjectScope(new ProjectId("prj_A"));

  private final ManualTime time = new ManualTime();
  private final Random random = new Random(12);
  private final MemoryApiKeyStore store = new MemoryApiKeyStore();
  private final CachedApiKeys keys = new CachedApiKeys(store, time, time);
  private final ApiKeyDesk desk =
      new ApiKeyDesk(store, keys, (_, _) -> true, new Ids(time, random), time, random);

  private Membership member(Role role) {
    Person person = new Person("usr_" + role, role + "@example.com", "A", time.instant());
    return new Membership(SCOPE.project(), "shop", person, role);
  }

  private static ApiKeyDesk.Wish wish(String name, @Nullable String agent, KeyLimits limits) {
    return new ApiKeyDesk.Wish(
        name, Environment.STAGING, EnumSet.of(Scope.READ, Scope.PROXY), agent, null, null, limits);
  }

  private ApiKeyDesk.Created create(Role role, String name) {
    return desk.create(member(role), wish(name, "planner", KeyLimits.NONE));
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

  @Test
  void keepsWhatWasWishedForAndWritesItDown() {
    KeyLimits limits = new KeyLimits(1, 2L, 3, 4L);
    ApiKeyDesk.Created created = desk.create(member(Role.MEMBER), wish(" app ", "planner", limits));
    String secret = created.secret().reveal();
    ApiKey key = created.key();
    assertThat(key.name()).isEqualTo("app");
    assertThat(secret).startsWith(key.prefix()).startsWith("whyops_test_").endsWith(key.last4());
    assertThat(key.prefix()).hasSize(16);
    assertThat(key.limits()).isEqualTo(limits);
    assertThat(key.createdBy()).isEqualTo("usr_MEMBER");
    assertThat(store.byHash).containsOnlyKeys(KeyFormat.hash(secret));
    assertThat(store.notes)
        .containsExactly(
            new AuditNote(
                "usr_MEMBER",
                "MEMBER@example.com",
                "api_key.created",
                key.id(),
                Map.of("name", "app", "scopes", "[proxy, read]")));
    KeyCheck.Accepted accepted = (KeyCheck.Accepted) keys.check(secret);
    assertThat(accepted.caller().scope()).isEqualTo(SCOPE);
    assertThat(accepted.caller().may(Scope.PROXY)).isTrue();
    assertThat(accepted.caller().may(Scope.INGEST)).isFalse();
    assertThat(accepted.caller().defaultAgent()).isEqualTo("planner");
  }

  @Test
  @DisplayName("a key is good at once, though somebody tried it a moment before it was made")
  void aNewKeyIsGoodAtOnce() {
    String secret = create(Role.OWNER, "one").secret().reveal();
    store.byHash.clear();
    assertThat(keys.check(secret)).isEqualTo(new KeyCheck.Rejected("unknown"));
    ApiKeyDesk again =
        new ApiKeyDesk(
            store, keys, (_, _) -> true, new Ids(time, new Random(1)), time, new Fixed(secret));
    assertThat(again.create(member(Role.OWNER), wish("two", null, KeyLimits.NONE)).secret())
        .isEqualTo(new Secret(secret));
    assertThat(keys.check(secret)).isInstanceOf(KeyCheck.Accepted.class);
  }

  /** Makes the same key again. */
  private static final class Fixed extends Random {
    private static final long serialVersionUID = 1;
    private static final String BASE62 =
        "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private final String key;
    private int at = "whyops_test_".length();

    Fixed(String key) {
      this.key = key;
    }

    @Override
    public int nextInt(int bound) {
      return BASE62.indexOf(key.charAt(at++));
    }
  }

  @Test
  @DisplayName("AU-20 names and limits have bounds")
  void refusesWhatNoKeyHas() {
    Membership owner = member(Role.OWNER);
    refused(400, "validation_failed", () -> desk.create(owner, wish("", null, KeyLimits.NONE)));
    refused(
        400,
        "validation_failed",
        () -> desk.create(owner, wish("x".repeat(101), null, KeyLimits.NONE)));
    refused(
        400, "validation_failed", () -> desk.create(owner, wish("app", "a\nb", KeyLimits.NONE)));
    for (long wrong : new long[] {0, -1, Long.MIN_VALUE}) {
      int small = (int) Math.max(wrong, -1);
      refusedLimit(new KeyLimits(small, null, null, null));
      refusedLimit(new KeyLimits(null, wrong, null, null));
      refusedLimit(new KeyLimits(null, null, small, null));
      refusedLimit(new KeyLimits(null, null, null, wrong));
    }
    refused(
        400,
        "invalid_scopes",
        () ->
            desk.create(
                owner,
                new ApiKeyDesk.Wish(
                    "app", Environment.STAGING, Set.of(), null, null, null, KeyLimits.NONE)));
    assertThat(store.byHash).isEmpty();
    desk.create(owner, wish("x".repeat(100), null, new KeyLimits(1, 1L, 1, 1L)));
  }

  private void refusedLimit(KeyLimits limits) {
    refused(400, "invalid_limit", () -> desk.create(member(Role.OWNER), wish("app", null, limits)));
  }

  @Test
  @DisplayName("AU-20 a key lasts ten years at most, and longer than now")
  void expiryHasExactBounds() {
    Instant now = time.instant();
    Instant latest = now.plus(Duration.ofDays(3_660));
    assertThat(expiring(latest).key().expiresAt()).isEqualTo(latest);
    assertThat(expiring(now.plusNanos(1)).key().expiresAt()).isEqualTo(now.plusNanos(1));
    refused(400, "invalid_expiry", () -> expiring(latest.plusNanos(1)));
    refused(400, "invalid_expiry", () -> expiring(now));
  }

  private ApiKeyDesk.Created expiring(Instant at) {
    return desk.create(
        member(Role.OWNER),
        new ApiKeyDesk.Wish(
            "app", Environment.STAGING, Set.of(Scope.READ), null, null, at, KeyLimits.NONE));
  }

  @Test
  @DisplayName("AU-16 members see and end their own keys, admins all of them")
  void showsAndEndsByRole() {
    ApiKey mine = create(Role.MEMBER, "mine").key();
    ApiKey others = create(Role.OWNER, "others").key();
    assertThat(desk.list(member(Role.MEMBER), null, 10)).containsExactly(mine);
    assertThat(desk.list(member(Role.ADMIN), null, 10)).containsExactlyInAnyOrder(mine, others);
    assertThat(desk.list(member(Role.ADMIN), null, 1)).hasSize(1);
    assertThat(desk.list(member(Role.VIEWER), null, 10)).isEmpty();
    assertThat(desk.find(member(Role.MEMBER), mine.id())).contains(mine);
    assertThat(desk.find(member(Role.ADMIN), mine.id())).contains(mine);
    assertThat(desk.find(member(Role.MEMBER), others.id())).isEmpty();
    refused(403, "forbidden", () -> desk.revoke(member(Role.VIEWER), mine.id()));
    desk.revoke(member(Role.MEMBER), mine.id());
    assertThat(store.byHash.values()).containsExactly(others);
    assertThat(store.notes.getLast())
        .isEqualTo(
            new AuditNote(
                "usr_MEMBER",
                "MEMBER@example.com",
                "api_key.revoked",
                mine.id(),
                Map.of("name", "mine")));
  }

  @Test
  @DisplayName("AU-12 the keys of somebody who left are refused at once")
  void endsAllKeysOfAPerson() {
    String mine = create(Role.MEMBER, "mine").secret().reveal();
    String others = create(Role.OWNER, "others").secret().reveal();
    assertThat(keys.check(mine)).isInstanceOf(KeyCheck.Accepted.class);
    desk.revokeAllOf(member(Role.OWNER), "usr_MEMBER");
    assertThat(keys.check(mine)).isEqualTo(new KeyCheck.Rejected("unknown"));
    assertThat(keys.check(others)).isInstanceOf(KeyCheck.Accepted.class);
    assertThat(store.notes.getLast().action()).isEqualTo("api_keys.revoked_with_member");
  }

  @Test
  void aRevokedRowIsRefusedThoughTheStoreStillHasIt() {
    ApiKeyDesk.Created created = create(Role.OWNER, "app");
    String hash = KeyFormat.hash(created.secret().reveal());
    ApiKey key = created.key();
    store.byHash.put(
        hash,
        new ApiKey(
            key.id(),
            key.project(),
            key.environment(),
            key.name(),
            key.prefix(),
            key.last4(),
            key.scopes(),
            null,
            null,
            key.limits(),
            key.createdBy(),
            key.createdAt(),
            null,
            time.instant(),
            null,
            null));
    assertThat(keys.check(created.secret().reveal())).isEqualTo(new KeyCheck.Rejected("revoked"));
  }

  @Test
  void offersTheScopesThatARoleHolds() {
    assertThat(ApiKeyDesk.offeredScopes(Role.VIEWER)).isEmpty();
    assertThat(ApiKeyDesk.offeredScopes(Role.MEMBER))
        .containsExactlyInAnyOrder(Scope.PROXY, Scope.INGEST, Scope.READ);
    assertThat(ApiKeyDesk.offeredScopes(Role.ADMIN)).containsExactlyInAnyOrder(Scope.values());
  }

  @Test
  void advisesANewKeyForOneThatWasSeenInAUrl() {
    ApiKeyDesk.Created created = create(Role.OWNER, "app");
    desk.adviseRotation(((KeyCheck.Accepted) keys.check(created.secret().reveal())).caller());
    assertThat(store.advised).containsExactly(Map.entry(created.key().id(), time.instant()));
  }

  @Test
  void importsTheKeyOfTheFirstStartOnce() {
    Secret secret = KeyFormat.generate(Environment.PRODUCTION, random);
    desk.importKey(SCOPE, secret);
    desk.importKey(SCOPE, secret);
    assertThat(store.notes).hasSize(1);
    ApiKey key = Objects.requireNonNull(store.byHash.get(KeyFormat.hash(secret.reveal())));
    assertThat(key.scopes()).containsExactlyInAnyOrder(Scope.values());
    assertThat(key.createdBy()).isEqualTo("system");
    assertThat(store.notes.getFirst().target()).isEqualTo(key.id());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "secret", "whyops_live_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"})
  void importsNothingThatIsNoKey(String text) {
    refused(400, "invalid_api_key_format", () -> desk.importKey(SCOPE, new Secret(text)));
    assertThat(store.byHash).isEmpty();
  }

  @Test
  void knowsWhetherAnyKeyHasABudget() {
    assertThat(desk.anyBudget()).isFalse();
    desk.create(member(Role.OWNER), wish("app", null, new KeyLimits(null, null, null, 5L)));
    assertThat(desk.anyBudget()).isTrue();
  }

  @Test
  void lastUsesThatWereWrittenAreNotWrittenAgain() {
    ApiKeyDesk.Created created = create(Role.OWNER, "app");
    keys.check(created.secret().reveal());
    keys.flushLastUses();
    store.touched.clear();
    keys.flushLastUses();
    assertThat(store.touched).isEmpty();
  }

  @Test
  @DisplayName("a change that may touch any key makes keys that were unknown good again")
  void forgetsWhatItRefused() {
    ApiKeyDesk.Created created = create(Role.OWNER, "app");
    String secret = created.secret().reveal();
    ApiKey row = Objects.requireNonNull(store.byHash.remove(KeyFormat.hash(secret)));
    assertThat(keys.check(secret)).isEqualTo(new KeyCheck.Rejected("unknown"));
    store.byHash.put(KeyFormat.hash(secret), row);
    assertThat(keys.check(secret)).isEqualTo(new KeyCheck.Rejected("unknown"));
    keys.evictAll();
    assertThat(keys.check(secret)).isInstanceOf(KeyCheck.Accepted.class);
    store.byHash.clear();
    keys.evictAll();
    assertThat(keys.check(secret)).isEqualTo(new KeyCheck.Rejected("unknown"));
  }
}
