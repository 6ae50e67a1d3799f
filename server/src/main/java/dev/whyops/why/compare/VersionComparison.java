package dev.whyops.why.compare;

import dev.whyops.why.stats.Interval;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How two versions behave.
 *
 * @param toolCallsA calls by tool
 * @param totalVariation 0 when both call the same tools equally often, 1 when they share none; null
 *     when one calls none
 * @param shifts other differences that may explain the metrics, such as another mix of models
 */
public record VersionComparison(
    List<Metric> metrics,
    Map<String, Long> toolCallsA,
    Map<String, Long> toolCallsB,
    @Nullable Double totalVariation,
    List<String> shifts) {
  public VersionComparison {
    metrics = List.copyOf(metrics);
    shifts = List.copyOf(shifts);
  }

  /** What can be said about a metric. */
  public enum Verdict {
    BETTER,
    WORSE,
    NO_CLEAR_CHANGE,
    TOO_FEW
  }

  /**
   * @param nA traces of the first version
   * @param a rate, or median
   * @param effect difference of rates, or ratio of medians
   * @param cliffsDelta how often the second is greater rather than smaller, −1 to 1; null for rates
   */
  public record Metric(
      String name,
      String unit,
      long nA,
      long nB,
      @Nullable Double a,
      @Nullable Double b,
      @Nullable Double effect,
      @Nullable Interval ci95,
      @Nullable Double cliffsDelta,
      Verdict verdict) {}
}
