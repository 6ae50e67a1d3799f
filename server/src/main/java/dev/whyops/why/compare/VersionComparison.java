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
  /** Fewer traces than this on either side of a metric give no verdict. */
  public static final int TRACES_MIN = 30;

  public VersionComparison {
    metrics = List.copyOf(metrics);
    shifts = List.copyOf(shifts);
  }

  /** What can be said about a metric; less is better for all of them. */
  public enum Verdict {
    BETTER,
    WORSE,
    NO_CLEAR_CHANGE,
    TOO_FEW
  }

  /** How the effect is counted. */
  public enum Effect {
    /** Share of the second minus share of the first. */
    DIFFERENCE,
    /** Median of the second by median of the first. */
    RATIO
  }

  /**
   * What a metric is about.
   *
   * @param tool null when it is about the whole trace
   */
  public record Subject(String name, @Nullable String tool, String unit, Effect effect) {}

  /**
   * A metric, trace by trace.
   *
   * @param nA traces of the first version that have it
   * @param a share or median; null when no trace has it
   * @param effect null when a side has no trace, and for the ratio to a median of 0
   * @param ci95 null as the effect is
   * @param cliffsDelta how much more often a trace of the second has the greater value than one of
   *     the first, −1 to 1; null for shares
   */
  public record Metric(
      Subject subject,
      long nA,
      long nB,
      @Nullable Double a,
      @Nullable Double b,
      @Nullable Double effect,
      @Nullable Interval ci95,
      @Nullable Double cliffsDelta,
      Verdict verdict) {}
}
