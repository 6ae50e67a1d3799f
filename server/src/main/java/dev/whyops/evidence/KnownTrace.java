package dev.whyops.evidence;

import dev.whyops.finding.Evidence;
import dev.whyops.finding.Finding;
import dev.whyops.finding.Findings;
import dev.whyops.trace.TraceSummary;
import dev.whyops.why.card.WhyCard;
import dev.whyops.why.card.WhyCards;
import dev.whyops.why.context.ContextDiff;
import dev.whyops.why.graph.DataFlows;
import dev.whyops.why.graph.DecisionGraph;
import dev.whyops.why.graph.GraphBuilder;
import dev.whyops.why.history.Digests;
import dev.whyops.why.history.TraceDigest;
import dev.whyops.why.view.ModelCall;
import dev.whyops.why.view.TraceView;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One state of a trace with what follows from it, each inferred on first use.
 *
 * <p>Thread-safe: inference shares indexes, so one reader at a time.
 */
public final class KnownTrace {
  private final TraceSummary summary;
  private final Evidence evidence;
  private final Findings rules;
  private @Nullable DecisionGraph graph;
  private @Nullable List<Finding> findings;

  KnownTrace(TraceSummary summary, Evidence evidence, Findings rules) {
    this.summary = summary;
    this.evidence = evidence;
    this.rules = rules;
  }

  public TraceSummary summary() {
    return summary;
  }

  public TraceView view() {
    return evidence.view();
  }

  public Evidence evidence() {
    return evidence;
  }

  public synchronized DecisionGraph graph() {
    if (graph == null) {
      graph = GraphBuilder.of(evidence.view(), DataFlows.of(evidence));
    }
    return graph;
  }

  public synchronized List<Finding> findings() {
    if (findings == null) {
      findings = rules.of(evidence).findings();
    }
    return findings;
  }

  /** What history keeps of it. */
  public synchronized TraceDigest digest() {
    Map<String, Integer> misuses = new TreeMap<>();
    for (Finding finding : findings()) {
      if (finding.code().equals("SCHEMA_MISMATCH") && finding.tool() != null) {
        misuses.merge(finding.tool(), 1, Integer::sum);
      }
    }
    return Digests.of(evidence.view(), misuses);
  }

  /** The card of an event; empty when the event is unknown or decides nothing. */
  public synchronized Optional<WhyCard> card(String eventId) {
    List<String> pointing =
        findings().stream()
            .filter(f -> f.evidence().stream().anyMatch(ref -> ref.eventId().equals(eventId)))
            .map(Finding::id)
            .toList();
    return new WhyCards(evidence).of(eventId, pointing);
  }

  /** What was new in the context of the call that the event belongs to. */
  public synchronized Optional<ContextDiff> contextDiff(String eventId) {
    ModelCall call = evidence.view().callOf(eventId);
    return Optional.ofNullable(call).map(evidence::diff);
  }
}
