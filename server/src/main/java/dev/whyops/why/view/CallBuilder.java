package dev.whyops.why.view;

import dev.whyops.event.Event;
import dev.whyops.event.EventType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Puts model calls together while the facts of a trace go by in order. What a call held is its
 * recorded request; without one, all that the trace had told before.
 */
final class CallBuilder {
  private final Messages messages;
  private final Map<String, SpanFacts> spans = new HashMap<>();
  private final Set<String> proxied = new HashSet<>();
  private final Set<String> answeredSpans = new HashSet<>();
  private final Set<String> issued = new HashSet<>();
  private final List<Message> told = new ArrayList<>();
  private final List<Draft> drafts = new ArrayList<>();
  private final Map<String, Integer> lastByRoot = new HashMap<>();
  private final Map<Integer, Fact> origins = new HashMap<>();
  private final Map<String, Integer> byResponse = new HashMap<>();
  private final Map<String, Fact> results;

  /** A call whose told messages are still growing: a prefix of them is frozen at the end. */
  private record Draft(
      Fact end,
      List<Fact> requests,
      List<Fact> thinking,
      @Nullable Fact error,
      @Nullable Context captured,
      JsonNode params,
      List<Tool> tools,
      @Nullable Message system,
      int toldCount,
      Answer answer,
      int previous) {}

  CallBuilder(List<Fact> facts, Messages messages, Map<String, Fact> results) {
    this.messages = messages;
    this.results = results;
    for (Fact fact : facts) {
      Event event = fact.event();
      if (fact.type() == EventType.LLM_RESPONSE) {
        answeredSpans.add(fact.spanId());
        if (event.source() == Event.Source.PROXY && event.facts().responseId() != null) {
          proxied.add(event.facts().responseId());
        }
      }
    }
  }

  /** Takes the next fact. */
  void add(Fact fact) {
    SpanFacts span = spans.computeIfAbsent(fact.spanId(), id -> new SpanFacts());
    span.add(fact);
    if (fact.type() == EventType.LLM_RESPONSE && !doubled(fact)) {
      finish(span, fact, null);
    } else if (fact.type() == EventType.ERROR) {
      if (!answeredSpans.contains(fact.spanId()) && !span.requests().isEmpty()) {
        finish(span, fact, fact);
      } else {
        blameAnswer(fact);
      }
    }
    tell(fact);
  }

  /** All calls, {@code uses} telling which tools each answer called. */
  List<ModelCall> calls(List<List<Integer>> uses) {
    List<Message> all = List.copyOf(told);
    List<ModelCall> calls = new ArrayList<>(drafts.size());
    for (int i = 0; i < drafts.size(); i++) {
      Draft d = drafts.get(i);
      Context context =
          d.captured() != null
              ? d.captured()
              : new Context(
                  "told", d.system(), all.subList(0, d.toldCount()), d.tools(), d.params());
      calls.add(
          new ModelCall(
              i,
              d.end(),
              d.requests(),
              d.thinking(),
              d.error(),
              context,
              d.answer(),
              d.previous(),
              uses.get(i)));
    }
    return calls;
  }

  Map<Integer, Fact> origins() {
    return Map.copyOf(origins);
  }

  int count() {
    return drafts.size();
  }

  Answer answer(int index) {
    return drafts.get(index).answer();
  }

  Fact end(int index) {
    return drafts.get(index).end();
  }

  /** Messages of the captured request of a call; empty when it was not captured. */
  List<Message> captured(int index) {
    Context context = drafts.get(index).captured();
    return context == null ? List.of() : context.messages();
  }

  private boolean doubled(Fact fact) {
    String responseId = fact.event().facts().responseId();
    return fact.event().source() != Event.Source.PROXY
        && responseId != null
        && proxied.contains(responseId);
  }

