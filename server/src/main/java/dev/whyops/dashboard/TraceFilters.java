package dev.whyops.dashboard;

import dev.whyops.project.ProjectScope;
import dev.whyops.trace.TraceQuery;
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

  TraceQuery query(Call call, int limit, TraceQuery.@Nullable Position after) {
    @Nullable Instant from = call.time("from");
    @Nullable Instant to = call.time("to");
    if (from != null && to != null && to.isBefore(from)) {
      throw QueryRule.bad("to", "must not lie before from");
    }
    if (call.query("finding").isPresent()) {
      throw QueryRule.bad("finding", "cannot be searched for");
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
        call.queryOrNull("q"),
        limit,
        after);
  }

  static TraceQuery ofThread(String threadId, int limit, TraceQuery.@Nullable Position after) {
    return new TraceQuery(
        null, null, null, null, null, null, null, null, threadId, null, null, null, null, null,
        limit, after);
  }

  String cursor(ProjectScope scope, String list, TraceSummary last) {
    return cursors.sign(scope, list, List.of(last.startedAt().toString(), last.traceId()));
  }

  TraceQuery.Position position(ProjectScope scope, String list, String cursor) {
    List<String> place = cursors.open(scope, list, cursor, 2);
    return new TraceQuery.Position(Instant.parse(place.get(0)), place.get(1));
  }
}
