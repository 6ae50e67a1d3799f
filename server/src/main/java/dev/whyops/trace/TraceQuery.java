package dev.whyops.trace;

import dev.whyops.project.Environment;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Filters of the trace list; null means not filtered.
 *
 * @param finding code or severity of an open finding that the trace has
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
    @Nullable String finding,
    @Nullable String text,
    TraceSort sort,
    int limit,
    @Nullable Position after) {

  /**
   * The last row of the page before; ties by trace id, in the direction of the sort.
   *
   * @param value what {@link TraceSort#value} says of that row
   */
  public record Position(long value, String traceId) {}

  /** All traces, newest first. */
  public static TraceQuery newest(int limit, @Nullable Position after) {
    return new TraceQuery(
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        TraceSort.NEWEST_FIRST,
        limit,
        after);
  }

  /** The newest traces with events of one user of the application. */
  public static TraceQuery ofUser(String externalUserId, int limit, @Nullable Position after) {
    return newest(limit, after).within(externalUserId, null);
  }

  /** The newest traces of one thread. */
  public static TraceQuery ofThread(String thread, int limit, @Nullable Position after) {
    return newest(limit, after).within(null, thread);
  }

  private TraceQuery within(@Nullable String ofUser, @Nullable String ofThread) {
    return new TraceQuery(
        agent,
        version,
        environment,
        status,
        model,
        provider,
        tool,
        ofUser,
        ofThread,
        from,
        to,
        minLatencyMs,
        minCostNanoUsd,
        finding,
        text,
        sort,
        limit,
        after);
  }

  public TraceQuery withText(String query) {
    return new TraceQuery(
        agent,
        version,
        environment,
        status,
        model,
        provider,
        tool,
        externalUserId,
        thread,
        from,
        to,
        minLatencyMs,
        minCostNanoUsd,
        finding,
        query,
        sort,
        limit,
        after);
  }

  public TraceQuery withSort(TraceSort order) {
    return new TraceQuery(
        agent,
        version,
        environment,
        status,
        model,
        provider,
        tool,
        externalUserId,
        thread,
        from,
        to,
        minLatencyMs,
        minCostNanoUsd,
        finding,
        text,
        order,
        limit,
        after);
  }
}
