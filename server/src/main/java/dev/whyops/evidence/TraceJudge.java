package dev.whyops.evidence;

import dev.whyops.finding.Finding;
import dev.whyops.finding.Suppression;
import dev.whyops.project.ProjectScope;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Judges traces as they are now and keeps what was found. */
final class TraceJudge {
  private final TraceEvidence evidence;
  private final FindingStore store;
  private final VersionHistories histories;

  TraceJudge(TraceEvidence evidence, FindingStore store, VersionHistories histories) {
    this.evidence = evidence;
    this.store = store;
    this.histories = histories;
  }

  /**
   * Judges one trace.
   *
   * @param closed it counts in the history of its version from now on
   */
  void judge(ProjectScope scope, String traceId, boolean closed, Instant now) {
    Optional<KnownTrace> trace = evidence.of(scope, traceId);
    List<Finding> found = trace.map(KnownTrace::findings).orElse(List.of());
    if (closed) {
      trace.ifPresent(known -> histories.add(scope, known.digest()));
    }
    store.replace(scope, traceId, Suppression.apply(found, store.suppressions(scope), now), now);
  }

  /**
   * Judges traces that have closed; what the first of them adds to the history of a version counts
   * for the next batch.
   *
   * @return those that were judged: none when together they are too long
   */
  Set<String> judgeClosed(ProjectScope scope, Set<String> traceIds, Instant now) {
    Optional<List<KnownTrace>> traces = evidence.whole(scope, traceIds);
    if (traces.isEmpty()) {
      return Set.of();
    }
    List<Suppression> suppressions = store.suppressions(scope);
    Map<String, List<Finding>> byTrace = new HashMap<>();
    traceIds.forEach(id -> byTrace.put(id, List.of())); // a trace may be gone by now
    for (KnownTrace trace : traces.get()) {
      String id = trace.summary().traceId();
      byTrace.put(id, Suppression.apply(trace.findings(), suppressions, now));
    }
    histories.addAll(scope, traces.get().stream().map(KnownTrace::digest).toList());
    store.replaceAll(scope, byTrace, now);
    return new HashSet<>(traceIds);
  }
}
