package dev.whyops.why.graph;

import dev.whyops.event.EventType;
import dev.whyops.why.graph.DecisionGraph.Kind;
import dev.whyops.why.view.Fact;
import dev.whyops.why.view.Message;
import dev.whyops.why.view.ModelCall;
import dev.whyops.why.view.ToolUse;
import dev.whyops.why.view.TraceView;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The steps of a trace in order, and where to find the step of an event, call or tool use. */
final class Steps {
  private static final int LABEL_CHARS = 60;

  private final TraceView view;
  private final List<Step> steps = new ArrayList<>();
  private final Map<String, Integer> byEvent = new HashMap<>();
  private final Map<String, Integer> bySpan = new HashMap<>();
  private final Map<Integer, Integer> byStepId = new HashMap<>();
  private final int[] byCall;
  private final int[] byUse;

  Steps(TraceView view) {
    this.view = view;
    this.byCall = new int[view.calls().size()];
    this.byUse = new int[view.toolUses().size()];
    Arrays.fill(byCall, -1);
    Arrays.fill(byUse, -1);
    for (Fact fact : view.facts()) {
      place(fact);
    }
  }

  List<Step> all() {
    return steps;
  }

  int ofCall(int call) {
    return byCall[call];
  }

  int ofUse(int use) {
    return byUse[use];
  }

  int ofEvent(String eventId) {
    return byEvent.getOrDefault(eventId, -1);
  }

  int ofSpan(@Nullable String spanId) {
    return spanId == null ? -1 : bySpan.getOrDefault(spanId, -1);
  }

  int ofStepId(@Nullable Integer stepId) {
    return stepId == null ? -1 : byStepId.getOrDefault(stepId, -1);
  }

  private void place(Fact fact) {
    ModelCall call = view.callOf(fact.id());
    if (call != null && call.end() == fact) {
      addCall(call);
      return;
    }
    List<Integer> uses = view.toolUsesByEvent().get(fact.id());
    if (uses != null) {
      for (int use : uses) {
        if (byUse[use] < 0 && view.toolUses().get(use).issuedBy() < 0) {
          addUse(view.toolUses().get(use));
        }
      }
      return;
    }
    switch (fact.type()) {
      case USER_MESSAGE -> add(single(fact, Kind.USER, "user", preview(fact)));
      case AGENT_MESSAGE ->
          add(single(fact, Kind.AGENT, fact.event().agent().name(), preview(fact)));
      case SYSTEM_MESSAGE -> add(single(fact, Kind.MESSAGE, "system", preview(fact)));
      case TOOL_RESULT, TOOL_CALL_RESPONSE ->
          add(single(fact, Kind.TOOL, tool(fact.event().facts().tool()), "result without call"));
      case EMBEDDING_REQUEST, EMBEDDING_RESPONSE -> embed(fact);
      case ERROR -> {
        if (call == null) {
          add(single(fact, Kind.ERROR, "error", preview(fact)));
        }
      }
      case LLM_RESPONSE -> {
        if (call == null) {
          index(fact, doubleOf(fact));
        }
      }
      case LLM_THINKING, TOOL_CALL_REQUEST -> {}
    }
  }

  /** The step that already shows the answer which this fact tells a second time. */
  private int doubleOf(Fact fact) {
    String responseId = fact.event().facts().responseId();
    for (ModelCall call : view.calls()) {
      if (call.end().event().facts().responseId() != null
          && call.end().event().facts().responseId().equals(responseId)) {
        return byCall[call.index()];
      }
    }
    return -1;
  }

