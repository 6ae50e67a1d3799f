package dev.whyops.why.label;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whyops.event.Event;
import dev.whyops.event.EventType;
import dev.whyops.finding.Evidence;
import dev.whyops.finding.Finding;
import dev.whyops.finding.Findings;
import dev.whyops.finding.check.Checks;
import dev.whyops.json.Json;
import dev.whyops.kit.Fixtures;
import dev.whyops.pricing.Cost;
import dev.whyops.project.Environment;
import dev.whyops.why.Run;
import dev.whyops.why.card.CardText;
import dev.whyops.why.card.WhyCards;
import dev.whyops.why.graph.DataFlows;
import dev.whyops.why.graph.GraphBuilder;
import dev.whyops.why.history.VersionHistory;
import dev.whyops.why.provenance.Provenance;
import dev.whyops.why.view.ModelCall;
import dev.whyops.why.view.ToolUse;
import dev.whyops.why.view.TraceView;
import dev.whyops.why.view.TraceViews;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Evidence over real tool runs of both dialects: every rule judges, every card can be made. */
class RecordedRunsTest {
  private static final Instant START = Instant.parse("2026-03-04T10:00:00Z");

  @Test
  void everyRecordedRunCanBeJudged() {
    Map<String, List<JsonNode>> runs = new LinkedHashMap<>();
    for (JsonNode exchange : Fixtures.lines("recorded-exchanges.jsonl")) {
      if (decides(exchange)) {
        String run = exchange.path("id").asString("").replaceAll("#.*", "");
        runs.computeIfAbsent(run, k -> new ArrayList<>()).add(exchange);
      }
    }
    Map<String, Integer> leaves = new TreeMap<>();
    Map<String, Integer> codes = new TreeMap<>();
    Findings rules = new Findings(Checks.all());
    for (List<JsonNode> exchanges : runs.values()) {
      TraceView view = TraceViews.of("t", true, events(exchanges));
      Evidence evidence =
          new Evidence(
              view,
              () -> VersionHistory.NONE,
              () -> VersionHistory.NONE,
              Scenes.MODELS,
              dev.whyops.finding.Thresholds.DEFAULT);
      Findings.Outcome outcome = rules.of(evidence);
      assertThat(outcome.failedChecks()).isEmpty();
      outcome.findings().stream()
          .map(Finding::code)
          .forEach(code -> codes.merge(code, 1, Integer::sum));
      GraphBuilder.of(view, DataFlows.of(evidence));
      for (ModelCall call : view.calls()) {
        CardText.of(new WhyCards(evidence).of(call.eventId(), List.of()).orElseThrow());
      }
      for (ToolUse use : view.toolUses()) {
        for (Provenance leaf : evidence.provenance(use)) {
          leaves.merge(leaf.result().wireName(), 1, Integer::sum);
        }
      }
    }
    System.out.println(runs.size() + " recorded runs: leaves " + leaves + ", findings " + codes);
    assertThat(leaves.getOrDefault("exact", 0)).isPositive();
    assertThat(codes)
        .doesNotContainKeys(
            "SCHEMA_MISMATCH",
            "STEP_ORDER_DECREASED",
            "ORPHAN_TOOL_CALL_RESPONSE",
            "TRACE_HAS_NO_EVENTS");
  }

  /**
   * Where plain reading decides: an argument that stands word for word in what the request held has
   * a source, and one of whose words none stands there has none.
   */
  @Test
  void judgesAsPlainReadingDoes() {
    Map<String, Integer> table = new TreeMap<>();
    int decided = 0;
    int right = 0;
    for (JsonNode exchange : Fixtures.lines("recorded-exchanges.jsonl")) {
      if (!decides(exchange)) {
        continue;
      }
      TraceView view = TraceViews.of("t", true, events(List.of(exchange)));
      Evidence evidence = Evidence.of(view);
      String held = PlainReading.held(exchange.path("request").path("body"));
      for (ToolUse use : view.toolUses()) {
        for (Provenance leaf : evidence.provenance(use)) {
          String truth = PlainReading.of(leaf.leaf(), held);
          String found = leaf.result().wireName();
          if (truth.isEmpty() || found.equals("skipped") || found.equals("unknown")) {
            continue;
          }
          boolean agrees = truth.equals("sourced") ? leaf.sourced() : found.equals("unsourced");
          decided++;
          right += agrees ? 1 : 0;
          table.merge(String.format("%-10s %-12s", truth, found), 1, Integer::sum);
        }
      }
    }
    StringBuilder out = new StringBuilder("by reading found        leaves\n");
    table.forEach((key, n) -> out.append(key).append(String.format("%8d%n", n)));
    LabelledSet.report("recorded runs", out.toString());
    assertThat(decided).isGreaterThanOrEqualTo(50);
    assertThat((double) right / decided).isGreaterThanOrEqualTo(0.95);
  }

