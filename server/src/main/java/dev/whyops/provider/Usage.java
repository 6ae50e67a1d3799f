package dev.whyops.provider;

import org.jspecify.annotations.Nullable;

/**
 * Tokens of one model call in disjoint classes; null where the provider said nothing, 0 only where
 * it said 0. {@code reasoning} is a part of {@code output}, all others add up to the total.
 *
 * @param input neither from the cache nor written to it, sound and pictures aside
 * @param rule the reading that produced the classes, such as {@code OA_CHAT} or {@code ANTHROPIC}
 * @param inconsistent true when the provider's own numbers contradict each other
 * @param media sound and pictures, where the provider tells them apart
 */
public record Usage(
    @Nullable Long input,
    @Nullable Long cacheRead,
    @Nullable Long cacheWrite5m,
    @Nullable Long cacheWrite1h,
    @Nullable Long output,
    @Nullable Long reasoning,
    String rule,
    boolean inconsistent,
    Media media) {

  /** Of text alone, or of a provider that tells nothing apart. */
  public Usage(
      @Nullable Long input,
      @Nullable Long cacheRead,
      @Nullable Long cacheWrite5m,
      @Nullable Long cacheWrite1h,
      @Nullable Long output,
      @Nullable Long reasoning,
      String rule,
      boolean inconsistent) {
    this(
        input,
        cacheRead,
        cacheWrite5m,
        cacheWrite1h,
        output,
        reasoning,
        rule,
        inconsistent,
        Media.NONE);
  }

  /** Sum of all disjoint classes that are known. */
  public long total() {
    return or0(input)
        + or0(cacheRead)
        + or0(cacheWrite5m)
        + or0(cacheWrite1h)
        + or0(output)
        + media.total();
  }

  /** Uncached input of every medium; null where nothing is known. */
  public @Nullable Long allInput() {
    return sum(input, media.inputAudio(), media.inputImage());
  }

  /** What came from the cache, of every medium; null where nothing is known. */
  public @Nullable Long allCacheRead() {
    return sum(cacheRead, media.cacheReadAudio(), media.cacheReadImage());
  }

  /** Output of every medium; null where nothing is known. */
  public @Nullable Long allOutput() {
    return sum(output, media.outputAudio(), media.outputImage());
  }

  private static @Nullable Long sum(@Nullable Long... parts) {
    Long sum = null;
    for (Long part : parts) {
      if (part != null) {
        sum = part + or0(sum);
      }
    }
    return sum;
  }

  private static long or0(@Nullable Long n) {
    return n == null ? 0 : n;
  }
}
