package dev.whyops.why.card;

import dev.whyops.json.Json;
import dev.whyops.why.context.ContextDiff;
import dev.whyops.why.history.BaseRate;
import dev.whyops.why.provenance.Provenance;
import dev.whyops.why.schema.SchemaVerdict;
import dev.whyops.why.stats.Interval;
import dev.whyops.why.view.Leaf;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Writes cards and context diffs in the shape of the API. */
public final class CardJson {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final int VALUE_CHARS_MAX = 1_000;

  private CardJson() {}

  public static ObjectNode of(WhyCard card) {
    ObjectNode out = NODES.objectNode();
    out.put("card", CardText.kind(card)).put("version", WhyCard.VERSION);
    out.put("eventId", card.eventId()).put("traceId", card.traceId());
    ObjectNode coverage = out.putObject("coverage");
    coverage.put("capture", card.coverage().capture()).put("partial", card.coverage().partial());
    coverage.set("missing", strings(card.coverage().missing()));
    switch (card.body()) {
      case WhyCard.AnswerBody answer -> answer(out, answer);
      case WhyCard.ToolBody tool -> tool(out, tool);
      case WhyCard.ErrorBody error -> error(out.putObject("error"), error);
    }
    ArrayNode lines = out.putArray("lines");
    for (WhyCard.Line line : card.lines()) {
      ObjectNode row = lines.addObject().put("id", line.id()).put("basis", lower(line.basis()));
      row.put("text", line.text());
      ArrayNode refs = row.putArray("refs");
      line.refs().forEach(r -> refs.addObject().put("eventId", r.eventId()).put("path", r.path()));
    }
    out.set("findings", strings(card.findings()));
    return out;
  }

  private static void answer(ObjectNode out, WhyCard.AnswerBody body) {
    ObjectNode decision = out.putObject("decision");
    decision.put("kind", lower(body.decision().kind()));
    ArrayNode calls = decision.putArray("calls");
    for (WhyCard.Chosen chosen : body.decision().calls()) {
      calls
          .addObject()
          .put("callId", chosen.callId() == null ? "" : chosen.callId())
          .put("tool", chosen.tool())
          .put("valid", chosen.valid());
    }
    decision.put("finishReason", body.decision().finishReason());
    decision.put("truncated", body.decision().truncated());
    WhyCard.Options options = body.options();
    ObjectNode o = out.putObject("options");
    o.set("offered", strings(options.offered()));
    o.set("chosen", strings(options.chosen()));
    o.set("unusedInTrace", strings(options.unusedInTrace()));
    o.set("neverUsedInVersion", strings(options.neverUsedInVersion()));
    o.set("unknown", strings(options.unknown()));
    o.put("toolChoice", options.toolChoice()).put("forced", options.forced());
    out.set("provenance", provenance(body.provenance()));
    out.set("context", of(body.context()));
    WhyCard.Reasoning reasoning = body.reasoning();
    if (reasoning == null) {
      out.putNull("reasoning");
    } else {
      out.putObject("reasoning")
          .put("text", reasoning.text())
          .put("label", "stated")
          .put("eventId", reasoning.eventId());
    }
    out.set("baseRate", rate(body.baseRate()));
    ObjectNode sampling = out.putObject("sampling");
    sampling.put("temperature", body.sampling().temperature());
    sampling.put("requestedModel", body.sampling().requestedModel());
    sampling.put("answeredModel", body.sampling().answeredModel());
    sampling.set("changed", strings(body.sampling().changed()));
  }

  private static void tool(ObjectNode out, WhyCard.ToolBody body) {
    out.set("provenance", provenance(body.provenance()));
    ObjectNode call = out.putObject("call");
    call.put("tool", body.tool()).put("callId", body.callId()).put("issuedBy", body.issuedBy());
    SchemaVerdict schema = body.schema();
    if (schema == null) {
      call.putNull("schema");
    } else {
      ObjectNode verdict = call.putObject("schema").put("valid", schema.valid());
      verdict.set("errors", strings(schema.errors()));
    }
    call.put("timeMs", body.timeMs()).put("timeBasis", body.timeBasis());
    ArrayNode used = call.putArray("usedBy");
    for (WhyCard.UsedBy use : body.usedBy()) {
      used.addObject()
          .put("eventId", use.eventId())
          .put("path", use.path())
          .put("resultPath", use.resultPath());
    }
    call.set("equalCallsBefore", strings(body.equalCallsBefore()));
    call.set("errorRate", body.errorRate() == null ? NODES.nullNode() : rate(body.errorRate()));
  }

