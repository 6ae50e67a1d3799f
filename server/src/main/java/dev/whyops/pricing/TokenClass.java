package dev.whyops.pricing;

import dev.whyops.provider.Usage;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What tokens are counted and paid as; the classes are disjoint. */
public enum TokenClass {
  INPUT("input", Usage::input),
  CACHE_READ("cacheRead", Usage::cacheRead),
  CACHE_WRITE_5M("cacheWrite5m", Usage::cacheWrite5m),
  CACHE_WRITE_1H("cacheWrite1h", Usage::cacheWrite1h),
  OUTPUT("output", Usage::output),
  INPUT_AUDIO("inputAudio", usage -> usage.media().inputAudio()),
  CACHE_READ_AUDIO("cacheReadAudio", usage -> usage.media().cacheReadAudio()),
  OUTPUT_AUDIO("outputAudio", usage -> usage.media().outputAudio()),
  INPUT_IMAGE("inputImage", usage -> usage.media().inputImage()),
  CACHE_READ_IMAGE("cacheReadImage", usage -> usage.media().cacheReadImage()),
  OUTPUT_IMAGE("outputImage", usage -> usage.media().outputImage());

  private static final Map<String, TokenClass> BY_WIRE_NAME =
      Arrays.stream(values()).collect(Collectors.toMap(TokenClass::wireName, Function.identity()));

  private final String wireName;
  private final Counter counter;

  private interface Counter {
    @Nullable Long of(Usage usage);
  }

  TokenClass(String wireName, Counter counter) {
    this.wireName = wireName;
    this.counter = counter;
  }

  public String wireName() {
    return wireName;
  }

  /** Tokens of this class; null where the usage does not tell. */
  public @Nullable Long tokens(Usage usage) {
    return counter.of(usage);
  }

  static Optional<TokenClass> ofWireName(String name) {
    return Optional.ofNullable(BY_WIRE_NAME.get(name));
  }
}
