package dev.whyops.route;

import dev.whyops.provider.ProviderType;
import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A configured provider as the relay sees it; immutable, no secret inside.
 *
 * @param baseUrl as saved, already checked by the egress policy
 * @param isDefault the project's default for its dialect
 * @param acceptsSlashes model names with an unknown prefix go up uncut (OpenRouter, vLLM)
 * @param injectUsage ask streams for their usage where the client did not
 * @param retries extra attempts before the first byte, 0-2
 * @param fallbackSlug provider of the same type to try before the first byte
 */
public record ProviderRef(
    String id,
    String slug,
    ProviderType type,
    URI baseUrl,
    boolean isDefault,
    boolean acceptsSlashes,
    boolean injectUsage,
    Timeouts timeouts,
    int retries,
    @Nullable String fallbackSlug) {

  /** Per-provider limits of patience. */
  public record Timeouts(Duration connect, Duration head, Duration silence) {
    public static final Timeouts DEFAULT =
        new Timeouts(Duration.ofSeconds(5), Duration.ofSeconds(600), Duration.ofSeconds(300));
  }
}
