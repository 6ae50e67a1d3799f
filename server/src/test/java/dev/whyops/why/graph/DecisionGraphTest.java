package dev.whyops.why.graph;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whyops.event.Event;
import dev.whyops.event.EventType;
import dev.whyops.why.Reply;
import dev.whyops.why.Run;
import dev.whyops.why.graph.DecisionGraph.Edge;
import dev.whyops.why.graph.DecisionGraph.Group;
import dev.whyops.why.graph.DecisionGraph.Kind;
import dev.whyops.why.graph.DecisionGraph.Node;
import dev.whyops.why.graph.DecisionGraph.Relation;
import dev.whyops.why.view.TraceView;
import dev.whyops.why.view.TraceViews;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DecisionGraphTest {
  @Test
  void readsAsQuestionCallToolAnswer() {
    Run run = Run.openai().user("Where is order 771?");
    String call = run.calls("orders", "{\"id\":771}");
    run.result(call, "{\"status\":\"lost\"}").answers("It is lost.");

    DecisionGraph graph = graph(run);

    assertThat(graph.nodes())
        .extracting(Node::kind)
        .containsExactly(Kind.USER, Kind.LLM, Kind.TOOL, Kind.LLM);
    assertThat(edges(graph))
        .containsExactly(
            "0-CAUSAL-1 request of the span",
            "1-CAUSAL-2 tool called by the answer",
            "2-CAUSAL-3 result held by the call");
    assertThat(graph.nodes().get(2).label()).isEqualTo("orders");
    assertThat(graph.truncated()).isFalse();
  }

  @Test
  void bothDialectsGiveTheSameGraph() {
    assertThat(shape(Run.openai())).isEqualTo(shape(Run.anthropic()));
  }

  @Test
  void drawsOrderOnlyWhereNoCauseIsKnown() {
    Run run = Run.openai();
    run.sdk(EventType.USER_MESSAGE, "a", "\"hi\"", null);
    run.sdk(EventType.TOOL_CALL_REQUEST, "b", "{\"arguments\":{}}", "search", null, "a");
    run.sdk(EventType.TOOL_CALL_RESPONSE, "b", "{\"output\":1}", "search");
    run.sdk(EventType.AGENT_MESSAGE, "c", "\"done\"", null);

    assertThat(edges(graph(run)))
        .containsExactly("0-CAUSAL-1 child of the parent it names", "1-TIME-2 next in order");
  }

  @Test
  void neverLinksByName() {
    Run run = Run.openai();
    run.sdk(EventType.TOOL_CALL_REQUEST, "a", "{}", "search");
    run.sdk(EventType.TOOL_CALL_RESPONSE, "b", "{\"output\":1}", "search");
    DecisionGraph graph = graph(run);
    assertThat(graph.nodes()).hasSize(2);
    assertThat(graph.nodes().get(1).label()).isEqualTo("result without call");
    assertThat(graph.edges()).extracting(Edge::kind).containsExactly(Relation.TIME);
  }

  @Test
  void cutsACircleOfParentsAtTheYoungestEdge() {
    Run run = Run.openai();
    run.placed(EventType.USER_MESSAGE, "a", "c", 1, null);
    run.placed(EventType.AGENT_MESSAGE, "b", "a", 2, null);
    run.placed(EventType.SYSTEM_MESSAGE, "c", "b", 3, null);

    assertThat(edges(graph(run)))
        .containsExactly(
            "2-CAUSAL-0 child of the parent it names",
            "0-CAUSAL-1 child of the parent it names",
            "1-TIME-2 next in order");
  }

  @Test
  void groupsManyCallsOfOneToolByOneAnswer() {
    Run run = Run.openai().user("All of them, please");
    Reply reply = new Reply();
    for (int i = 0; i < 9; i++) {
      reply.call("p" + i, "fetch", "{\"page\":" + i + "}");
    }
    run.respond(reply);
    for (int i = 0; i < 9; i++) {
      run.result("p" + i, "page " + i);
    }
    run.answers("Nine pages.");

    DecisionGraph graph = graph(run);
    assertThat(graph.nodes()).hasSize(4);
    Node group = graph.nodes().get(2);
    assertThat(group.group()).isEqualTo(Group.SIBLINGS);
    assertThat(group.count()).isEqualTo(9);
    assertThat(group.label()).isEqualTo("fetch ×9");
    assertThat(group.eventIds()).hasSize(9);
    assertThat(graph.edges()).hasSize(3);
  }

  @Test
  void eightCallsAreNeighboursButNoFamily() {
    Run run = Run.openai().user("All of them, please");
    Reply reply = new Reply();
    for (int i = 0; i < 8; i++) {
      reply.call("p" + i, "fetch", "{}");
    }
    run.respond(reply);
    Node last = graph(run).nodes().getLast();
    assertThat(last.group()).isEqualTo(Group.REPEAT);
    assertThat(last.eventIds()).containsExactly(run.events().getLast().id().toString());
  }

  @Test
  void groupsACycleOnceItRanThreeTimes() {
    assertThat(loop(2).nodes()).extracting(Node::group).containsOnlyNulls();
    DecisionGraph graph = loop(3);
    Node loop = graph.nodes().get(1);
    assertThat(loop.group()).isEqualTo(Group.LOOP);
    assertThat(loop.count()).isEqualTo(3);
    assertThat(loop.label()).isEqualTo("model-a → search ×3");
    assertThat(graph.nodes()).hasSize(3);
  }

  @Test
  void capsNodesAndEdgesAndSaysSo() {
    Run run = Run.openai();
    Random random = new Random(7);
    for (int i = 0; i < 5_000; i++) {
      run.sdk(EventType.TOOL_CALL_REQUEST, "s" + i, "{}", "tool" + random.nextInt(1_000));
    }
    DecisionGraph graph = graph(run);
    assertThat(graph.truncated()).isTrue();
    assertThat(graph.nodes().size()).isBetween(1_900, DecisionGraph.NODES_MAX);
    assertThat(graph.nodes()).extracting(Node::group).contains(Group.WINDOW);
    assertThat(graph.nodes().stream().mapToInt(n -> n.eventIds().size()).sum()).isEqualTo(5_000);
  }

  @Test
  void dropsOrderBeforeDataBeforeCause() {
    Run run = Run.openai().user("go");
    for (int i = 0; i < 600; i++) {
      String id = run.calls("tool" + i, "{}");
      run.result(id, "done " + i);
    }
    TraceView view = run.view();
    List<DataFlow> flows = new ArrayList<>();
    for (int to = 1; to < 600; to++) {
      for (int k = 0; k < 12; k++) {
        flows.add(
            new DataFlow(
                view.toolUses().get(to - 1).own().id(), "$.a" + k, to, to, "$.b" + k, "exact"));
      }
    }
    DecisionGraph graph = GraphBuilder.of(view, flows);
    assertThat(graph.edges()).hasSize(DecisionGraph.EDGES_MAX);
    assertThat(graph.truncated()).isTrue();
    assertThat(graph.edges().stream().filter(e -> e.kind() == Relation.CAUSAL).count())
        .isEqualTo(
            edges(GraphBuilder.of(view, List.of())).stream()
                .filter(e -> e.contains("CAUSAL"))
                .count());
  }

  @Test
  void orderAndRepetitionOfEventsMakeNoDifference() {
    Run run = Run.anthropic().user("Where is order 771?");
    String call = run.calls("orders", "{\"id\":771}");
    run.result(call, "{\"status\":\"lost\"}").answers("It is lost.");
    List<Event> shuffled = new ArrayList<>(run.events());
    shuffled.addAll(run.events());
    Collections.shuffle(shuffled, new Random(3));
    assertThat(GraphBuilder.of(TraceViews.of("trc", true, shuffled), List.of()))
        .isEqualTo(graph(run));
  }

  @Test
  void aProxiedCallThatTheSdkAlsoReportedIsOneNode() {
    Run run = Run.openai().user("hi").answers("hello");
    Event proxied = run.events().getLast();
    Event copy =
        new Event(
            new java.util.UUID(1, 1),
            proxied.type(),
            proxied.project(),
            proxied.environment(),
            Event.Source.SDK,
            proxied.agent(),
            proxied.place(),
            proxied.timestamp().plusMillis(5),
            false,
            proxied.facts(),
            "{\"content\":\"hello\"}",
            "{}");
    List<Event> events = new ArrayList<>(run.events());
    events.add(copy);
    DecisionGraph graph = GraphBuilder.of(TraceViews.of("trc", true, events), List.of());
    assertThat(graph.nodes()).extracting(Node::kind).containsExactly(Kind.USER, Kind.LLM);
  }

  private static DecisionGraph loop(int rounds) {
    Run run = Run.openai().user("find it");
    for (int i = 0; i < rounds; i++) {
      String id = run.calls("search", "{\"q\":\"term " + i + "\"}");
      run.result(id, "nothing " + i);
    }
    run.sdk(EventType.AGENT_MESSAGE, "end", "\"gave up\"", null);
    return graph(run);
  }

  private static List<String> shape(Run run) {
    run.system("Be brief").user("Where is order 771?");
    String call = run.calls("orders", "{\"id\":771}");
    run.result(call, "{\"status\":\"lost\"}").answers("It is lost.");
    return edges(graph(run));
  }

  private static DecisionGraph graph(Run run) {
    return GraphBuilder.of(run.view(), List.of());
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
