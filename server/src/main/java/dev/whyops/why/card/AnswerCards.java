package dev.whyops.why.card;

import dev.whyops.why.card.WhyCard.AnswerBody;
import dev.whyops.why.card.WhyCard.Basis;
import dev.whyops.why.card.WhyCard.Chosen;
import dev.whyops.why.card.WhyCard.Decision;
import dev.whyops.why.card.WhyCard.Options;
import dev.whyops.why.card.WhyCard.Reasoning;
import dev.whyops.why.card.WhyCard.Sampling;
import dev.whyops.why.context.ContextDiff;
import dev.whyops.why.history.BaseRate;
import dev.whyops.why.history.Decisions;
import dev.whyops.why.provenance.Provenance;
import dev.whyops.why.schema.SchemaVerdict;
import dev.whyops.why.view.Answer;
import dev.whyops.why.view.Context;
import dev.whyops.why.view.Fact;
import dev.whyops.why.view.ModelCall;
import dev.whyops.why.view.Part;
import dev.whyops.why.view.Tool;
import dev.whyops.why.view.ToolUse;
import dev.whyops.why.view.TraceView;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Cards of model answers. */
final class AnswerCards {
  private final CardSources sources;
  private final TraceView view;

  AnswerCards(CardSources sources) {
    this.sources = sources;
    this.view = sources.view();
  }

  AnswerBody body(ModelCall call, Lines lines) {
    Decision decision = decision(call);
    Options options = options(call);
    List<Provenance> provenance = new ArrayList<>();
    for (int number : call.toolUses()) {
      provenance.addAll(sources.provenance(view.toolUses().get(number)));
    }
    ContextDiff context = sources.diff(call);
    Reasoning reasoning = reasoning(call);
    BaseRate rate = sources.history().baseRate(Decisions.given(view, call), Decisions.chose(call));
    Sampling sampling = sampling(call);
    tellDecision(call, decision, options, lines);
    provenance.forEach(leaf -> tellLeaf(call, leaf, lines));
    tellContext(call, context, lines);
    if (reasoning != null) {
      lines.add(
          Basis.STATED,
          "The model stated: " + Lines.clipped(reasoning.text(), 200),
          Lines.ref(reasoning.eventId(), null));
    }
    tellRate(rate, lines);
    if (!sampling.changed().isEmpty()) {
      lines.add(
          Basis.OBSERVED,
          "Changed against the call before: " + String.join(", ", sampling.changed()),
          Lines.ref(call.start().id(), "$.params"));
    }
    return new AnswerBody(decision, options, provenance, context, reasoning, rate, sampling);
  }

  private Decision decision(ModelCall call) {
    Answer answer = call.answer();
    List<Chosen> chosen = new ArrayList<>();
    List<Part.Call> calls = answer.calls();
    for (int i = 0; i < calls.size(); i++) {
      ToolUse use = view.toolUses().get(call.toolUses().get(i));
      SchemaVerdict verdict = sources.schema(use);
      chosen.add(
          new Chosen(
              calls.get(i).callId(),
              calls.get(i).tool(),
              verdict == null ? null : verdict.valid()));
    }
    Decision.Kind kind =
        !chosen.isEmpty()
            ? Decision.Kind.TOOL_CALLS
            : answer.refusal() != null || "refusal".equals(answer.finishReason())
                ? Decision.Kind.REFUSAL
                : answer.text().isBlank() ? Decision.Kind.STOPPED : Decision.Kind.ANSWER;
    return new Decision(kind, chosen, answer.finishReason(), answer.cut());
  }

  private Options options(ModelCall call) {
    Context context = call.context();
    List<String> offered = context.tools().stream().map(Tool::name).distinct().toList();
    Set<String> chosen = new LinkedHashSet<>();
    call.answer().calls().forEach(asked -> chosen.add(asked.tool()));
    Set<String> used = new TreeSet<>();
    view.toolUses().forEach(use -> used.add(String.valueOf(use.tool())));
    List<String> unused = offered.stream().filter(tool -> !used.contains(tool)).toList();
    boolean counted = sources.history().traceCount() > 0;
    List<String> never =
        unused.stream().filter(tool -> counted && sources.history().calls(tool) == 0).toList();
    List<String> unknown =
        offered.isEmpty() || context.findsTools()
            ? List.of()
            : call.answer().calls().stream()
                .filter(asked -> !asked.hosted() && !offered.contains(asked.tool()))
                .map(Part.Call::tool)
                .distinct()
                .toList();
    String choice = context.toolChoice();
    boolean named = choice != null && offered.contains(choice);
    boolean forced =
        named || "required".equals(choice) && offered.size() == 1 || "none".equals(choice);
    return new Options(
        offered,
        List.copyOf(chosen),
        unused,
        never,
        unknown,
        choice,
        forced || "required".equals(choice));
  }

  private @Nullable Reasoning reasoning(ModelCall call) {
    for (Fact thinking : call.thinking()) {
      for (String name : new String[] {"text", "thinking"}) {
        String text = thinking.content().path(name).asString("");
        if (!text.isBlank()) {
          return new Reasoning(text, thinking.id());
        }
      }
    }
    String said = call.answer().text();
    boolean beside = !call.answer().calls().isEmpty() && !said.isBlank();
    return beside ? new Reasoning(said, call.eventId()) : null;
  }

