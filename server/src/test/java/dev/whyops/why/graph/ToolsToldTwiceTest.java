package dev.whyops.why.graph;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whyops.event.Event;
import dev.whyops.event.EventType;
import dev.whyops.json.Json;
import dev.whyops.why.Run;
import dev.whyops.why.graph.DecisionGraph.Kind;
import dev.whyops.why.graph.DecisionGraph.Node;
import dev.whyops.why.view.ToolUse;
import dev.whyops.why.view.TraceView;
import dev.whyops.why.view.TraceViews;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** One use of a tool is told by the answer, by the application and by the next request. */
class ToolsToldTwiceTest {
  @Test
  void aToolToldByProxyAndSdkIsOneNodeWithTheMeasuredTime() {
    Run run = Run.anthropic().user("The book of order 771 came damaged");
    String search = run.calls("search", "{\"id\":771}");
    pair(run, search, "{\"price\":21.9}");
    run.result(search, "{\"price\":21.9}");
    String refund = run.calls("refund", "{\"amount\":21.9}");
    pair(run, refund, "{\"done\":true}");
    run.result(refund, "{\"done\":true}").answers("Refunded.");

    TraceView view = TraceViews.of("trc", true, withReadParents(run.events()));
    DecisionGraph graph = GraphBuilder.of(view, List.of());

    assertThat(graph.nodes())
        .extracting(Node::label)
        .containsExactly(
            "The book of order 771 came damaged",
            "model-a",
            "search",
            "model-a",
            "refund",
            "model-a");
    assertThat(edges(graph))
        .containsExactlyInAnyOrder(
            "0-CAUSAL-1 request of the span",
            "1-CAUSAL-2 tool called by the answer",
            "2-CAUSAL-3 result held by the call",
            "3-CAUSAL-4 tool called by the answer",
            "4-CAUSAL-5 result held by the call");
    assertThat(view.toolUses()).extracting(ToolUse::measuredUs).containsExactly(10_000L, 10_000L);
    assertThat(graph.nodes().get(2).eventIds()).hasSize(3);
  }

  @Test
  void withoutAnSdkTheAnswersCallAndItsLaterResultAreOneNode() {
    Run run = Run.openai().user("The book of order 771 came damaged");
    String search = run.calls("search", "{\"id\":771}");
    run.result(search, "{\"price\":21.9}");
    String refund = run.calls("refund", "{\"amount\":21.9}");
    run.result(refund, "{\"done\":true}").answers("Refunded.");

    TraceView view = TraceViews.of("trc", true, withReadParents(run.events()));
    DecisionGraph graph = GraphBuilder.of(view, List.of());

    assertThat(graph.nodes())
        .extracting(Node::kind)
        .containsExactly(Kind.USER, Kind.LLM, Kind.TOOL, Kind.LLM, Kind.TOOL, Kind.LLM);
    assertThat(edges(graph))
        .containsExactlyInAnyOrder(
            "0-CAUSAL-1 request of the span",
            "1-CAUSAL-2 tool called by the answer",
            "2-CAUSAL-3 result held by the call",
            "3-CAUSAL-4 tool called by the answer",
            "4-CAUSAL-5 result held by the call");
    assertThat(view.toolUses()).extracting(ToolUse::measuredUs).containsOnlyNulls();
  }

  @Test
  void aResultSentAgainAfterAFailedCallLeadsToBothCalls() {
    Run run = Run.openai().user("Where is order 771?");
    String call = run.calls("orders", "{\"id\":771}");
    pair(run, call, "lost");
    run.result(call, "lost").fails(503, "overloaded", "try again");
    List<Event> events = new ArrayList<>(run.events());
    Run again = Run.openai().at(run.now()).user("Where is order 771?");
    again.result(call, "lost").answers("It is lost.");
    for (Event event : again.events()) {
      events.add(copy(event, new UUID(9, events.size()), "again", null, event.timestamp()));
    }

    DecisionGraph graph = GraphBuilder.of(TraceViews.of("trc", true, events), List.of());

    assertThat(graph.nodes())
        .extracting(Node::kind)
        .containsExactly(Kind.USER, Kind.LLM, Kind.TOOL, Kind.LLM, Kind.LLM);
    assertThat(edges(graph))
        .contains("2-CAUSAL-3 result held by the call", "2-CAUSAL-4 result held by the call");
  }

