package dev.whyops.auth;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.whyops.cache.GraceCache;
import dev.whyops.http.UnavailableException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Answers from memory first. A known key is fresh for 5 s and goes on for 10 min when the store
 * cannot be asked; an unknown one is remembered for 2 s, so that junk costs no queries; a malformed
 * one never reaches a cache. Revocation in this process evicts at once.
 *
 * <p>Cache keys are whole SHA-256 hashes. Last uses are collected and written by {@link
 * #flushLastUses} in batches: the newest few seconds of them may be lost with the process.
 */
public final class CachedApiKeys implements ApiKeys {
  private static final int KNOWN_MAX = 100_000;
  private static final int UNKNOWN_MAX = 50_000;
  private static final Duration KNOWN_FRESH = Duration.ofSeconds(5);
  private static final Duration KNOWN_GRACE = Duration.ofMinutes(10);
  private static final Duration UNKNOWN_FRESH = Duration.ofSeconds(2);
  private static final KeyCheck MALFORMED = new KeyCheck.Rejected("malformed");
  private static final KeyCheck UNKNOWN = new KeyCheck.Rejected("unknown");
  private static final KeyCheck REVOKED = new KeyCheck.Rejected("revoked");
  private static final KeyCheck EXPIRED = new KeyCheck.Rejected("expired");

  /** A stored key, its caller made once. */
  private record Known(ApiKey key, Caller caller) {}

  private final ApiKeyStore store;
  private final Clock clock;
  private final GraceCache<String, Known> known;
  private final Cache<String, KeyCheck> unknown;
  private final AtomicLong seenVersion = new AtomicLong();
  private final Map<String, Instant> lastUses = new ConcurrentHashMap<>();

  public CachedApiKeys(ApiKeyStore store, Clock clock, Ticker ticker) {
    this.store = store;
    this.clock = clock;
    this.known = new GraceCache<>(KNOWN_MAX, KNOWN_FRESH, KNOWN_GRACE, ticker);
    this.unknown =
        Caffeine.newBuilder()
            .maximumSize(UNKNOWN_MAX)
            .expireAfterWrite(UNKNOWN_FRESH)
            .ticker(ticker)
            .build();
  }

  @Override
  public Optional<KeyCheck> cached(String presentedKey) {
    if (!KeyFormat.wellFormed(presentedKey)) {
      return Optional.of(MALFORMED);
    }
    String hash = KeyFormat.hash(presentedKey);
    KeyCheck refused = unknown.getIfPresent(hash);
    return refused != null ? Optional.of(refused) : known.fresh(hash).map(this::judge);
  }

  @Override
  public KeyCheck check(String presentedKey) {
    return cached(presentedKey).orElseGet(() -> load(KeyFormat.hash(presentedKey)));
  }

  /** Forgets a key whose row changed; the next check asks the store. */
  void evict(String hash) {
    known.evict(hash);
    unknown.invalidate(hash);
  }

  /** Forgets everything, for changes that may touch any key. */
  public void evictAll() {
    known.evictAll();
    unknown.invalidateAll();
  }

  /** Forgets everything when another node ended keys since the last time. */
  public void followOtherNodes() {
    long version = store.changeVersion();
    if (seenVersion.getAndSet(version) != version) {
      evictAll();
    }
  }

  /** Writes the last uses collected since the last time; they are kept when the store is away. */
  public void flushLastUses() {
    Map<String, Instant> batch = new HashMap<>(lastUses);
    if (batch.isEmpty()) {
      return;
    }
    store.touch(batch);
    batch.forEach(lastUses::remove);
  }

  private KeyCheck load(String hash) {
    try {
      Optional<Known> found =
          known.load(
              hash,
              h ->
                  store
                      .byHash(h)
                      .map(row -> new Known(row.key(), row.key().caller(row.projectName()))));
      if (found.isEmpty()) {
        unknown.put(hash, UNKNOWN);
        return UNKNOWN;
      }
      return judge(found.get());
    } catch (UnavailableException e) {
      return new KeyCheck.Unavailable();
    }
  }

  private KeyCheck judge(Known row) {
    if (row.key.revokedAt() != null) {
      return REVOKED;
    }
    Instant now = clock.instant();
    Instant expiresAt = row.key.expiresAt();
    if (expiresAt != null && !now.isBefore(expiresAt)) {
      return EXPIRED;
    }
    lastUses.put(row.key.id(), now);
    return new KeyCheck.Accepted(row.caller);
  }
}
