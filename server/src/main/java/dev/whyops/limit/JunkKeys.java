package dev.whyops.limit;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.whyops.http.ApiException;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.TimeMeter;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Slows networks down that try keys: each IPv4 address, or IPv6 /64, may present a number of wrong
 * keys; then it is told to wait, and the store is not asked for it. Right keys that are known are
 * never held up. Thread-safe.
 */
public final class JunkKeys {
  private static final int NETWORKS_MAX = 100_000;
  private static final int BURST = 200;
  private static final int PER_SECOND = 20;

  private final Cache<Long, Bucket> networks =
      Caffeine.newBuilder()
          .maximumSize(NETWORKS_MAX)
          .expireAfterAccess(Duration.ofMinutes(10))
          .build();
  private final TimeMeter clock;

  public JunkKeys() {
    this(TimeMeter.SYSTEM_NANOTIME);
  }

  JunkKeys(TimeMeter clock) {
    this.clock = clock;
  }

  /**
   * A wrong key came from here.
   *
   * @throws ApiException 429 when there were too many
   */
  public void wrong(InetAddress from) {
    if (!bucket(from).tryConsume(1)) {
      throw refusal();
    }
  }

  /**
   * An unknown key came from here, and the store is about to be asked.
   *
   * @throws ApiException 429 when there were too many wrong ones
   */
  public void demand(InetAddress from) {
    Bucket known = networks.getIfPresent(network(from));
    if (known != null && known.getAvailableTokens() <= 0) {
      throw refusal();
    }
  }

  private Bucket bucket(InetAddress from) {
    return networks.get(
        network(from),
        n ->
            Bucket.builder()
                .withCustomTimePrecision(clock)
                .addLimit(
                    limit -> limit.capacity(BURST).refillGreedy(PER_SECOND, Duration.ofSeconds(1)))
                .build());
  }

  private static long network(InetAddress address) {
    byte[] bytes = address.getAddress();
    return address instanceof Inet6Address
        ? ByteBuffer.wrap(bytes).getLong()
        : ByteBuffer.wrap(bytes).getInt() & 0xffffffffL;
  }

  private static ApiException refusal() {
    return new ApiException(
        429,
        "rate_limit_exceeded",
        "Too many wrong API keys came from this network.",
        List.of(),
        Map.of("Retry-After", "1"));
  }
}
