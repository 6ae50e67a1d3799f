package dev.whyops.dashboard;

import dev.whyops.evidence.FindingStore;
import dev.whyops.evidence.KnownTrace;
import dev.whyops.evidence.TraceEvidence;
import dev.whyops.finding.Finding;
import dev.whyops.finding.Suppression;
import dev.whyops.http.ApiException;
import dev.whyops.project.ProjectScope;
import dev.whyops.trace.TraceSummary;
import dev.whyops.why.card.CardJson;
import dev.whyops.why.card.CardText;
import dev.whyops.why.card.WhyCard;
import dev.whyops.why.compare.TraceComparison;
import dev.whyops.why.compare.TraceComparisons;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What a trace proves: Why cards, context, findings, and where two traces part. */
final class EvidenceApi {
  private final TraceEvidence evidence;

  private final FindingStore decisions;
  private final Clock clock;

  EvidenceApi(TraceEvidence evidence, FindingStore decisions, Clock clock) {
    this.evidence = evidence;
    this.decisions = decisions;
    this.clock = clock;
  }

  void addTo(RouteTable routes) {
    routes
        .get("/api/traces/{traceId}/why/{eventId}", Access.READ, this::why)
        .get("/api/traces/{traceId}/context-diff/{eventId}", Access.READ, this::contextDiff)
        .get("/api/traces/{traceId}/findings", Access.READ, this::findings)
        .get("/api/traces/{traceId}/compare/{otherTraceId}", Access.READ, this::compare);
  }

  private Reply why(Call call) {
    WhyCard card =
        known(call, TracesApi.traceId(call))
            .card(call.path("eventId"))
            .orElseThrow(() -> ApiException.notFound("decision"));
    return call.query("format").orElse("json").equals("text")
        ? Reply.bytes(
            "text/plain; charset=utf-8", CardText.of(card).getBytes(StandardCharsets.UTF_8))
        : Reply.ok(CardJson.of(card));
  }

  private Reply contextDiff(Call call) {
    return Reply.ok(
        known(call, TracesApi.traceId(call))
            .contextDiff(call.path("eventId"))
            .map(CardJson::of)
            .orElseThrow(() -> ApiException.notFound("model call")));
  }

  private Reply findings(Call call) {
    KnownTrace trace = known(call, TracesApi.traceId(call));
    List<Finding> findings = decided(call.project(), trace);
    return Reply.ok(
        Page.whole(
            findings.stream()
                .map(finding -> EvidenceJson.of(finding, trace.summary().endedAt()))
                .toList()));
  }

  /** What holds of the trace now, with what people decided about it. */
  private List<Finding> decided(ProjectScope scope, KnownTrace trace) {
    Map<String, Finding.Status> known = new HashMap<>();
    for (FindingStore.Kept kept : decisions.foundIn(scope, trace.summary().traceId())) {
      if (kept.finding().status() == Finding.Status.DISMISSED) {
        known.put(kept.finding().id(), kept.finding().status());
      }
    }
    List<Finding> findings =
        trace.findings().stream().map(f -> f.with(known.getOrDefault(f.id(), f.status()))).toList();
    return Suppression.apply(findings, decisions.suppressions(scope), clock.instant());
  }

  private Reply compare(Call call) {
    KnownTrace a = known(call, TracesApi.traceId(call));
    KnownTrace b = known(call, call.path("otherTraceId"));
    TraceComparison comparison = TraceComparisons.of(a.view(), b.view());
    TraceComparison.Divergence first = comparison.firstDivergence();
    Function<TraceSummary, TraceJson.Item> items =
        new FindingCountsOf(decisions).traces(call.project(), List.of(a.summary(), b.summary()));
    return Reply.ok(
        EvidenceJson.of(
            items.apply(a.summary()),
            items.apply(b.summary()),
            comparison,
            first == null ? Optional.empty() : card(a, first.a()),
            first == null ? Optional.empty() : card(b, first.b())));
  }

  private static Optional<WhyCard> card(KnownTrace trace, @Nullable String eventId) {
    return eventId == null ? Optional.empty() : trace.card(eventId);
  }

  private KnownTrace known(Call call, String traceId) {
    return evidence.of(call.project(), traceId).orElseThrow(() -> ApiException.notFound("trace"));
  }
}
