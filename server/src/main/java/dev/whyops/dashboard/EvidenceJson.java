package dev.whyops.dashboard;

import dev.whyops.finding.Finding;
import dev.whyops.why.card.CardJson;
import dev.whyops.why.card.WhyCard;
import dev.whyops.why.compare.TraceComparison;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Findings and comparisons in the shape of the contract. */
final class EvidenceJson {
  private EvidenceJson() {}

  record FindingItem(
      String id,
      String code,
      String severity,
      double confidence,
      String title,
      @Nullable String traceId,
      @Nullable String agentId,
      @Nullable String versionId,
      @Nullable String tool,
      @Nullable String path,
      String fingerprint,
      int count,
      List<Finding.Ref> evidence,
      Finding.Recommendation recommendation,
      Map<String, Object> thresholds,
      String status,
      Instant createdAt) {}

  record Step(
      @Nullable String a,
      @Nullable String b,
      String match,
      @Nullable String labelA,
      @Nullable String labelB) {}

  record Divergence(
      int step,
      @Nullable String a,
      @Nullable String b,
      boolean inputDiffered,
      @Nullable String where,
      @Nullable ObjectNode whyA,
      @Nullable ObjectNode whyB) {}

  record Comparison(
      TraceJson.Item a,
      TraceJson.Item b,
      List<Step> steps,
      boolean truncated,
      @Nullable Divergence firstDivergence) {}

  static FindingItem of(Finding finding, Instant foundAt) {
    return new FindingItem(
        finding.id(),
        finding.code(),
        finding.severity().wireName(),
        finding.confidence(),
        finding.title(),
        finding.traceId(),
        finding.agentId(),
        finding.versionId(),
        finding.tool(),
        finding.path(),
        finding.fingerprint(),
        finding.count(),
        finding.evidence(),
        finding.recommendation(),
        finding.thresholds(),
        finding.status().wireName(),
        foundAt);
  }

  static Comparison of(
      TraceJson.Item a,
      TraceJson.Item b,
      TraceComparison comparison,
      Optional<WhyCard> whyA,
      Optional<WhyCard> whyB) {
    TraceComparison.Divergence first = comparison.firstDivergence();
    return new Comparison(
        a,
        b,
        comparison.steps().stream()
            .map(
                s ->
                    new Step(
                        s.a(),
                        s.b(),
                        s.match().name().toLowerCase(Locale.ROOT),
                        s.labelA(),
                        s.labelB()))
            .toList(),
        comparison.truncated(),
        first == null
            ? null
            : new Divergence(
                first.step(),
                first.a(),
                first.b(),
                first.inputDiffered(),
                first.where(),
                whyA.map(CardJson::of).orElse(null),
                whyB.map(CardJson::of).orElse(null)));
  }
}