  private static boolean decides(JsonNode exchange) {
    String path = exchange.path("request").path("path").asString("");
    boolean asked =
        path.equals("/v1/messages")
            || path.equals("/v1/chat/completions")
            || path.equals("/v1/responses");
    return asked
        && exchange.path("response").path("json").isObject()
        && exchange.path("request").path("body").isObject();
  }

  private static List<Event> events(List<JsonNode> exchanges) {
    List<Event> events = new ArrayList<>();
    for (int i = 0; i < exchanges.size(); i++) {
      JsonNode body = exchanges.get(i).path("request").path("body");
      JsonNode answer = exchanges.get(i).path("response").path("json");
      ObjectNode metadata = Json.mapper().createObjectNode();
      for (String name : new String[] {"system", "instructions", "tools"}) {
        if (body.has(name)) {
          metadata.set(name, body.path(name));
        }
      }
      ObjectNode params = metadata.putObject("params");
      for (String name :
          new String[] {"tool_choice", "temperature", "previous_response_id", "max_tokens"}) {
        if (body.has(name)) {
          params.set(name, body.path(name));
        }
      }
      ObjectNode content = Json.mapper().createObjectNode();
      JsonNode turns = body.has("messages") ? body.path("messages") : body.path("input");
      if (turns.isString()) {
        turns =
            Json.mapper()
                .createArrayNode()
                .add(Json.mapper().createObjectNode().put("role", "user").set("content", turns));
      }
      content.set("messages", turns);
      events.add(event(i, 0, EventType.USER_MESSAGE, content, metadata, null, null, "ok"));
      String id = answer.path("id").asString(null);
      boolean failed = answer.has("error") && !answer.path("error").isNull();
      events.add(
          event(
              i,
              1,
              failed ? EventType.ERROR : EventType.LLM_RESPONSE,
              failed ? answer.path("error") : said(answer),
              Json.mapper().createObjectNode(),
              id,
              answer.path("model").asString("model"),
              failed ? "error" : "ok"));
    }
    return events;
  }

  private static JsonNode said(JsonNode answer) {
    ObjectNode content = Json.mapper().createObjectNode();
    ArrayNode calls = content.putArray("toolCalls");
    StringBuilder text = new StringBuilder();
    JsonNode message = answer.path("choices").path(0).path("message");
    text.append(message.path("content").asString(""));
    message.path("tool_calls").forEach(calls::add);
    for (JsonNode block : answer.path("content")) {
      text.append(block.path("text").asString(""));
      if (block.path("type").asString("").endsWith("tool_use")) {
        calls
            .addObject()
            .put("id", block.path("id").asString(""))
            .put("type", block.path("type").asString(""))
            .putObject("function")
            .put("name", block.path("name").asString(""))
            .put("arguments", block.path("input").toString());
      }
    }
    for (JsonNode item : answer.path("output")) {
      if (item.path("type").asString("").equals("function_call")) {
        calls
            .addObject()
            .put("id", item.path("call_id").asString(""))
            .put("type", "function")
            .putObject("function")
            .put("name", item.path("name").asString(""))
            .put("arguments", item.path("arguments").asString(""));
      }
      item.path("content").forEach(part -> text.append(part.path("text").asString("")));
    }
    return content.put("content", text.toString());
  }

  private static Event event(
      int call,
      int ordinal,
      EventType type,
      JsonNode content,
      JsonNode metadata,
      @Nullable String responseId,
      @Nullable String model,
      String status) {
    return new Event(
        new UUID(call, ordinal),
        type,
        Run.PROJECT,
        Environment.PRODUCTION,
        Event.Source.PROXY,
        new Event.Agent("agent", null, null),
        new Event.Place("t", "t", "s" + call, null, call * 2 + ordinal + 1, null, null),
        START.plusSeconds(call * 10L + ordinal),
        false,
        new Event.Facts(
            "p",
            model,
            model,
            null,
            null,
            responseId,
            null,
            status,
            "header",
            null,
            Cost.NONE,
            null,
            null,
            null),
        content.toString(),
        metadata.toString());
  }
}
