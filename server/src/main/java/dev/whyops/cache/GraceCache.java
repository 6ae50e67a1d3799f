package dev.whyops.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.whyops.http.UnavailableException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/**
 * Remembers answers of a store: they are fresh for a short while, and when the store cannot answer
 * the last one serves for the rest of the grace period.
 *
 * <p>After a failed load no key with a remembered answer asks the store again for {@link
 * #QUIET_AFTER_FAILURE}, so that a hanging store costs one caller its patience, not every one.
 * Thread-safe; time is monotonic.
 */
public final class GraceCache<K, V> {
  static final Duration QUIET_AFTER_FAILURE = Duration.ofSeconds(1);

  private record Remembered<V>(V value, long loadedAtNanos) {}

  private final Cache<K, Remembered<V>> entries;
  private final Ticker ticker;
  private final long freshNanos;
  private final AtomicLong evictionCount = new AtomicLong();
  private volatile long quietUntilNanos;
  private volatile boolean storeFailed;

  /**
   * @param sizeMax entries; the least useful go first
   * @param fresh how long an answer is given without asking the store
   * @param grace how long it serves when the store cannot be asked
   */
  public GraceCache(long sizeMax, Duration fresh, Duration grace, Ticker ticker) {
    this.entries =
        Caffeine.newBuilder()
            .maximumSize(sizeMax)
            .expireAfterWrite(grace)
            .ticker(ticker)
            .executor(Runnable::run) // some entries are tidied up in less time than a thread wakes
            .build();
    this.ticker = ticker;
    this.freshNanos = fresh.toNanos();
  }

  /** The remembered answer while it is fresh, or while a failing store is left in peace. */
  public Optional<V> fresh(K key) {
    Remembered<V> remembered = entries.getIfPresent(key);
    if (remembered == null) {
      return Optional.empty();
    }
    long now = ticker.read();
    boolean usable =
        now - remembered.loadedAtNanos < freshNanos || (storeFailed && now - quietUntilNanos < 0);
    return usable ? Optional.of(remembered.value) : Optional.empty();
  }

  /** The remembered answer, however old. */
  public Optional<V> remembered(K key) {
    return Optional.ofNullable(entries.getIfPresent(key)).map(Remembered::value);
  }

  /** Remembers what was just stored. */
  public void put(K key, V value) {
    evictionCount.incrementAndGet();
    entries.put(key, new Remembered<>(value, ticker.read()));
  }

  /**
   * Asks the store and remembers a present answer; an empty one is forgotten.
   *
   * @throws UnavailableException when the store cannot answer and nothing is remembered
   */
  public Optional<V> load(K key, Function<? super K, Optional<V>> store) {
    long startedAt = ticker.read();
    long evictionsBefore = evictionCount.get();
    try {
      Optional<V> answer = store.apply(key);
      storeFailed = false;
      // The age counts from before the question: a change made meanwhile is seen in time.
      answer.ifPresentOrElse(
          value -> entries.put(key, new Remembered<>(value, startedAt)),
          () -> entries.invalidate(key));
      if (evictionCount.get() != evictionsBefore) {
        entries.invalidate(key); // the answer may be older than the change that evicted
      }
      return answer;
    } catch (UnavailableException e) {
      quietUntilNanos = ticker.read() + QUIET_AFTER_FAILURE.toNanos();
      storeFailed = true;
      Remembered<V> remembered = entries.getIfPresent(key);
      if (remembered == null) {
        throw e;
      }
      return Optional.of(remembered.value);
    }
  }

  public void evict(K key) {
    evictionCount.incrementAndGet();
    entries.invalidate(key);
  }

  public void evictAll() {
    evictionCount.incrementAndGet();
    entries.invalidateAll();
  }
}
