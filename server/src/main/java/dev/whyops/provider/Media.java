package dev.whyops.provider;

import org.jspecify.annotations.Nullable;

/**
 * Tokens of sound and pictures, where a provider tells them from those of text; null where it says
 * nothing. Each stands beside its class of {@link Usage} and is no part of it.
 */
public record Media(
    @Nullable Long inputAudio,
    @Nullable Long inputImage,
    @Nullable Long cacheReadAudio,
    @Nullable Long cacheReadImage,
    @Nullable Long outputAudio,
    @Nullable Long outputImage) {
  public static final Media NONE = new Media(null, null, null, null, null, null);

  /**
   * These tokens beside an uncached input of that many in all. Where nobody says which medium the
   * cached part is of, it is text; sound and pictures that the uncached input cannot hold came from
   * the cache too.
   */
  public Media within(@Nullable Long uncachedInput) {
    long over = uncachedInput == null ? 0 : or0(inputAudio) + or0(inputImage) - uncachedInput;
    if (over <= 0 || cacheReadAudio != null || cacheReadImage != null) {
      return this;
    }
    long image = Math.min(over, or0(inputImage));
    long audio = Math.min(over - image, or0(inputAudio));
    return new Media(
        inputAudio == null ? null : Long.valueOf(inputAudio - audio),
        inputImage == null ? null : Long.valueOf(inputImage - image),
        inputAudio == null ? null : Long.valueOf(audio),
        inputImage == null ? null : Long.valueOf(image),
        outputAudio,
        outputImage);
  }

  long total() {
    return or0(inputAudio)
        + or0(inputImage)
        + or0(cacheReadAudio)
        + or0(cacheReadImage)
        + or0(outputAudio)
        + or0(outputImage);
  }

  private static long or0(@Nullable Long n) {
    return n == null ? 0 : n;
  }
}
