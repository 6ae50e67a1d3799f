package dev.whyops.analytics;

import dev.whyops.project.Environment;
import dev.whyops.trace.TraceSummary.Tokens;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The answers of {@link Analytics}. Unknown is null, never 0. */
public final class Figures {
  private Figures() {}

  /**
   * A sum of money.
   *
   * @param nanoUsd null when nothing in the sum has a price
   * @param kind the weakest kind in the sum, as {@code Cost.Kind} names it
   */
  public record Money(@Nullable Long nanoUsd, String kind) {}

  /** Milliseconds; null without a value. */
  public record Quantiles(
      long count,
      @Nullable Double p50,
      @Nullable Double p95,
      @Nullable Double p99,
      @Nullable Double max) {}

  /** What one agent did. */
  public record AgentRow(
      Environment environment,
      String agent,
      long traces,
      long errorTraces,
      @Nullable Double p95LatencyMs,
      Money cost) {}

  public record Overview(
      long traces,
      long errorTraces,
      long events,
      long llmCalls,
      long toolCalls,
      long llmErrors,
      long toolErrors,
      long agents,
      long users,
      Tokens tokens,
      Money cost,
      long unpricedCalls,
      Quantiles latency,
      Quantiles timeToFirstToken,
      Quantiles overhead) {}

  /** One bucket of one group; a bucket without events has no row. */
  public record Point(String group, Instant bucket, double value) {}

  /** Model calls of one group. */
  public record CostRow(String group, long calls, Tokens tokens, Money cost, long unpricedCalls) {}

  public record LatencyRow(
      String group,
      long calls,
      long errors,
      Quantiles latency,
      Quantiles timeToFirstToken,
      Quantiles overhead) {}

  public record ToolRow(String tool, long calls, long errors, Quantiles latency, long traces) {}

  public record VersionRow(String versionId, long traces, long errorTraces) {}

  /** Traces by what they did, for one agent. */
  public record Behaviour(Quantiles duration, List<VersionRow> versions) {
    public Behaviour {
      versions = List.copyOf(versions);
    }
  }
}