  private void finish(SpanFacts span, Fact end, @Nullable Fact error) {
    List<Message> turns = span.turns(end);
    JsonNode systemNode = span.system(end);
    Message system =
        systemNode.isMissingNode()
            ? null
            : messages.told(
                Role.SYSTEM, new Part.Text(Messages.flat(systemNode)), systemNode.toString());
    List<Tool> tools = span.tools(end);
    JsonNode params = span.params(end);
    Context captured = null;
    Fact start = span.requests().isEmpty() ? end : span.requests().getFirst();
    if (turns != null) {
      List<Message> held = new ArrayList<>(turns.size());
      boolean continued = goOn(params, held);
      held.addAll(turns);
      Message shown = system != null && repeats(held, system) ? null : system;
      if (continued) {
        params = ((ObjectNode) params.deepCopy()).without("previous_response_id");
      }
      captured = new Context(span.capture(end), shown, List.copyOf(held), tools, params);
      captured.messages().forEach(message -> originate(message, start));
    }
    if (system != null) {
      origins.putIfAbsent(system.contentId(), start);
    }
    int previous = previous(end, captured == null ? told : captured.messages());
    drafts.add(
        new Draft(
            end,
            span.requests(),
            span.thinking(),
            error,
            captured,
            params,
            tools,
            system,
            told.size(),
            answerOf(end),
            previous));
    if (end.event().facts().responseId() != null) {
      byResponse.put(end.event().facts().responseId(), drafts.size() - 1);
    }
    span.clear();
  }

  /** Takes over what the provider kept of an earlier call, when that call is on record. */
  private boolean goOn(JsonNode params, List<Message> held) {
    Integer earlier = byResponse.get(params.path("previous_response_id").asString(""));
    Context context = earlier == null ? null : drafts.get(earlier).captured();
    if (earlier == null || context == null) {
      return false;
    }
    held.addAll(context.messages());
    Answer answer = drafts.get(earlier).answer();
    if (!answer.text().isEmpty()) {
      held.add(said(Role.ASSISTANT, new Part.Text(answer.text())));
    }
    for (Part.Call call : answer.calls()) {
      held.add(said(Role.ASSISTANT, call));
    }
    return true;
  }

  /** True when the prompt is only the copy of system turns that stand among the messages. */
  private static boolean repeats(List<Message> held, Message system) {
    StringBuilder turns = new StringBuilder();
    for (Message message : held) {
      if (message.role() == Role.SYSTEM) {
        turns.append(turns.isEmpty() ? "" : "\n\n").append(message.text());
      }
    }
    return !turns.isEmpty() && turns.toString().equals(system.text());
  }

  private void originate(Message message, Fact start) {
    if (origins.containsKey(message.contentId())) {
      return;
    }
    Fact origin = start;
    for (Part part : message.parts()) {
      if (part instanceof Part.Result result && result.callId() != null) {
        origin = results.getOrDefault(result.callId(), start);
      } else if (part instanceof Part.Call call && call.callId() != null) {
        origin = answerWith(call.callId(), origin);
      }
    }
    if (message.role() == Role.ASSISTANT && origin == start) {
      origin = answerSaying(message.text(), start);
    }
    origins.put(message.contentId(), origin);
  }

  private final Map<String, Fact> answersByCall = new HashMap<>();
  private final Map<String, Fact> answersByText = new HashMap<>();

  private Fact answerWith(String callId, Fact otherwise) {
    return answersByCall.getOrDefault(callId, otherwise);
  }

  private Fact answerSaying(String text, Fact otherwise) {
    return text.isEmpty() ? otherwise : answersByText.getOrDefault(text, otherwise);
  }

  /** The call whose conversation this one goes on with: same agent, same first words. */
  private int previous(Fact end, List<Message> held) {
    String agent = end.event().agent().name();
    String root = agent + "\u0000" + rootOf(held);
    Integer last = lastByRoot.get(root);
    if (last == null) {
      last = lastByRoot.get(agent);
    }
    lastByRoot.put(root, drafts.size());
    lastByRoot.put(agent, drafts.size());
    return last == null ? -1 : last;
  }

  private static String rootOf(List<Message> held) {
    for (Message message : held) {
      if (message.role() != Role.SYSTEM) {
        return Integer.toString(message.contentId());
      }
    }
    return "";
  }

  private void blameAnswer(Fact error) {
    for (int i = drafts.size() - 1; i >= 0 && i >= drafts.size() - 64; i--) {
      Draft d = drafts.get(i);
      if (d.end().spanId().equals(error.spanId()) && d.error() == null) {
        drafts.set(
            i,
            new Draft(
                d.end(),
                d.requests(),
                d.thinking(),
                error,
                d.captured(),
                d.params(),
                d.tools(),
                d.system(),
                d.toldCount(),
                d.answer(),
                d.previous()));
        return;
      }
    }
  }

