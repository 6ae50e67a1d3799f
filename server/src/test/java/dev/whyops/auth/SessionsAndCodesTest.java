package dev.whyops.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whyops.http.ApiException;
import dev.whyops.id.Ids;
import dev.whyops.id.ManualTime;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** How long tokens and codes live, to the instant, over stores in memory. */
class SessionsAndCodesTest {
  private final ManualTime time = new ManualTime();
  private final Ids ids = new Ids(time, new Random(3));
  private final Person owner = new Person("usr_1", "owner@example.com", "Owner", time.instant());
  private final MemorySessions stored = new MemorySessions();
  private final Sessions sessions = new Sessions(stored, ids, time, new SecureRandom());
  private final MemoryCodes storedCodes = new MemoryCodes();
  private final SetupCodes codes = new SetupCodes(storedCodes, ids, time, new SecureRandom());

  private final class MemorySessions implements SessionStore {
    final Map<String, Row> byId = new HashMap<>();
    final List<Map<String, Instant>> touched = new ArrayList<>();
    final List<Instant> swept = new ArrayList<>();

    @Override
    public Optional<Found> byHash(String tokenSha256) {
      return byId.values().stream()
          .filter(row -> row.tokenSha256().equals(tokenSha256))
          .findFirst()
          .map(row -> new Found(row, owner));
    }

    @Override
    public void insert(Row row) {
      byId.put(row.id(), row);
    }

    @Override
    public void touch(Map<String, Instant> lastSeen) {
      touched.add(lastSeen);
    }

    @Override
    public void delete(String id) {
      byId.remove(id);
    }

    @Override
    public void deleteAllOf(String userId) {
      byId.values().removeIf(row -> row.userId().equals(userId));
    }

    @Override
    public void deleteEnded(Instant now, Instant idleSince) {
      swept.addAll(List.of(now, idleSince));
    }
  }

  private static final class MemoryCodes implements SetupCodeStore {
    final Map<Boolean, Row> newest = new HashMap<>();

    @Override
    public Optional<Row> newest(boolean reset) {
      return Optional.ofNullable(newest.get(reset));
    }

    @Override
    public void replace(Row row, Instant createdAt) {
      newest.put(row.userId() != null, row);
    }

    @Override
    public void countWrongTry(String id) {
      newest.replaceAll(
          (_, row) -> row.id().equals(id) ? with(row, row.wrongTries() + 1, row.usedAt()) : row);
    }

    @Override
    public boolean use(String id, Instant at) {
      Row row = newest.values().stream().filter(r -> r.id().equals(id)).findFirst().orElseThrow();
      newest.replaceAll((_, r) -> r.equals(row) ? with(r, r.wrongTries(), at) : r);
      return row.usedAt() == null;
    }

    private static Row with(Row row, int wrongTries, @Nullable Instant usedAt) {
      return new Row(row.id(), row.sha256(), row.userId(), wrongTries, row.expiresAt(), usedAt);
    }
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
  @DisplayName("AU-10 a token has 256 random bits and is stored as its hash")
  void tokensAreRandomAndHashed() {
    Sessions.Ticket one = sessions.start(owner);
    String token = one.token().reveal();
    assertThat(token).hasSize(43).isNotEqualTo(sessions.start(owner).token().reveal());
    SessionStore.Row row = Objects.requireNonNull(stored.byId.get(one.signedIn().sessionId()));
    assertThat(row.tokenSha256()).hasSize(64).isEqualTo(Sessions.hash(token));
    assertThat(row.toString()).doesNotContain(token);
    assertThat(sessions.find(token)).contains(one.signedIn());
    assertThat(sessions.find(token + "A")).isEmpty();
    assertThat(sessions.find("A".repeat(43))).isEmpty();
  }

