package dev.whyops.dashboard;

import dev.whyops.analytics.Filter;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Reads the time range and the filters that all figures share; the last 24 hours by default. */
final class TimeRange {
  private static final Duration DEFAULT = Duration.ofHours(24);

  private TimeRange() {}

  static Filter filter(Call call, Instant now) {
    @Nullable Instant to = call.time("to");
    Instant end = to == null ? now : to;
    @Nullable Instant from = call.time("from");
    Instant start = from == null ? end.minus(DEFAULT) : from;
    if (end.isBefore(start)) {
      throw QueryRule.bad("to", "must not lie before from");
    }
    return new Filter(
        start,
        end,
        call.environment(),
        call.queryOrNull("agent"),
        call.queryOrNull("version"),
        call.queryOrNull("model"),
        call.queryOrNull("provider"),
        call.queryOrNull("externalUserId"));
  }
}
