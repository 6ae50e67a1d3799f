package dev.whyops.dashboard;

import dev.whyops.project.ProjectScope;
import dev.whyops.trace.TraceQuery;
import dev.whyops.trace.TraceSort;
import dev.whyops.trace.TraceSummary;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the filters that everything shares which looks for traces, and their places in lists. */
final class TraceFilters {
  private final Cursors cursors;

  TraceFilters(Cursors cursors) {
    this.cursors = cursors;
  }

  TraceQuery query(Call call, TraceSort sort, int limit, TraceQuery.@Nullable Position after) {
    @Nullable Instant from = call.time("from");
    @Nullable Instant to = call.time("to");
    if (from != null && to != null && to.isBefore(from)) {
      throw QueryRule.bad("to", "must not lie before from");
    }
    @Nullable String minCost = call.queryOrNull("minCostUsd");
    return new TraceQuery(
        call.queryOrNull("agent"),
        call.queryOrNull("version"),
        call.environment(),
        call.queryOrNull("status"),
        call.queryOrNull("model"),
        call.queryOrNull("provider"),
        call.queryOrNull("tool"),
        call.queryOrNull("externalUserId"),
        call.queryOrNull("thread"),
        from,
        to,
        call.number("minLatencyMs"),
        minCost == null ? null : Usd.nano("minCostUsd", minCost),
        call.queryOrNull("finding"),
        call.queryOrNull("q"),
        sort,
        limit,
        after);
  }

  static TraceSort sort(Call call) {
    return call.query("sort").flatMap(TraceSort::of).orElse(TraceSort.NEWEST_FIRST);
  }

  /** Holds in its own order only. */
  String cursor(ProjectScope scope, String list, TraceSummary last, TraceSort sort) {
    String value = Long.toString(sort.value(last));
    return cursors.sign(scope, list + ' ' + sort.wireName(), List.of(value, last.traceId()));
  }

  TraceQuery.Position position(ProjectScope scope, String list, String cursor, TraceSort sort) {
    List<String> place = cursors.open(scope, list + ' ' + sort.wireName(), cursor, 2);
    return new TraceQuery.Position(Long.parseLong(place.get(0)), place.get(1));
  }
}
