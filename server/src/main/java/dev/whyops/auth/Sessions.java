package dev.whyops.auth;

import dev.whyops.id.Ids;
import dev.whyops.vault.Secret;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Signed-in people. A token has 256 random bits and is stored as its SHA-256; it ends after 12 h
 * without a request, and after 7 days in any case.
 *
 * <p>Every check reads the store, so that an ended session is refused at once, on every node; none
 * writes. Wants a clock that never runs backwards. Thread-safe; may block.
 */
public final class Sessions {
  public static final Duration IDLE_MAX = Duration.ofHours(12);
  public static final Duration AGE_MAX = Duration.ofDays(7);

  private static final int TOKEN_BYTES = 32;
  private static final int TOKEN_CHARACTERS = 43;

  /** A new session: the token for the cookie, this once, and whose it is. */
  public record Ticket(Secret token, SignedIn signedIn) {}

  private final SessionStore store;
  private final Ids ids;
  private final Clock clock;
  private final SecureRandom random;
  private final Map<String, Instant> lastSeen = new ConcurrentHashMap<>();

  public Sessions(SessionStore store, Ids ids, Clock clock, SecureRandom random) {
    this.store = store;
    this.ids = ids;
    this.clock = clock;
    this.random = random;
  }

  /** Who this token belongs to; empty for anything that is not a running session. */
  public Optional<SignedIn> find(String token) {
    if (token.length() != TOKEN_CHARACTERS) {
      return Optional.empty();
    }
    Optional<SessionStore.Found> found = store.byHash(hash(token));
    if (found.isEmpty()) {
      return Optional.empty();
    }
    SessionStore.Row row = found.get().row();
    Instant now = clock.instant();
    Instant lastSeenAt = lastSeen.getOrDefault(row.id(), row.lastSeenAt());
    if (!now.isBefore(row.expiresAt()) || lastSeenAt.plus(IDLE_MAX).isBefore(now)) {
      return Optional.empty();
    }
    lastSeen.put(row.id(), now);
    return Optional.of(new SignedIn(row.id(), found.get().person(), row.expiresAt()));
  }

  Ticket start(Person person) {
    byte[] bits = new byte[TOKEN_BYTES];
    random.nextBytes(bits);
    String token = Base64.getUrlEncoder().withoutPadding().encodeToString(bits);
    Instant now = clock.instant();
    SessionStore.Row row =
        new SessionStore.Row(
            ids.next("ses_"), hash(token), person.id(), now, now, now.plus(AGE_MAX));
    store.insert(row);
    return new Ticket(new Secret(token), new SignedIn(row.id(), person, row.expiresAt()));
  }

  /** A new token in place of this one, after the person's rights changed. */
  public Ticket renew(SignedIn signedIn) {
    store.delete(signedIn.sessionId());
    return start(signedIn.person());
  }

  public void end(SignedIn signedIn) {
    store.delete(signedIn.sessionId());
  }

  public void endAllOf(String userId) {
    store.deleteAllOf(userId);
  }

  /**
   * Writes when sessions were last seen and removes those that ended, so that a clock set back
   * before a restart revives none.
   */
  public void sweep() {
    Map<String, Instant> batch = new HashMap<>(lastSeen);
    if (!batch.isEmpty()) {
      store.touch(batch);
      batch.forEach(lastSeen::remove);
    }
    Instant now = clock.instant();
    store.deleteEnded(now, now.minus(IDLE_MAX));
  }

  /** How one-time tokens are stored. */
  public static String hash(String token) {
    return KeyFormat.sha256(token.getBytes(StandardCharsets.UTF_8));
  }
}
