package dev.whyops.auth;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** Keeps sessions by the hash of their token. Thread-safe; may block. */
public interface SessionStore {
  /**
   * @param id names the session where the token must not be shown
   * @param expiresAt the absolute end
   */
  record Row(
      String id,
      String tokenSha256,
      String userId,
      Instant createdAt,
      Instant lastSeenAt,
      Instant expiresAt) {}

  /** A session with its person, when that account is active. */
  record Found(Row row, Person person) {}

  Optional<Found> byHash(String tokenSha256);

  void insert(Row row);

  /** Notes when sessions were last seen, by id, in one transaction. */
  void touch(Map<String, Instant> lastSeen);

  void delete(String id);

  void deleteAllOf(String userId);

  /** Removes what ended: absolutely before {@code now}, or last seen before {@code idleSince}. */
  void deleteEnded(Instant now, Instant idleSince);
}