  private Sampling sampling(ModelCall call) {
    ModelCall before = view.previous(call);
    List<String> changed = new ArrayList<>();
    if (before != null) {
      Set<String> names = new TreeSet<>(call.context().params().propertyNames());
      names.addAll(before.context().params().propertyNames());
      for (String name : names) {
        if (!call.context().params().path(name).equals(before.context().params().path(name))) {
          changed.add(name);
        }
      }
      if (!before.model().equals(call.model())) {
        changed.add("model");
      }
      if (!before.context().tools().equals(call.context().tools())) {
        changed.add("tools");
      }
      if (before.context().system() != call.context().system()) {
        changed.add("system");
      }
    }
    Double temperature =
        call.context().params().path("temperature").isNumber()
            ? call.context().params().path("temperature").asDouble()
            : null;
    return new Sampling(
        temperature,
        call.end().event().facts().requestedModel(),
        call.end().event().facts().model(),
        changed);
  }

  private static void tellDecision(
      ModelCall call, Decision decision, Options options, Lines lines) {
    String what =
        switch (decision.kind()) {
          case TOOL_CALLS -> "called " + String.join(", ", options.chosen());
          case ANSWER -> "answered";
          case REFUSAL -> "refused";
          case STOPPED -> "stopped without a word";
        };
    String of =
        options.offered().isEmpty()
            ? ""
            : ", out of " + Lines.count(options.offered().size(), "tool");
    lines.add(
        Basis.OBSERVED,
        (call.model().isEmpty() ? "The model" : call.model())
            + " "
            + what
            + of
            + (options.forced() ? "; the choice was forced" : ""),
        Lines.ref(
            call.eventId(),
            decision.kind() == Decision.Kind.TOOL_CALLS ? "$.toolCalls" : "$.content"));
    if (!options.unknown().isEmpty()) {
      lines.add(
          Basis.OBSERVED,
          "Not offered: " + String.join(", ", options.unknown()),
          Lines.ref(call.start().id(), "$.tools"));
    }
    if (!options.neverUsedInVersion().isEmpty()) {
      lines.add(
          Basis.STATISTICAL,
          "Never used by this version: " + String.join(", ", options.neverUsedInVersion()),
          Lines.ref(call.start().id(), "$.tools"));
    }
    if (decision.truncated()) {
      lines.add(
          Basis.OBSERVED, "The answer was cut off", Lines.ref(call.eventId(), "$.finishReason"));
    }
  }

  static void tellLeaf(ModelCall call, Provenance leaf, Lines lines) {
    if (leaf.result() == Provenance.Result.SKIPPED) {
      return;
    }
    String value = leaf.leaf().path() + " \"" + Lines.clipped(leaf.leaf().text(), 60) + "\"";
    Provenance.Origin origin = leaf.origin();
    if (leaf.sourced() && origin != null) {
      String where = origin.path() == null ? "text" : origin.path();
      lines.add(
          leaf.result() == Provenance.Result.DERIVED ? Basis.DERIVED : Basis.OBSERVED,
          value + " ← " + origin.role() + " " + where + " (" + leaf.rule() + ")",
          Lines.ref(call.eventId(), leaf.leaf().path()),
          Lines.ref(origin.eventId(), origin.path()));
    } else {
      lines.add(
          Basis.DERIVED,
          value
              + (leaf.result() == Provenance.Result.UNKNOWN
                  ? ": source unknown, "
                  : ": unsourced, ")
              + leaf.rule(),
          Lines.ref(call.eventId(), leaf.leaf().path()));
    }
  }

  private static void tellContext(ModelCall call, ContextDiff diff, Lines lines) {
    if (diff.previousEventId() == null) {
      return;
    }
    String edits = diff.edited().isEmpty() ? "" : " ~" + diff.edited().size();
    String text =
        "Context +"
            + diff.added().size()
            + " −"
            + diff.removed().size()
            + edits
            + " ("
            + diff.kept()
            + " kept)"
            + (diff.compacted() ? ", compacted" : "")
            + (diff.rewritten() ? ", rewritten" : "");
    lines.add(
        Basis.OBSERVED,
        text,
        Lines.ref(call.start().id(), "$.messages"),
        Lines.ref(diff.previousEventId(), null));
    ContextDiff.Cache cache = diff.cache();
    if (cache != null && cache.reason() != null) {
      String at = cache.at() == null ? "" : " at " + cache.at().part();
      Long cost = cache.missCostNanoUsd();
      String price = cost == null || cost == 0 ? "" : ", about $" + usd(cost);
      lines.add(
          Basis.DERIVED,
          "Prompt cache missed"
              + at
              + ": "
              + cache.reason().wireName().replace('_', ' ')
              + price
              + " (estimate)",
          Lines.ref(call.eventId(), "$.usage"));
    }
  }

  static void tellRate(BaseRate rate, Lines lines) {
    Double p = rate.p();
    if (p == null || rate.ci95() == null) {
      lines.add(Basis.STATISTICAL, "Base rate: " + rate.note());
      return;
    }
    lines.add(
        Basis.STATISTICAL,
        String.format(
            Locale.ROOT,
            "After %s this version chose %s in %.0f %% of %d runs (%.0f–%.0f %%)",
            rate.given(),
            rate.chose(),
            p * 100,
            rate.n(),
            rate.ci95().low() * 100,
            rate.ci95().high() * 100));
  }

  private static String usd(long nano) {
    return BigDecimal.valueOf(nano, 9).stripTrailingZeros().toPlainString();
  }
}
