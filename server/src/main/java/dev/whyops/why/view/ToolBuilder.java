package dev.whyops.why.view;

import dev.whyops.event.EventType;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Pairs calls of tools with their results: by call id, else by span. One use may be told three
 * times, by the model's answer, by the SDK and by the next request; it stays one.
 */
final class ToolBuilder {
  private final Map<String, Fact> requestsById = new HashMap<>();
  private final Map<String, Integer> requestsInSpan = new HashMap<>();
  private final Map<String, Fact> resultsById = new HashMap<>();
  private final Map<String, List<Fact>> tellingsById = new HashMap<>();
  private final Map<String, Deque<Fact>> resultsBySpan = new HashMap<>();
  private final Map<String, Part.Result> heldById = new HashMap<>();
  private final Map<String, Integer> holderById = new HashMap<>();
  private final List<ToolUse> uses = new ArrayList<>();
  private final List<List<Integer>> byCall = new ArrayList<>();
  private final Set<String> taken = new HashSet<>();
  private final Set<String> issuedIds = new HashSet<>();

  /** Results by call id, an SDK's own before the copy inside the next request. */
  static Map<String, Fact> results(List<Fact> facts) {
    Map<String, Fact> results = new HashMap<>();
    for (Fact fact : facts) {
      if (isResult(fact)) {
        String id = callId(fact);
        if (id != null) {
          results.merge(id, fact, ToolBuilder::better);
        }
      }
    }
    return results;
  }

  static @Nullable String callId(Fact fact) {
    String id = fact.event().facts().toolCallId();
    if (id != null) {
      return id;
    }
    for (String name : new String[] {"toolCallId", "tool_call_id", "callId"}) {
      JsonNode node = fact.content().path(name);
      if (node.isString()) {
        return node.stringValue();
      }
    }
    JsonNode calls = fact.content().path("toolCalls");
    JsonNode first = calls.isArray() && !calls.isEmpty() ? calls.get(0) : calls;
    return first.isObject() ? Messages.call(first).callId() : null;
  }

  static String output(Fact fact) {
    for (String name : new String[] {"output", "toolResults", "result", "error"}) {
      JsonNode node = fact.content().path(name);
      if (!node.isMissingNode()) {
        return node.isNull() ? "" : Messages.flat(node);
      }
    }
    return fact.text();
  }

  /** The call that an SDK's request event tells of. */
  static Part.Call call(Fact fact) {
    JsonNode calls = fact.content().path("toolCalls");
    JsonNode first = calls.isArray() && !calls.isEmpty() ? calls.get(0) : calls;
    String tool = fact.event().facts().tool();
    if (first.isObject()) {
      Part.Call call = Messages.call(first);
      return new Part.Call(
          callId(fact), tool == null ? call.tool() : tool, call.arguments(), call.kind());
    }
    JsonNode arguments = fact.content();
    for (String name : new String[] {"arguments", "input", "args"}) {
      if (fact.content().has(name)) {
        arguments = fact.content().path(name);
      }
    }
    return new Part.Call(
        callId(fact), tool == null ? "" : tool, Fact.textOf(arguments), Part.Call.FUNCTION);
  }

  /** Builds all uses; afterwards {@link #uses} and {@link #byCall} hold them. */
  void build(List<Fact> facts, CallBuilder calls, Map<String, Fact> results) {
    resultsById.putAll(results);
    for (Fact fact : facts) {
      if (fact.type() == EventType.TOOL_CALL_REQUEST) {
        requestsInSpan.merge(fact.spanId(), 1, Integer::sum);
        String id = callId(fact);
        if (id != null) {
          requestsById.putIfAbsent(id, fact);
        }
      } else if (isResult(fact)) {
        noteResult(fact);
      }
    }
    noteHolders(calls);
    noteIssued(calls);
    int call = 0;
    for (Fact fact : facts) {
      if (call < calls.count() && calls.end(call) == fact) {
        byCall.add(issue(call, fact, calls.answer(call)));
        call++;
      } else if (fact.type() == EventType.TOOL_CALL_REQUEST
          && !taken.contains(fact.id())
          && !awaitsAnswer(fact)) {
        add(call(fact), -1, fact, fact);
      }
    }
  }

