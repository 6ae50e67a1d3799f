package dev.whyops.auth;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.whyops.http.ApiException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Slows guessing down: after a few failures of an account or of a network the next try has to wait,
 * each time twice as long. A refused try does not lengthen the wait, so nobody can be locked out
 * for good; and who has signed in from a network before is slowed there only by failures from
 * there.
 *
 * <p>In memory and bounded; monotonic time. Thread-safe.
 */
final class LoginThrottle {
  private static final int ENTRIES_MAX = 100_000;
  private static final int FREE_PER_ACCOUNT = 5;
  private static final int FREE_PER_NETWORK = 20;
  private static final Duration DELAY_MAX = Duration.ofMinutes(5);
  private static final Duration FORGET_AFTER = Duration.ofMinutes(30);
  private static final Duration TRUST_FOR = Duration.ofDays(30);

  /** Failures so far and when the next try may come, on the monotonic clock. */
  private record Failures(int count, long nextTryNanos) {}

  private final Ticker ticker;
  private final Cache<String, Failures> failures;
  private final Cache<String, Boolean> trusted;

  LoginThrottle(Ticker ticker) {
    this.ticker = ticker;
    this.failures =
        Caffeine.newBuilder()
            .maximumSize(ENTRIES_MAX)
            .expireAfterWrite(FORGET_AFTER)
            .ticker(ticker)
            .build();
    this.trusted =
        Caffeine.newBuilder()
            .maximumSize(ENTRIES_MAX)
            .expireAfterWrite(TRUST_FOR)
            .ticker(ticker)
            .build();
  }

  /**
   * @throws ApiException 429 {@code too_many_attempts} with {@code Retry-After}
   */
  void admit(String account, InetAddress address) {
    Network network = Network.of(address);
    boolean known = trusted.getIfPresent(pair(account, network)) != null;
    long waitNanos =
        Math.max(
            waitNanos(networkKey(network)),
            Math.max(
                waitNanos(pair(account, network)), known ? 0 : waitNanos(accountKey(account))));
    if (waitNanos > 0) {
      long seconds = Math.ceilDiv(waitNanos, 1_000_000_000L);
      throw new ApiException(
          429,
          "too_many_attempts",
          "Too many failed attempts. Try again in " + seconds + " s.",
          List.of(),
          Map.of("Retry-After", Long.toString(seconds)));
    }
  }

  void failed(String account, InetAddress address) {
    Network network = Network.of(address);
    count(accountKey(account), FREE_PER_ACCOUNT);
    count(pair(account, network), FREE_PER_ACCOUNT);
    count(networkKey(network), FREE_PER_NETWORK);
  }

  void succeeded(String account, InetAddress address) {
    Network network = Network.of(address);
    failures.invalidate(accountKey(account));
    failures.invalidate(pair(account, network));
    trusted.put(pair(account, network), true);
  }

  private long waitNanos(String key) {
    Failures known = failures.getIfPresent(key);
    return known == null ? 0 : Math.max(0, known.nextTryNanos - ticker.read());
  }

  private void count(String key, int free) {
    failures
        .asMap()
        .compute(
            key,
            (_, before) -> {
              int count = before == null ? 1 : before.count + 1;
              return new Failures(count, ticker.read() + delay(count - free).toNanos());
            });
  }

  /** Nothing, then 1 s, 2 s, 4 s … up to the maximum. */
  private static Duration delay(int failuresTooMany) {
    if (failuresTooMany < 0) {
      return Duration.ZERO;
    }
    Duration delay = Duration.ofSeconds(1L << Math.min(failuresTooMany, 20));
    return delay.compareTo(DELAY_MAX) < 0 ? delay : DELAY_MAX;
  }

  private static String accountKey(String account) {
    return "a " + account;
  }

  private static String networkKey(Network network) {
    return "n " + network.key();
  }

  private static String pair(String account, Network network) {
    return "p " + network.key() + " " + account;
  }
}
