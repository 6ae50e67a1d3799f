package dev.whyops.dashboard;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.whyops.http.ApiException;
import io.github.bucket4j.Bucket;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * How often one person may have the server connect somewhere to test a provider: ten times a
 * minute, so that the test is of no use for scanning ports. Thread-safe.
 */
final class ProbeRates {
  static final int PER_MINUTE_MAX = 10;

  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final int PEOPLE_MAX = 10_000;

  private final Cache<String, Bucket> people =
      Caffeine.newBuilder().maximumSize(PEOPLE_MAX).expireAfterAccess(MINUTE).build();

  /**
   * @throws ApiException 429 {@code too_many_requests}
   */
  void demand(String person) {
    Bucket bucket = people.get(person, _ -> bucket());
    if (!bucket.tryConsume(1)) {
      throw new ApiException(
          429,
          "too_many_requests",
          "Ten provider tests per minute are allowed; wait a moment.",
          List.of(),
          Map.of("Retry-After", String.valueOf(MINUTE.toSeconds() / PER_MINUTE_MAX)));
    }
  }

  private static Bucket bucket() {
    return Bucket.builder()
        .addLimit(limit -> limit.capacity(PER_MINUTE_MAX).refillGreedy(PER_MINUTE_MAX, MINUTE))
        .build();
  }
}
