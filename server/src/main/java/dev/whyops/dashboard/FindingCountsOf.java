package dev.whyops.dashboard;

import dev.whyops.dashboard.TraceJson.FindingCounts;
import dev.whyops.evidence.FindingStore;
import dev.whyops.finding.Severity;
import dev.whyops.project.ProjectScope;
import dev.whyops.trace.TraceSummary;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Looks up how many open findings the rows of a list have, all rows at once. */
final class FindingCountsOf {
  private final FindingStore store;

  FindingCountsOf(FindingStore store) {
    this.store = store;
  }

  /** Makes items of these traces. */
  Function<TraceSummary, TraceJson.Item> traces(ProjectScope scope, List<TraceSummary> traces) {
    Map<String, Map<Severity, Integer>> counts =
        store.countsByTrace(scope, traces.stream().map(TraceSummary::traceId).toList());
    return trace -> TraceJson.Item.of(trace, of(counts.getOrDefault(trace.traceId(), Map.of())));
  }

  TraceJson.Item trace(ProjectScope scope, TraceSummary trace) {
    return traces(scope, List.of(trace)).apply(trace);
  }

  /** Counts by agent id. */
  Function<String, FindingCounts> agents(ProjectScope scope) {
    Map<String, Map<Severity, Integer>> counts = store.countsByAgent(scope);
    return agentId -> of(counts.getOrDefault(agentId, Map.of()));
  }

  private static FindingCounts of(Map<Severity, Integer> counts) {
    return new FindingCounts(
        counts.getOrDefault(Severity.CRITICAL, 0),
        counts.getOrDefault(Severity.HIGH, 0),
        counts.getOrDefault(Severity.MEDIUM, 0),
        counts.getOrDefault(Severity.LOW, 0));
  }
}
