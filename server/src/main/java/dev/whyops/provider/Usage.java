package dev.whyops.provider;

import org.jspecify.annotations.Nullable;

/**
 * Tokens of one model call in disjoint classes; null where the provider said nothing, 0 only where
 * it said 0. {@code reasoning} is a part of {@code output}, all others add up to the total.
 *
 * @param rule the reading that produced the classes, such as {@code OA_CHAT} or {@code ANTHROPIC}
 * @param inconsistent true when the provider's own numbers contradict each other
 */
public record Usage(
    @Nullable Long input,
    @Nullable Long cacheRead,
    @Nullable Long cacheWrite5m,
    @Nullable Long cacheWrite1h,
    @Nullable Long output,
    @Nullable Long reasoning,
    String rule,
    boolean inconsistent) {

  /** Sum of all disjoint classes that are known. */
  public long total() {
    return or0(input) + or0(cacheRead) + or0(cacheWrite5m) + or0(cacheWrite1h) + or0(output);
  }

  private static long or0(@Nullable Long n) {
    return n == null ? 0 : n;
  }
}
