package dev.whyops.sdk;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Token counts of one answer. Prompt tokens are the uncached input; the sum of prompt, completion,
 * cache read and cache creation is the total. Absent is not 0. Immutable.
 */
public final class TokenUsage {
  private final Map<String, Long> counts;

  private TokenUsage(Map<String, Long> counts) {
    this.counts = counts;
  }

  public static TokenUsage of(long promptTokens, long completionTokens) {
    return new TokenUsage(Map.of())
        .with("promptTokens", promptTokens)
        .with("completionTokens", completionTokens);
  }

  public TokenUsage total(long tokens) {
    return with("totalTokens", tokens);
  }

  public TokenUsage cacheRead(long tokens) {
    return with("cacheReadTokens", tokens);
  }

  public TokenUsage cacheCreation(long tokens) {
    return with("cacheCreationTokens", tokens);
  }

  public TokenUsage cacheWrite5m(long tokens) {
    return with("cacheWrite5mTokens", tokens);
  }

  public TokenUsage cacheWrite1h(long tokens) {
    return with("cacheWrite1hTokens", tokens);
  }

  public TokenUsage reasoning(long tokens) {
    return with("reasoningTokens", tokens);
  }

  /** Part of the prompt tokens. */
  public TokenUsage inputAudio(long tokens) {
    return with("inputAudioTokens", tokens);
  }

  /** Part of the prompt tokens. */
  public TokenUsage inputImage(long tokens) {
    return with("inputImageTokens", tokens);
  }

  /** Part of what came from the cache. */
  public TokenUsage cacheReadAudio(long tokens) {
    return with("cacheReadAudioTokens", tokens);
  }

  /** Part of what came from the cache. */
  public TokenUsage cacheReadImage(long tokens) {
    return with("cacheReadImageTokens", tokens);
  }

  /** Part of the completion tokens. */
  public TokenUsage outputAudio(long tokens) {
    return with("outputAudioTokens", tokens);
  }

  /** Part of the completion tokens. */
  public TokenUsage outputImage(long tokens) {
    return with("outputImageTokens", tokens);
  }

  Map<String, Long> wire() {
    return counts;
  }

  private TokenUsage with(String name, long tokens) {
    Map<String, Long> more = new LinkedHashMap<>(counts);
    more.put(name, tokens);
    return new TokenUsage(more);
  }
}
