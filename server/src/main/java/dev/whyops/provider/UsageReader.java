package dev.whyops.provider;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads counts the way a provider means them. What cannot be a count is left out and noted; what
 * contradicts itself is kept and marked, never clamped.
 */
public final class UsageReader {
  /** More tokens than any call can use; a count beyond it is a mistake. */
  private static final long COUNT_MAX = 1_000_000_000L;

  private final Set<String> notes;

  public UsageReader(Set<String> notes) {
    this.notes = notes;
  }

  /** The count, or null when the value is absent, {@code null} or cannot be one. */
  public @Nullable Long count(JsonValue value) {
    if (!value.isPresent()) {
      return null;
    }
    if (value.kind() == JsonValue.Kind.NUMBER && value.span().length() <= 10) {
      try {
        long count = Long.parseLong(value.raw());
        if (count >= 0 && count <= COUNT_MAX) {
          return count;
        }
      } catch (NumberFormatException e) {
        // A fraction or an exponent: noted below.
      }
    }
    notes.add(Notes.USAGE_SUSPECT);
    return null;
  }

  /** The first of two that is a count. */
  public @Nullable Long count(JsonValue value, JsonValue otherwise) {
    Long count = count(value);
    return count != null ? count : count(otherwise);
  }

  /**
   * {@code whole} without its parts; null without a whole. Below zero when the provider's numbers
   * contradict each other.
   */
  public static @Nullable Long rest(@Nullable Long whole, @Nullable Long... parts) {
    if (whole == null) {
      return null;
    }
    long rest = whole;
    for (Long part : parts) {
      rest -= part == null ? 0 : part;
    }
    return rest;
  }
}
