package dev.whyops.trace;

import dev.whyops.pricing.Cost;
import dev.whyops.project.Environment;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A trace as a list shows it.
 *
 * @param status {@code ok}, {@code error} or {@code open}
 * @param costNanoUsd null when no call of the trace has a price
 * @param costKind the weakest kind among its calls
 * @param preview the start of the first user text, at most 200 characters
 */
public record TraceSummary(
    String traceId,
    String threadId,
    String agentName,
    @Nullable String agentVersionId,
    Environment environment,
    @Nullable String externalUserId,
    String status,
    Instant startedAt,
    Instant endedAt,
    long durationMs,
    List<String> models,
    int llmCalls,
    int toolCalls,
    int eventCount,
    int errorCount,
    Tokens tokens,
    @Nullable Long costNanoUsd,
    String costKind,
    String preview) {
  public TraceSummary {
    models = List.copyOf(models);
  }

  /**
   * How far a sum of costs can be trusted: what is partly without a price is {@code partial}, what
   * is wholly without one {@code unpriced}, otherwise the weakest kind inside.
   */
  public static String costKind(boolean priced, boolean unpriced, Cost.Kind weakest) {
    Cost.Kind kind = !priced ? Cost.Kind.UNPRICED : unpriced ? Cost.Kind.PARTIAL : weakest;
    return kind.name().toLowerCase(Locale.ROOT);
  }

  /** Disjoint token sums; {@code reasoning} is part of {@code output}. */
  public record Tokens(
      long input, long cacheRead, long cacheWrite, long output, long reasoning, long total) {}
}