  private static void error(ObjectNode out, WhyCard.ErrorBody body) {
    out.put("source", body.source()).put("firstEventId", body.firstEventId());
    out.put("decisionEventId", body.decisionEventId());
    out.set("retryChanged", strings(body.retryChanged()));
    out.put("recovered", body.recovered()).put("fingerprint", body.fingerprint());
    out.put("count", body.count());
    out.put("firstSeenAt", body.firstSeenAt() == null ? null : body.firstSeenAt().toString());
    out.set("precedingChanges", strings(body.precedingChanges()));
  }

  private static ArrayNode provenance(List<Provenance> leaves) {
    ArrayNode out = NODES.arrayNode();
    for (Provenance leaf : leaves) {
      ObjectNode row = out.addObject();
      row.put("callId", leaf.callId() == null ? "" : leaf.callId());
      row.put("path", leaf.leaf().path()).set("value", value(leaf.leaf()));
      row.put("result", leaf.result().wireName()).put("confidence", leaf.confidence());
      row.put("rule", leaf.rule()).put("matches", leaf.matches());
      row.set("origin", origin(leaf.origin()));
      row.set("nearest", origin(leaf.nearest()));
    }
    return out;
  }

  private static JsonNode value(Leaf leaf) {
    return switch (leaf.kind()) {
      case STRING ->
          NODES.stringNode(
              leaf.text().length() <= VALUE_CHARS_MAX
                  ? leaf.text()
                  : leaf.text().substring(0, VALUE_CHARS_MAX - 1) + "…");
      case NUMBER, BOOLEAN, NULL -> Json.mapper().readTree(leaf.text());
    };
  }

  private static JsonNode origin(Provenance.@Nullable Origin origin) {
    if (origin == null) {
      return NODES.nullNode();
    }
    return NODES
        .objectNode()
        .put("eventId", origin.eventId())
        .put("role", origin.role())
        .put("messageIndex", origin.messageIndex())
        .put("path", origin.path())
        .put("start", origin.start())
        .put("end", origin.end());
  }

  public static ObjectNode of(ContextDiff diff) {
    ObjectNode out = NODES.objectNode();
    out.put("previousEventId", diff.previousEventId()).put("kept", diff.kept());
    ArrayNode added = out.putArray("added");
    diff.added().forEach(change -> added.add(change(change)));
    ArrayNode removed = out.putArray("removed");
    diff.removed().forEach(change -> removed.add(change(change)));
    ArrayNode edited = out.putArray("edited");
    for (ContextDiff.Edit edit : diff.edited()) {
      ObjectNode row = edited.addObject();
      row.set("before", change(edit.before()));
      row.set("after", change(edit.after()));
    }
    out.put("compacted", diff.compacted());
    out.putObject("tokens")
        .put("before", diff.tokens().before())
        .put("after", diff.tokens().after())
        .put("window", diff.tokens().window());
    ContextDiff.Cache cache = diff.cache();
    if (cache == null) {
      out.putNull("cache");
      return out;
    }
    ObjectNode c = out.putObject("cache");
    ContextDiff.Break at = cache.at();
    if (at == null) {
      c.putNull("break");
    } else {
      c.putObject("break")
          .put("part", at.part())
          .put("byte", at.byteOffset())
          .put("before", at.before())
          .put("after", at.after());
    }
    c.put("reason", cache.reason() == null ? null : cache.reason().wireName());
    c.put("expectedRead", cache.expectedRead()).put("read", cache.read());
    Long cost = cache.missCostNanoUsd();
    if (cost == null) {
      c.putNull("missCost");
    } else {
      c.putObject("missCost").put("usd", BigDecimal.valueOf(cost, 9).toPlainString());
    }
    c.put("estimate", true);
    return out;
  }

  private static ObjectNode change(ContextDiff.Change change) {
    return NODES
        .objectNode()
        .put("index", change.index())
        .put("role", change.role())
        .put("contentId", Integer.toString(change.contentId()))
        .put("text", change.text())
        .put("tokens", change.tokens());
  }

  public static ObjectNode rate(BaseRate rate) {
    ObjectNode out = NODES.objectNode();
    out.put("given", rate.given()).put("chose", rate.chose());
    out.put("k", rate.k()).put("n", rate.n()).put("p", rate.p());
    Interval interval = rate.ci95();
    if (interval == null) {
      out.putNull("ci95");
    } else {
      out.putArray("ci95").add(interval.low()).add(interval.high());
    }
    return out.put("note", rate.note());
  }

  private static ArrayNode strings(List<String> texts) {
    ArrayNode out = NODES.arrayNode();
    texts.forEach(out::add);
    return out;
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