  List<ToolUse> uses() {
    return List.copyOf(uses);
  }

  List<List<Integer>> byCall() {
    return byCall;
  }

  private List<Integer> issue(int call, Fact answer, Answer said) {
    List<Integer> issued = new ArrayList<>(said.calls().size());
    for (Part.Call asked : said.calls()) {
      Fact request = asked.callId() == null ? null : requestsById.get(asked.callId());
      issued.add(uses.size());
      add(asked, call, answer, request);
    }
    return issued;
  }

  private void add(Part.Call asked, int issuedBy, Fact place, @Nullable Fact request) {
    String id = asked.callId();
    if (request != null) {
      taken.add(request.id());
    }
    Fact result = result(id, request);
    List<Fact> retold = retold(id, result);
    Part.Result held = id == null ? null : heldById.get(id);
    String output = result != null ? output(result) : held != null ? held.text() : null;
    boolean error =
        (result != null && result.failed())
            || retold.stream().anyMatch(Fact::failed)
            || (held != null && held.error());
    uses.add(
        new ToolUse(
            uses.size(),
            id,
            asked.tool().isEmpty() ? null : asked.tool(),
            asked.arguments(),
            Parsing.orNull(asked.arguments()),
            issuedBy,
            place,
            request,
            result,
            retold,
            output,
            error,
            asked.hosted(),
            id == null ? -1 : holderById.getOrDefault(id, -1)));
  }

  /** Who ran the tool knows best; the copy that went to the model stands in for it. */
  private @Nullable Fact result(@Nullable String id, @Nullable Fact request) {
    Fact byId = id == null ? null : resultsById.get(id);
    if (request == null || (byId != null && byId.type() == EventType.TOOL_CALL_RESPONSE)) {
      return byId;
    }
    boolean alone = requestsInSpan.getOrDefault(request.spanId(), 0) == 1;
    if (byId != null && !alone) {
      return byId;
    }
    Deque<Fact> inSpan = resultsBySpan.get(request.spanId());
    Fact own = inSpan == null ? null : inSpan.poll();
    return own == null ? byId : own;
  }

  /** Each telling belongs to one use, also where a sender gives an id twice. */
  private List<Fact> retold(@Nullable String id, @Nullable Fact result) {
    List<Fact> tellings = id == null ? null : tellingsById.remove(id);
    return tellings == null
        ? List.of()
        : tellings.stream().filter(telling -> telling != result).toList();
  }

  private void noteResult(Fact fact) {
    String id = callId(fact);
    if (id == null) {
      resultsBySpan.computeIfAbsent(fact.spanId(), s -> new ArrayDeque<>()).add(fact);
    } else {
      tellingsById.computeIfAbsent(id, i -> new ArrayList<>(2)).add(fact);
    }
  }

  private void noteIssued(CallBuilder calls) {
    for (int i = 0; i < calls.count(); i++) {
      for (Part.Call asked : calls.answer(i).calls()) {
        if (asked.callId() != null) {
          issuedIds.add(asked.callId());
        }
      }
    }
  }

  /** True for a request that stands before the answer it follows, as clocks may differ. */
  private boolean awaitsAnswer(Fact request) {
    String id = callId(request);
    return id != null && issuedIds.contains(id) && requestsById.get(id) == request;
  }

  private void noteHolders(CallBuilder calls) {
    Set<Integer> seen = new HashSet<>();
    for (int i = 0; i < calls.count(); i++) {
      for (Message message : calls.captured(i)) {
        if (!seen.add(message.contentId())) {
          continue;
        }
        for (Part part : message.parts()) {
          if (part instanceof Part.Result result && result.callId() != null) {
            heldById.putIfAbsent(result.callId(), result);
            holderById.putIfAbsent(result.callId(), i);
          }
        }
      }
    }
  }

  private static boolean isResult(Fact fact) {
    return fact.type() == EventType.TOOL_CALL_RESPONSE || fact.type() == EventType.TOOL_RESULT;
  }

  private static Fact better(Fact a, Fact b) {
    return a.type() == EventType.TOOL_CALL_RESPONSE || b.type() != EventType.TOOL_CALL_RESPONSE
        ? a
        : b;
  }
}
