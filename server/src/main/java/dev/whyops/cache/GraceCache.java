package dev.whyops.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.whyops.http.UnavailableException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/**
 * Remembers answers of a store: they are fresh for a short while, and when the store cannot answer
 * the last one serves for the rest of the grace period.
 *
 * <p>Who has a remembered answer waits no longer than {@link #PATIENCE} for a newer one. After a
 * failed load no such key asks the store again for {@link #QUIET_AFTER_FAILURE}, and then one alone
 * until the store answers: a hanging store costs one caller now and then his patience, not every
 * one. Thread-safe; time is monotonic, but for the patience.
 */
public final class GraceCache<K, V> {
  static final Duration QUIET_AFTER_FAILURE = Duration.ofSeconds(1);
  static final Duration PATIENCE = Duration.ofMillis(500);

  private record Remembered<V>(V value, long loadedAtNanos) {}

  private final Cache<K, Remembered<V>> entries;
  private final Ticker ticker;
  private final long freshNanos;
  private final AtomicLong evictionCount = new AtomicLong();
  private final AtomicBoolean probing = new AtomicBoolean();
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
        now - remembered.loadedAtNanos < freshNanos
            || (storeFailed && (now - quietUntilNanos < 0 || probing.get()));
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
    Remembered<V> remembered = entries.getIfPresent(key);
    if (remembered == null) {
      return ask(key, store);
    }
    boolean probe = storeFailed;
    if (probe && !probing.compareAndSet(false, true)) {
      return Optional.of(remembered.value);
    }
    CompletableFuture<Optional<V>> asked = new CompletableFuture<>();
    Thread.startVirtualThread(
        () -> {
          try {
            asked.complete(ask(key, store));
          } catch (RuntimeException | Error e) {
            asked.completeExceptionally(e);
          } finally {
            if (probe) {
              probing.set(false);
            }
          }
        });
    return answerInTime(asked).orElseGet(() -> Optional.of(remembered.value));
  }

  /** Empty when the remembered answer has to do. */
  private Optional<Optional<V>> answerInTime(CompletableFuture<Optional<V>> asked) {
    try {
      return Optional.of(asked.orTimeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS).join());
    } catch (CompletionException e) {
      if (e.getCause() instanceof TimeoutException) {
        failed();
      } else if (!(e.getCause() instanceof UnavailableException)) {
        throw e.getCause() instanceof RuntimeException fault ? fault : e;
      }
      return Optional.empty();
    }
  }

  private Optional<V> ask(K key, Function<? super K, Optional<V>> store) {
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
      failed();
      throw e;
    }
  }

  private void failed() {
    quietUntilNanos = ticker.read() + QUIET_AFTER_FAILURE.toNanos();
    storeFailed = true;
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
