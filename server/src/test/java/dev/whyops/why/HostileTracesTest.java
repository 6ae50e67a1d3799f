package dev.whyops.why;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whyops.event.Event;
import dev.whyops.event.EventType;
import dev.whyops.finding.Evidence;
import dev.whyops.finding.Finding;
import dev.whyops.finding.Findings;
import dev.whyops.finding.check.Checks;
import dev.whyops.why.card.CardJson;
import dev.whyops.why.card.CardText;
import dev.whyops.why.card.WhyCard;
import dev.whyops.why.card.WhyCards;
import dev.whyops.why.graph.DataFlows;
import dev.whyops.why.graph.DecisionGraph;
import dev.whyops.why.graph.DecisionGraph.Relation;
import dev.whyops.why.graph.GraphBuilder;
import dev.whyops.why.history.Digests;
import dev.whyops.why.provenance.Provenance;
import dev.whyops.why.provenance.Provenance.Result;
import dev.whyops.why.view.Fact;
import dev.whyops.why.view.ToolUse;
import dev.whyops.why.view.TraceView;
import dev.whyops.why.view.TraceViews;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.SplittableRandom;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Input that nobody wants: a card says what it could not know, and nothing ever throws. */
class HostileTracesTest {
  private static final Findings RULES = new Findings(Checks.all());
  private static final int CARDS_MAX = 60;

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 300})
  @DisplayName(
      "Parents in a circle, missing or themselves: one edge is cut, no causal circle stays")
  void cyclicParents(int length) {
    Run run = Run.openai();
    for (int i = 0; i < length; i++) {
      run.placed(EventType.AGENT_MESSAGE, "s" + i, "s" + (i + 1) % length, null, null);
    }
    run.placed(EventType.AGENT_MESSAGE, "lost", "nobody", 5, 99);
    Evidence evidence = judged(run.events());
    DecisionGraph graph = GraphBuilder.of(evidence.view(), DataFlows.of(evidence));
    assertThat(circle(graph)).isFalse();
  }

  @Test
  @DisplayName("A loop of 10,000 steps is one node, and at most a hundred findings of a code")
  void tenThousandSteps() {
    Run run = Run.openai().user("Go on");
    for (int i = 0; i < 2_500; i++) {
      String id = run.calls("search", "{\"q\":\"same\"}");
      run.result(id, "nothing");
      if (i % 20 == 19) {
        run.drop(1, 40);
      }
    }
    Evidence evidence = judged(run.events());
    assertThat(run.events()).hasSizeGreaterThanOrEqualTo(5_000);
    DecisionGraph graph = GraphBuilder.of(evidence.view(), DataFlows.of(evidence));
    assertThat(graph.nodes()).hasSizeLessThan(100);
    Map<String, Integer> codes = new HashMap<>();
    RULES.of(evidence).findings().forEach(f -> codes.merge(f.code(), 1, Integer::sum));
    assertThat(codes).containsKey("IDENTICAL_TOOL_CALL_LOOP");
    assertThat(codes.values()).allMatch(n -> n <= 101);
  }

  @Test
  @DisplayName("An argument of 1 MB is judged within its bound: unknown, never made up")
  void hugeArgument() {
    SplittableRandom random = new SplittableRandom(71);
    StringBuilder text = new StringBuilder();
    while (text.length() < 1_000_000) {
      text.append(Integer.toString(random.nextInt(1 << 20), 36)).append(' ');
    }
    for (Run run : List.of(Run.openai(), Run.anthropic())) {
      run.tool("save", "Saves a text", "{\"type\":\"object\"}")
          .user("Save " + text.substring(0, 400_000));
      run.calls("save", "{\"text\":\"" + text + "\",\"to\":\"nowhere-44871\"}");
      Evidence evidence = judged(run.events());
      List<Provenance> leaves = evidence.provenance(evidence.view().toolUses().getFirst());
      assertThat(leaves.getFirst().result()).isEqualTo(Result.UNKNOWN);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "7",
        "\"text\"",
        "{\"type\":\"no such type\"}",
        "{\"type\":\"object\",\"properties\":[1,2]}",
        "{\"$ref\":\"#/nowhere\"}",
        "{\"$ref\":\"#\"}",
        "{\"allOf\":[{\"$ref\":\"#/$defs/a\"}],\"$defs\":{\"a\":{\"$ref\":\"#/$defs/a\"}}}",
        "{\"$schema\":\"https://example.org/own\",\"type\":\"object\"}",
        "{\"properties\":{\"q\":{\"pattern\":\"(((\"}}}",
        "{\"properties\":{\"q\":{\"minimum\":\"x\",\"enum\":5,\"const\":{}}}}"
      })
  @DisplayName("A malformed schema gives no verdict on the arguments")
  void malformedSchema(String schema) {
    Run run = Run.openai().tool("find", "Finds things", schema).user("Find aaaaaaaaaaaaaaaaaaaa");
    String id = run.calls("find", "{\"q\":\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab\"}");
    run.result(id, "found").answers("Found.");
    Evidence evidence = judged(run.events());
    assertThat(RULES.of(evidence).findings())
        .extracting(Finding::code)
        .doesNotContain("SCHEMA_MISMATCH");
  }

  @Test
  @DisplayName("Tools that change while the trace runs: each call is judged by its own")
  void changingTools() {
    Run run = Run.openai().tool("find", "Finds things in the shop", null).user("Find the red one");
    String first = run.calls("find", "{\"q\":\"the red one\"}");
    run.result(first, "none").noTools().tool("buy", "Buys a thing of the shop", null);
    String second = run.calls("find", "{\"q\":\"the red one\"}");
    run.result(second, "none").answers("There is none.");
    Evidence evidence = judged(run.events());
    List<WhyCard.AnswerBody> answers = answers(evidence);
    assertThat(answers.get(0).options().offered()).containsExactly("find");
    assertThat(answers.get(0).options().unknown()).isEmpty();
    assertThat(answers.get(1).options().offered()).containsExactly("buy");
    assertThat(answers.get(1).options().unknown()).containsExactly("find");
    assertThat(answers.get(1).sampling().changed()).contains("tools");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "北京市朝阳区建国路",
        "Привет из Владивостока",
        "مرحبا بالعالم",
        "שלום עולם",
        "こんにちは世界",
        "สวัสดีชาวโลก",
        "नमस्ते दुनिया",
        "👩‍👩‍👧‍👦 family",
        "Ünïcödé Straße",
        "e\u0301te\u0301 a\u0300 Paris"
      })
  @DisplayName("A value of any script is found where it stands, never called made up")
  void otherScripts(String value) {
    for (Run run : List.of(Run.openai(), Run.anthropic())) {
      run.tool("send", "Sends a text", null).user("Bitte: " + value + ". Danke!");
      String id = run.calls("send", "{\"text\":\"" + value + "\"}");
      run.result(id, "{\"sent\":\"" + value + "\"}").answers(value);
      Evidence evidence = judged(run.events());
      Provenance leaf = evidence.provenance(evidence.view().toolUses().getFirst()).getFirst();
      assertThat(leaf.result()).as(value).isEqualTo(Result.EXACT);
      Provenance.Origin origin = Objects.requireNonNull(leaf.origin());
      assertThat(("Bitte: " + value + ". Danke!").substring(origin.start(), origin.end()))
          .isEqualTo(value);
    }
  }

  @Test
  @DisplayName("What was not kept makes values unknown and the card partial")
  void partialCapture() {
    Run run = Run.openai().param("previous_response_id", "resp_1").user("Cancel it, please");
    run.calls("cancel", "{\"order\":\"ORD-88172\"}");
    Evidence evidence = judged(run.events());
    assertThat(evidence.provenance(evidence.view().toolUses().getFirst()).getFirst().result())
        .isEqualTo(Result.UNKNOWN);
    WhyCard card =
        new WhyCards(evidence)
            .of(evidence.view().calls().getFirst().eventId(), List.of())
            .orElseThrow();
    assertThat(card.coverage().partial()).isTrue();
    assertThat(card.coverage().missing()).contains("turns that the provider kept");
    assertThat(RULES.of(evidence).findings())
        .extracting(Finding::code)
        .doesNotContain("UNSOURCED_ARGUMENT");
  }

  @Test
  @DisplayName(
      "Content that is no JSON, empty, or of the wrong shape is judged without an exception")
  void brokenContent() {
    String[] contents = {
      "",
      "not json",
      "{",
      "[]",
      "null",
      "7",
      "{\"toolCalls\":7}",
      "{\"toolCalls\":[null,1,{}]}",
      "{\"messages\":{\"a\":1}}",
      "{\"messages\":[null,[],\"x\",{\"role\":5}]}",
      "{\"content\":{\"a\":[]}}",
      "{\"output\":[1,{}]}",
      "\"\\ud800\""
    };
    Random random = new Random(5);
    for (int round = 0; round < 40; round++) {
      Run run = Run.openai();
      for (int i = 0; i < 12; i++) {
        EventType type = EventType.values()[random.nextInt(EventType.values().length)];
        String call = random.nextBoolean() ? "c" + random.nextInt(3) : null;
        String parent = random.nextBoolean() ? "s" + random.nextInt(4) : null;
        String tool = random.nextBoolean() ? "t" : null;
        String content = contents[random.nextInt(contents.length)];
        run.sdk(type, "s" + random.nextInt(4), content, tool, call, parent);
      }
      judged(run.events());
    }
  }

  @Test
  @DisplayName("Events in any order of arrival give the same")
  void outOfOrder() {
    Run run = Run.anthropic().tool("find", "Finds things in the shop", null).user("Find ZX-9931");
    for (int i = 0; i < 4; i++) {
      String id = run.calls("find", "{\"q\":\"ZX-9931\",\"page\":" + i + "}");
      run.result(id, "{\"hits\":[\"hit-" + 7_000 + i + "\"]}");
    }
    run.answers("I found hit-70003.");
    Evidence inOrder = judged(run.events());
    List<Event> shuffled = new ArrayList<>(run.events());
    Collections.shuffle(shuffled, new Random(3));
    Evidence late = judged(shuffled);
    assertThat(RULES.of(late)).isEqualTo(RULES.of(inOrder));
    assertThat(texts(late)).isEqualTo(texts(inOrder));
  }

  /** All that can be inferred is, and no rule gives up. */
  private static Evidence judged(List<Event> events) {
    TraceView view = TraceViews.of("trc", true, events);
    Evidence evidence = Evidence.of(view);
    assertThat(RULES.of(evidence).failedChecks()).isEmpty();
    GraphBuilder.of(view, DataFlows.of(evidence));
    Digests.of(view, Map.of());
    texts(evidence);
    for (ToolUse use : view.toolUses().subList(0, Math.min(CARDS_MAX, view.toolUses().size()))) {
      evidence.provenance(use);
    }
    return evidence;
  }

  private static List<String> texts(Evidence evidence) {
    List<String> texts = new ArrayList<>();
    List<Fact> facts = evidence.view().facts();
    for (int i = 0; i < facts.size(); i++) {
      if (i < CARDS_MAX || i >= facts.size() - CARDS_MAX) {
        new WhyCards(evidence)
            .of(facts.get(i).id(), List.of())
            .ifPresent(card -> texts.add(CardText.of(card) + CardJson.of(card)));
      }
    }
    return texts;
  }

  private static List<WhyCard.AnswerBody> answers(Evidence evidence) {
    return evidence.view().calls().stream()
        .map(call -> new WhyCards(evidence).of(call.eventId(), List.of()).orElseThrow().body())
        .map(WhyCard.AnswerBody.class::cast)
        .toList();
  }

  private static boolean circle(DecisionGraph graph) {
    Map<String, List<String>> next = new HashMap<>();
    Map<String, Integer> open = new HashMap<>();
    graph.nodes().forEach(node -> open.put(node.id(), 0));
    for (DecisionGraph.Edge edge : graph.edges()) {
      if (edge.kind() == Relation.CAUSAL) {
        next.computeIfAbsent(edge.from(), k -> new ArrayList<>()).add(edge.to());
        open.merge(edge.to(), 1, Integer::sum);
      }
    }
    List<String> free = new ArrayList<>();
    open.forEach(
        (node, n) -> {
          if (n == 0) {
            free.add(node);
          }
        });
    for (int i = 0; i < free.size(); i++) {
      for (String to : next.getOrDefault(free.get(i), List.of())) {
        if (open.merge(to, -1, Integer::sum) == 0) {
          free.add(to);
        }
      }
    }
    return free.size() < graph.nodes().size();
  }
}