  private Answer answerOf(Fact end) {
    JsonNode content = end.content();
    String finish = end.event().facts().finishReason();
    if (end.type() == EventType.ERROR) {
      return new Answer("", List.of(), null, finish, "error");
    }
    List<Part.Call> calls = new ArrayList<>();
    for (JsonNode call : content.path("toolCalls")) {
      calls.add(Messages.call(call));
    }
    String text;
    if (content.isObject() && (content.has("content") || content.has("toolCalls"))) {
      Message blocks = null;
      JsonNode words = content.path("content");
      if (words.isArray()) {
        blocks = messages.message(content);
        for (Part part : blocks.parts()) {
          if (part instanceof Part.Call call && calls.stream().noneMatch(c -> same(c, call))) {
            calls.add(call);
          }
        }
      }
      text = blocks != null ? blocks.text() : words.isNull() ? "" : Messages.flat(words);
    } else {
      text = end.text();
    }
    JsonNode refusal = content.path("refusal");
    if (finish == null) {
      finish = content.path("finishReason").asString(null);
    }
    String status = end.event().facts().status();
    return new Answer(
        text, calls, refusal.isString() ? refusal.stringValue() : null, finish, status);
  }

  private static boolean same(Part.Call a, Part.Call b) {
    return a.callId() != null && a.callId().equals(b.callId());
  }

  /** Remembers what a fact told, for calls whose request nobody recorded. */
  private void tell(Fact fact) {
    switch (fact.type()) {
      case SYSTEM_MESSAGE -> tell(fact, Role.SYSTEM, new Part.Text(words(fact)));
      case AGENT_MESSAGE -> tell(fact, Role.USER, new Part.Text(words(fact)));
      case USER_MESSAGE -> tellUser(fact);
      case TOOL_CALL_RESPONSE, TOOL_RESULT ->
          tell(
              fact,
              Role.TOOL,
              new Part.Result(ToolBuilder.callId(fact), ToolBuilder.output(fact), fact.failed()));
      case ERROR -> tell(fact, Role.TOOL, new Part.Result(null, fact.text(), true));
      case TOOL_CALL_REQUEST -> {
        Part.Call call = ToolBuilder.call(fact);
        if (call.callId() == null || issued.add(call.callId())) {
          tell(fact, Role.ASSISTANT, call);
        }
      }
      case LLM_RESPONSE -> tellAnswer(fact);
      case LLM_THINKING, EMBEDDING_REQUEST, EMBEDDING_RESPONSE -> {}
    }
  }

  private void tellUser(Fact fact) {
    List<Message> turns = fact.turns();
    if (turns == null && fact.content().isArray()) {
      turns = messages.all(fact.content());
    }
    if (turns == null) {
      tell(fact, Role.USER, new Part.Text(words(fact)));
      return;
    }
    int from = Math.max(0, fact.content().path("newFrom").asInt(0));
    for (Message message : turns.subList(Math.min(from, turns.size()), turns.size())) {
      told.add(message);
      originate(message, fact);
    }
  }

  private void tellAnswer(Fact fact) {
    if (doubled(fact)) {
      return;
    }
    Answer answer = drafts.getLast().answer();
    if (!answer.text().isEmpty()) {
      answersByText.putIfAbsent(answer.text(), fact);
      tell(fact, Role.ASSISTANT, new Part.Text(answer.text()));
    }
    for (Part.Call call : answer.calls()) {
      if (call.callId() != null) {
        answersByCall.putIfAbsent(call.callId(), fact);
        issued.add(call.callId());
      }
      tell(fact, Role.ASSISTANT, call);
    }
  }

  private void tell(Fact fact, Role role, Part part) {
    Message message = said(role, part);
    told.add(message);
    origins.putIfAbsent(message.contentId(), fact);
  }

  private Message said(Role role, Part part) {
    return messages.told(role, part, part.toString());
  }

  private static String words(Fact fact) {
    for (String name : new String[] {"content", "text", "message"}) {
      JsonNode words = fact.content().path(name);
      if (!words.isMissingNode() && !words.isNull()) {
        return Messages.flat(words);
      }
    }
    return fact.text();
  }
}
