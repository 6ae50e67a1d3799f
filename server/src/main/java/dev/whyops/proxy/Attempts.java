package dev.whyops.proxy;

import dev.whyops.route.ProjectProviders;
import dev.whyops.route.ProviderRef;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Which provider is tried next when one gave no usable answer, and when. Only what the provider has
 * configured: its own retries first, then its fallback, once.
 */
final class Attempts {
  private static final int RETRIES_MAX = 2;
  private static final Duration DELAY_MAX = Duration.ofSeconds(10);
  private static final long FIRST_DELAY_MS = 250;

  private final ProjectProviders providers;
  private ProviderRef current;
  private int made;
  private boolean fellBack;

  Attempts(ProjectProviders providers, ProviderRef first) {
    this.providers = providers;
    this.current = first;
  }

  ProviderRef current() {
    return current;
  }

  boolean fellBack() {
    return fellBack;
  }

  /** Whether {@link #next} would find one. */
  boolean remain() {
    return made < Math.min(current.retries(), RETRIES_MAX) || fallback().isPresent();
  }

  /** Whether one of the attempts that remain goes to another provider. */
  boolean mayFallBack() {
    return fallback().isPresent();
  }

  /** Moves to the next attempt; the delay before it, or empty when none is left. */
  Optional<Duration> next(@Nullable String retryAfter) {
    if (made < Math.min(current.retries(), RETRIES_MAX)) {
      made++;
      return Optional.of(delay(retryAfter));
    }
    Optional<ProviderRef> other = fallback();
    other.ifPresent(
        provider -> {
          current = provider;
          fellBack = true;
          made = 0;
        });
    return other.map(provider -> Duration.ZERO);
  }

  private Optional<ProviderRef> fallback() {
    String slug = current.fallbackSlug();
    if (fellBack || slug == null) {
      return Optional.empty();
    }
    return providers
        .bySlug(slug)
        .filter(other -> other.type() == current.type() && !other.id().equals(current.id()));
  }

  /** Whole seconds as the provider asks, else growing with some chance in it; never above 10 s. */
  private Duration delay(@Nullable String retryAfter) {
    if (retryAfter != null
        && !retryAfter.isEmpty()
        && retryAfter.length() <= 4
        && retryAfter.chars().allMatch(c -> c >= '0' && c <= '9')) {
      Duration asked = Duration.ofSeconds(Integer.parseInt(retryAfter));
      return asked.compareTo(DELAY_MAX) > 0 ? DELAY_MAX : asked;
    }
    long base = FIRST_DELAY_MS << (made - 1);
    return Duration.ofMillis(base / 2 + ThreadLocalRandom.current().nextLong(base));
  }

  /** Answers that another try may better. */
  static boolean isWorthAnother(int status) {
    return switch (status) {
      case 429, 500, 502, 503, 504, 529 -> true;
      default -> false;
    };
  }
}
