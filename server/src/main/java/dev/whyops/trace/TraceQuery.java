package dev.whyops.trace;

import dev.whyops.project.Environment;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Filters of the trace list; null means not filtered.
 *
 * @param text in the language of the query bar, see {@code trace.query}
 */
public record TraceQuery(
    @Nullable String agent,
    @Nullable String version,
    @Nullable Environment environment,
    @Nullable String status,
    @Nullable String model,
    @Nullable String provider,
    @Nullable String tool,
    @Nullable String externalUserId,
    @Nullable String thread,
    @Nullable Instant from,
    @Nullable Instant to,
    @Nullable Long minLatencyMs,
    @Nullable Long minCostNanoUsd,
    @Nullable String text,
    int limit,
    @Nullable Position after) {

  /** The last row of the page before: newest first, ties by trace id. */
  public record Position(Instant startedAt, String traceId) {}
}
