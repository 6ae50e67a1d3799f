package dev.whyops.why.compare;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Two traces side by side.
 *
 * @param truncated one of them has more than 2,000 steps, and the rest is not shown
 * @param firstDivergence null when every decision is the same
 */
public record TraceComparison(
    List<AlignedStep> steps, boolean truncated, @Nullable Divergence firstDivergence) {
  public TraceComparison {
    steps = List.copyOf(steps);
  }

  /** How two aligned steps compare. */
  public enum Match {
    SAME,
    SAME_TOOL,
    DIFFERENT,
    GAP
  }

  /** Event ids and labels of a step on either side; null on the side that has none. */
  public record AlignedStep(
      @Nullable String a,
      @Nullable String b,
      Match match,
      @Nullable String labelA,
      @Nullable String labelB) {}

  /**
   * The first decision that differs.
   *
   * @param step index into the aligned steps
   * @param inputDiffered what the two calls held was not the same already
   * @param where the first place of the input that differs
   */
  public record Divergence(
      int step,
      @Nullable String a,
      @Nullable String b,
      boolean inputDiffered,
      @Nullable String where) {}
}
