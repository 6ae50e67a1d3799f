package dev.whyops.analytics;

import dev.whyops.project.Environment;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Which events count; null means not filtered.
 *
 * @param from the first instant that counts
 * @param to the first instant that does not
 */
public record Filter(
    Instant from,
    Instant to,
    @Nullable Environment environment,
    @Nullable String agent,
    @Nullable String version,
    @Nullable String model,
    @Nullable String provider,
    @Nullable String externalUserId) {

  public static Filter between(Instant from, Instant to) {
    return new Filter(from, to, null, null, null, null, null, null);
  }
}