  @Test
  void aFastClockOfTheApplicationMakesNoSecondTool() {
    Run run = Run.openai().user("Where is order 771?");
    String call = run.calls("orders", "{\"id\":771}");
    int pairFrom = run.events().size();
    pair(run, call, "lost");
    run.result(call, "lost").answers("It is lost.");
    List<Event> events = new ArrayList<>(run.events());
    for (int i = pairFrom; i < pairFrom + 2; i++) {
      Event e = events.get(i);
      events.set(i, copy(e, e.id(), e.place().spanId(), null, e.timestamp().minusMillis(300)));
    }

    DecisionGraph graph = GraphBuilder.of(TraceViews.of("trc", true, events), List.of());

    assertThat(graph.nodes())
        .extracting(Node::kind)
        .containsExactly(Kind.USER, Kind.LLM, Kind.TOOL, Kind.LLM);
  }

  @Test
  void aResponseThatNamesOnlyTheSpanStillBringsTheMeasuredTime() {
    Run run = Run.openai().user("Where is order 771?");
    String call = run.calls("orders", "{\"id\":771}");
    run.sdk(EventType.TOOL_CALL_REQUEST, "own", "{\"arguments\":{}}", "orders", call, null);
    run.sdk(EventType.TOOL_CALL_RESPONSE, "own", "{\"output\":\"lost\"}", "orders");
    run.result(call, "lost").answers("It is lost.");

    TraceView view = run.view();

    assertThat(GraphBuilder.of(view, List.of()).nodes()).hasSize(4);
    assertThat(view.toolUses()).extracting(ToolUse::measuredUs).containsExactly(10_000L);
  }

  /** The runtime events of a tool, as the SDKs send them. */
  private static void pair(Run run, String callId, String output) {
    String span = "span-" + callId;
    String calls = "\"toolCalls\":[{\"id\":\"" + callId + "\"}]";
    run.sdk(EventType.TOOL_CALL_REQUEST, span, "{" + calls + "}", "tool", callId, null);
    run.sdk(
        EventType.TOOL_CALL_RESPONSE,
        span,
        "{" + calls + ",\"toolResults\":" + quoted(output) + "}",
        "tool",
        callId,
        null);
  }

  private static String quoted(String output) {
    return output.startsWith("{") ? output : "\"" + output + "\"";
  }

  /** As a trace is read: tool events get the span of the answer that called the tool. */
  private static List<Event> withReadParents(List<Event> events) {
    Map<String, String> issuers = new HashMap<>();
    List<Event> read = new ArrayList<>();
    for (Event event : events) {
      if (event.type() == EventType.LLM_RESPONSE) {
        for (JsonNode call : Json.mapper().readTree(event.contentJson()).path("toolCalls")) {
          issuers.put(call.path("id").asString(), event.place().spanId());
        }
      }
      String callId = event.facts().toolCallId();
      String parent = callId == null ? null : issuers.get(callId);
      read.add(copy(event, event.id(), event.place().spanId(), parent, event.timestamp()));
    }
    return read;
  }

  private static Event copy(
      Event e, UUID id, String span, @Nullable String parent, Instant timestamp) {
    Event.Place p = e.place();
    return new Event(
        id,
        e.type(),
        e.project(),
        e.environment(),
        e.source(),
        e.agent(),
        new Event.Place(p.traceId(), p.threadId(), span, parent, null, null, null),
        timestamp,
        false,
        e.facts(),
        e.contentJson(),
        e.metadataJson());
  }

  private static List<String> edges(DecisionGraph graph) {
    List<String> ids = graph.nodes().stream().map(Node::id).toList();
    return graph.edges().stream()
        .map(
            e ->
                ids.indexOf(e.from()) + "-" + e.kind() + "-" + ids.indexOf(e.to()) + " " + e.rule())
        .toList();
  }
}