  @Test
  @DisplayName("AU-12 twelve idle hours are allowed, a moment more is not")
  void idleSessionsEnd() {
    String token = sessions.start(owner).token().reveal();
    time.pass(Sessions.IDLE_MAX);
    assertThat(sessions.find(token)).isPresent();
    time.pass(Sessions.IDLE_MAX);
    assertThat(sessions.find(token)).as("seen in between").isPresent();
    time.pass(Sessions.IDLE_MAX.plusNanos(1));
    assertThat(sessions.find(token)).isEmpty();
  }

  @Test
  @DisplayName("AU-12 after seven days a session ends, however busy it was")
  void oldSessionsEnd() {
    Sessions.Ticket ticket = sessions.start(owner);
    assertThat(ticket.signedIn().expiresAt()).isEqualTo(time.instant().plus(Duration.ofDays(7)));
    for (int i = 0; i < 13; i++) {
      time.pass(Duration.ofHours(12));
      assertThat(sessions.find(ticket.token().reveal())).isPresent();
    }
    time.pass(Duration.ofHours(12).minusNanos(1));
    assertThat(sessions.find(ticket.token().reveal())).isPresent();
    time.pass(Duration.ofNanos(1));
    assertThat(sessions.find(ticket.token().reveal())).isEmpty();
  }

  @Test
  void endsOneSessionOrAllOfAPerson() {
    Sessions.Ticket one = sessions.start(owner);
    Sessions.Ticket two = sessions.start(owner);
    Sessions.Ticket renewed = sessions.renew(one.signedIn());
    assertThat(sessions.find(one.token().reveal())).isEmpty();
    assertThat(sessions.find(renewed.token().reveal())).contains(renewed.signedIn());
    sessions.end(two.signedIn());
    assertThat(sessions.find(two.token().reveal())).isEmpty();
    sessions.endAllOf("usr_2");
    assertThat(sessions.find(renewed.token().reveal())).isPresent();
    sessions.endAllOf(owner.id());
    assertThat(stored.byId).isEmpty();
  }

  @Test
  @DisplayName("AU-25 what was seen is written once, and what ended is removed")
  void sweepsWriteWhatWasSeen() {
    Sessions.Ticket ticket = sessions.start(owner);
    sessions.sweep();
    assertThat(stored.touched).isEmpty();
    sessions.find(ticket.token().reveal());
    sessions.sweep();
    sessions.sweep();
    assertThat(stored.touched)
        .containsExactly(Map.of(ticket.signedIn().sessionId(), time.instant()));
    assertThat(stored.swept)
        .hasSize(6)
        .startsWith(time.instant(), time.instant().minus(Sessions.IDLE_MAX));
  }

  @Test
  @DisplayName("AU-23 a code works once, of two at the same time for one")
  void codesWorkOnce() {
    String code = codes.issue(null).reveal();
    assertThat(code).hasSize(22).isNotEqualTo(codes.issue("usr_1").reveal());
    assertThat(storedCodes.newest.toString()).doesNotContain(code);
    SetupCodeStore.Row row = codes.check(code, false);
    assertThat(codes.check(code, false)).isEqualTo(row);
    refused(400, "invalid_code", () -> codes.check(code, true));
    codes.use(row);
    refused(410, "code_used", () -> codes.use(row));
    refused(410, "code_used", () -> codes.check(code, false));
  }

  @Test
  @DisplayName("AU-23 ten wrong tries make a code void")
  void wrongTriesAreCounted() {
    refused(400, "invalid_code", () -> codes.check("none", false));
    String code = codes.issue(null).reveal();
    for (int i = 0; i < 9; i++) {
      refused(400, "invalid_code", () -> codes.check(code + "x", false));
    }
    codes.check(code, false);
    refused(400, "invalid_code", () -> codes.check("", false));
    refused(429, "too_many_attempts", () -> codes.check(code, false));
  }

  @Test
  void aCodeEndsAfterADay() {
    String code = codes.issue(null).reveal();
    time.pass(Duration.ofDays(1).minusNanos(1));
    codes.check(code, false);
    time.pass(Duration.ofNanos(1));
    refused(400, "invalid_code", () -> codes.check(code, false));
  }
}