  private void addCall(ModelCall call) {
    List<Fact> facts = new ArrayList<>(call.thinking());
    facts.add(call.end());
    if (call.error() != null && call.error() != call.end()) {
      facts.add(call.error());
    }
    if (call.answered() || call.requests().stream().noneMatch(Steps::asked)) {
      call.requests().stream()
          .filter(fact -> !asked(fact) && !byEvent.containsKey(fact.id()))
          .filter(fact -> !view.toolUsesByEvent().containsKey(fact.id()))
          .forEach(facts::add);
    }
    String status = call.error() != null ? "error" : call.end().event().facts().status();
    byCall[call.index()] = steps.size();
    String model = call.model().isEmpty() ? "model" : call.model();
    add(
        new Step(
            call.end().id(),
            Kind.LLM,
            model,
            model,
            facts,
            call.start(),
            call.end().event().timestamp(),
            status,
            "",
            -1));
    for (int use : call.toolUses()) {
      addUse(view.toolUses().get(use));
    }
  }

  private void addUse(ToolUse use) {
    List<Fact> facts = new ArrayList<>(3);
    if (use.request() != null) {
      facts.add(use.request());
    }
    if (use.result() != null) {
      facts.add(use.result());
    }
    facts.addAll(use.retold());
    String id = use.issuedBy() < 0 ? use.place().id() : use.place().id() + "/" + use.index();
    byUse[use.index()] = steps.size();
    add(
        new Step(
            id,
            Kind.TOOL,
            tool(use.tool()),
            tool(use.tool()),
            facts,
            use.request() != null ? use.request() : use.place(),
            use.result() == null ? null : use.result().event().timestamp(),
            use.error() ? "error" : use.answered() ? "ok" : "open",
            use.arguments(),
            use.issuedBy()));
  }

  private void embed(Fact fact) {
    int known = fact.type() == EventType.EMBEDDING_RESPONSE ? ofSpan(fact.spanId()) : -1;
    if (known < 0 || steps.get(known).kind() != Kind.EMBEDDING) {
      String model = fact.event().facts().model();
      add(single(fact, Kind.EMBEDDING, "embedding", model == null ? "embedding" : model));
      return;
    }
    Step request = steps.get(known);
    steps.set(
        known,
        new Step(
            request.id(),
            request.kind(),
            request.name(),
            fact.event().facts().model() == null ? request.label() : fact.event().facts().model(),
            List.of(request.first(), fact),
            request.first(),
            fact.event().timestamp(),
            fact.event().facts().status(),
            "",
            -1));
    index(fact, known);
  }

  private static Step single(Fact fact, Kind kind, String name, String label) {
    return new Step(
        fact.id(),
        kind,
        name,
        label,
        List.of(fact),
        fact,
        fact.event().timestamp(),
        fact.failed() ? "error" : fact.event().facts().status(),
        "",
        -1);
  }

  private void add(Step step) {
    int at = steps.size();
    steps.add(step);
    for (Fact fact : step.facts()) {
      index(fact, at);
    }
  }

  private void index(Fact fact, int at) {
    if (at < 0) {
      return;
    }
    byEvent.putIfAbsent(fact.id(), at);
    Integer known = bySpan.get(fact.spanId());
    if (known == null || stepsAside(steps.get(known), steps.get(at))) {
      bySpan.put(fact.spanId(), at);
    }
    Integer stepId = fact.event().place().stepId();
    if (stepId != null) {
      byStepId.putIfAbsent(stepId, at);
    }
  }

  /** A call's span means the call, not the words or the tool result that it was given. */
  private static boolean stepsAside(Step known, Step next) {
    return known.kind() == Kind.USER || (known.kind() == Kind.TOOL && next.kind() == Kind.LLM);
  }

  private static boolean asked(Fact fact) {
    return fact.type() == EventType.USER_MESSAGE;
  }

  private static String tool(@Nullable String name) {
    return name == null ? "tool" : name;
  }

  private static String preview(Fact fact) {
    String text = fact.content().path("content").asString(null);
    if (text == null) {
      text = fact.content().path("message").asString(fact.text());
    }
    List<Message> turns = fact.turns();
    if (turns != null && !turns.isEmpty()) {
      text = turns.getLast().text().isEmpty() ? "user" : turns.getLast().text();
    }
    String line = text.strip().replaceAll("\\s+", " ");
    return line.length() <= LABEL_CHARS ? line : line.substring(0, LABEL_CHARS - 1) + "…";
  }
}
