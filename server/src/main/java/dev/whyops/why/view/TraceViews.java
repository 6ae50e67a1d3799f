package dev.whyops.why.view;

import dev.whyops.event.Event;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Puts a trace together. The order in which events come, and how often, makes no difference. Linear
 * in the text of the events.
 */
public final class TraceViews {
  private TraceViews() {}

  /**
   * @param closed false while the trace may still grow: what is missing then is no fault yet
   */
  public static TraceView of(String traceId, boolean closed, Collection<Event> events) {
    Messages messages = new Messages();
    List<Fact> facts = FactOrder.of(events, messages);
    Map<String, Fact> results = ToolBuilder.results(facts);
    CallBuilder builder = new CallBuilder(facts, messages, results);
    facts.forEach(builder::add);
    ToolBuilder tools = new ToolBuilder();
    tools.build(facts, builder, results);
    List<ModelCall> calls = builder.calls(tools.byCall());
    Map<String, Integer> callByEvent = new HashMap<>();
    for (ModelCall call : calls) {
      note(callByEvent, call.end(), call.index());
      note(callByEvent, call.error(), call.index());
      call.requests().forEach(fact -> note(callByEvent, fact, call.index()));
      call.thinking().forEach(fact -> note(callByEvent, fact, call.index()));
    }
    Map<String, List<Integer>> usesByEvent = new HashMap<>();
    for (ToolUse use : tools.uses()) {
      noteUse(usesByEvent, use.request(), use.index());
      noteUse(usesByEvent, use.result(), use.index());
      use.retold().forEach(fact -> noteUse(usesByEvent, fact, use.index()));
    }
    return new TraceView(
        traceId,
        closed,
        List.copyOf(facts),
        List.copyOf(calls),
        tools.uses(),
        builder.origins(),
        callByEvent,
        usesByEvent);
  }

  private static void note(Map<String, Integer> byEvent, @Nullable Fact fact, int index) {
    if (fact != null) {
      byEvent.putIfAbsent(fact.id(), index);
    }
  }

  private static void noteUse(Map<String, List<Integer>> byEvent, @Nullable Fact fact, int index) {
    if (fact != null) {
      byEvent.computeIfAbsent(fact.id(), id -> new ArrayList<>(1)).add(index);
    }
  }
}
