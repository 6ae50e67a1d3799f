package dev.whyops.finding;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The numbers that rules compare with, where a project has set its own.
 *
 * @param overrides by the name of a known threshold
 */
public record Thresholds(Map<String, Double> overrides) {
  public static final Thresholds DEFAULT = new Thresholds(Map.of());

  /** All that may be set. */
  public static final List<Threshold> KNOWN =
      List.of(
          new Threshold(
              "ALTERNATING_LOOP.rounds",
              3,
              2,
              100,
              "rounds of the same calls without anything new"),
          new Threshold(
              "CACHE_PREFIX_BROKEN.tokens", 1_024, 1, 1e7, "cached tokens that were missed"),
          new Threshold(
              "CACHE_PREFIX_BROKEN.costShare", 0.2, 0, 1, "share of the trace's cost that is high"),
          new Threshold("CONSECUTIVE_ERROR_STREAK.streak", 3, 2, 1_000, "errors in a row"),
          new Threshold("CONTEXT_GROWTH.calls", 6, 2, 1_000, "calls that rise in a row"),
          new Threshold("CONTEXT_GROWTH.factor", 4, 1, 1_000, "last call's input by the first's"),
          new Threshold("CONTEXT_GROWTH.tokens", 8_000, 0, 1e7, "input tokens of the last call"),
          new Threshold("CONTEXT_NEAR_LIMIT.share", 0.8, 0.1, 1, "share of the window in use"),
          new Threshold(
              "CONTEXT_NEAR_LIMIT.high", 0.95, 0.1, 1, "share of the window that is high"),
          new Threshold("COST_SPIKE.factor", 3, 1, 1_000, "cost by the 95th percentile of others"),
          new Threshold("COST_SPIKE.usd", 0.01, 0, 1e6, "least cost in dollars"),
          new Threshold("DUPLICATE_TOOL_RESULT.chars", 1_024, 1, 1e7, "characters of the result"),
          new Threshold("IDENTICAL_TOOL_CALL_LOOP.run", 3, 2, 1_000, "equal calls in a row"),
          new Threshold(
              "LATENCY_OUTLIER.factor", 1.5, 1, 1_000, "time by the 95th percentile of others"),
          new Threshold("LATENCY_OUTLIER.aboveMs", 250, 0, 1e7, "milliseconds above it"),
          new Threshold(
              "LATENCY_REGRESSION.factor", 1.25, 1, 1_000, "95th percentile by the one before"),
          new Threshold("LATENCY_REGRESSION.aboveMs", 200, 0, 1e7, "milliseconds above it"),
          new Threshold(
              "TOKEN_OUTLIER.factor", 1.5, 1, 1_000, "tokens by the 95th percentile of others"),
          new Threshold("TOKEN_OUTLIER.aboveTokens", 500, 0, 1e7, "tokens above it"),
          new Threshold("TOOL_DEFINITION_WEAK.alike", 0.9, 0.5, 1, "likeness of two descriptions"),
          new Threshold("TOOL_NEVER_USED.traces", 50, 1, 1e6, "traces that offered the tool"),
          new Threshold("TOOL_OUTPUT_IGNORED.leaves", 3, 1, 1_000, "values of the result"),
          new Threshold("TOOL_OUTPUT_IGNORED.chars", 200, 0, 1e7, "characters of the result"),
          new Threshold(
              "UNSOURCED_ARGUMENT.confidence", 0.8, 0, 1, "how sure it must be to be told"));

  private static final Map<String, Threshold> BY_NAME = byName();

  /**
   * @throws IllegalArgumentException for an unknown name or a value out of its range
   */
  public Thresholds {
    overrides = Map.copyOf(overrides);
    overrides.forEach(
        (name, value) -> {
          if (!known(name).allows(value)) {
            throw new IllegalArgumentException(name + " = " + value);
          }
        });
  }

  /** The number in force, such as {@code of("LATENCY_OUTLIER", "factor")}. */
  public double of(String code, String what) {
    String name = code + "." + what;
    return overrides.getOrDefault(name, known(name).normal());
  }

  /** The same for a count. */
  public long whole(String code, String what) {
    return Math.round(of(code, what));
  }

  private static Threshold known(String name) {
    Threshold threshold = BY_NAME.get(name);
    if (threshold == null) {
      throw new IllegalArgumentException("unknown threshold " + name);
    }
    return threshold;
  }

  private static Map<String, Threshold> byName() {
    Map<String, Threshold> byName = new LinkedHashMap<>();
    KNOWN.forEach(threshold -> byName.put(threshold.name(), threshold));
    return byName;
  }
}
