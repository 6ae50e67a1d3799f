package dev.whyops.why.card;

import dev.whyops.why.card.WhyCard.Basis;
import dev.whyops.why.card.WhyCard.ToolBody;
import dev.whyops.why.card.WhyCard.UsedBy;
import dev.whyops.why.history.BaseRate;
import dev.whyops.why.provenance.Provenance;
import dev.whyops.why.provenance.Uses;
import dev.whyops.why.schema.SchemaVerdict;
import dev.whyops.why.text.CanonicalJson;
import dev.whyops.why.view.ModelCall;
import dev.whyops.why.view.ToolUse;
import dev.whyops.why.view.TraceView;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Cards of tool calls. */
final class ToolCards {
  private static final int EQUAL_MAX = 50;

  private final CardSources sources;
  private final TraceView view;

  ToolCards(CardSources sources) {
    this.sources = sources;
    this.view = sources.view();
  }

  ToolBody body(ToolUse use, Lines lines) {
    ModelCall issuer = view.issuer(use);
    String tool = use.tool() == null ? "tool" : use.tool();
    lines.add(
        Basis.OBSERVED,
        issuer == null
            ? tool + " ran; no answer on record asked for it"
            : tool + " was asked for by " + model(issuer),
        Lines.ref(use.place().id(), use.callId() == null ? null : "$.toolCalls"));
    List<Provenance> provenance = sources.provenance(use);
    if (issuer != null) {
      provenance.forEach(leaf -> AnswerCards.tellLeaf(issuer, leaf, lines));
    }
    SchemaVerdict schema = sources.schema(use);
    if (schema != null && schema.mismatch()) {
      lines.add(
          Basis.OBSERVED,
          "The arguments do not fit the schema: " + String.join("; ", schema.errors()),
          Lines.ref(use.place().id(), "$.toolCalls"));
    }
    Time time = time(use);
    if (time != null) {
      String bound = time.basis().equals("measured") ? "took " : "took at most ";
      lines.add(
          time.basis().equals("measured") ? Basis.OBSERVED : Basis.DERIVED,
          tool + " " + bound + Math.round(time.ms()) + " ms",
          Lines.ref(use.own().id(), null));
    }
    if (use.error() && use.output() != null) {
      lines.add(
          Basis.OBSERVED,
          tool + " failed: " + Lines.clipped(use.output(), 160),
          Lines.ref(use.own().id(), "$.output"));
    }
    List<UsedBy> usedBy = usedBy(use);
    if (use.output() != null) {
      lines.add(
          Basis.DERIVED,
          usedBy.isEmpty()
              ? "No value of the result was found in what was written later"
              : usedBy.size() == 1
                  ? "1 value of the result was used later"
                  : usedBy.size() + " values of the result were used later",
          usedBy.stream()
              .limit(5)
              .map(u -> Lines.ref(u.eventId(), u.path()))
              .toArray(WhyCard.Ref[]::new));
    }
    List<String> equal = equalBefore(use);
    if (!equal.isEmpty()) {
      lines.add(
          Basis.OBSERVED,
          "Called with equal arguments " + Lines.count(equal.size(), "time") + " before",
          equal.stream().limit(5).map(id -> Lines.ref(id, null)).toArray(WhyCard.Ref[]::new));
    }
    BaseRate errors = errorRate(tool);
    if (errors.p() != null) {
      lines.add(
          Basis.STATISTICAL,
          tool + " failed in " + errors.k() + " of " + errors.n() + " calls of this version");
    }
    return new ToolBody(
        use.tool(),
        use.callId(),
        issuer == null ? null : issuer.eventId(),
        provenance,
        schema,
        time == null ? null : time.ms(),
        time == null ? null : time.basis(),
        usedBy,
        equal,
        errors);
  }

  private record Time(double ms, String basis) {}

  /** Measured, or from the answer that asked to the call that held the result. */
  private @Nullable Time time(ToolUse use) {
    Long measured = use.measuredUs();
    if (measured != null) {
      return new Time(measured / 1_000.0, "measured");
    }
    if (use.issuedBy() >= 0 && use.firstHolder() > use.issuedBy()) {
      Duration between =
          Duration.between(
              view.calls().get(use.issuedBy()).end().event().timestamp(),
              view.calls().get(use.firstHolder()).start().event().timestamp());
      return between.isNegative() ? null : new Time(between.toNanos() / 1e6, "between_calls");
    }
    return null;
  }

  private List<UsedBy> usedBy(ToolUse use) {
    List<UsedBy> usedBy = new ArrayList<>();
    for (Uses.Use found : sources.uses().of(use).uses()) {
      String event =
          found.toolUse() >= 0
              ? view.toolUses().get(found.toolUse()).own().id()
              : view.calls().get(found.call()).eventId();
      usedBy.add(new UsedBy(event, found.path(), found.resultPath()));
    }
    return usedBy;
  }

  private List<String> equalBefore(ToolUse use) {
    String arguments = CanonicalJson.of(use.parsed(), use.arguments());
    List<String> equal = new ArrayList<>();
    for (int i = 0; i < use.index() && equal.size() < EQUAL_MAX; i++) {
      ToolUse earlier = view.toolUses().get(i);
      if (String.valueOf(earlier.tool()).equals(String.valueOf(use.tool()))
          && CanonicalJson.of(earlier.parsed(), earlier.arguments()).equals(arguments)) {
        equal.add(earlier.own().id());
      }
    }
    return equal;
  }

  private BaseRate errorRate(String tool) {
    return BaseRate.of(
        "tool:" + tool, "error", sources.history().errors(tool), sources.history().calls(tool));
  }

  private static String model(ModelCall call) {
    return call.model().isEmpty() ? "the model" : call.model();
  }
}
