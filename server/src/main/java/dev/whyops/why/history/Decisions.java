package dev.whyops.why.history;

import dev.whyops.event.EventType;
import dev.whyops.why.view.Fact;
import dev.whyops.why.view.ModelCall;
import dev.whyops.why.view.Part;
import dev.whyops.why.view.ToolUse;
import dev.whyops.why.view.TraceView;
import java.util.Set;
import java.util.TreeSet;

/** What a decision answered, and what it was, in words that are equal for equal situations. */
public final class Decisions {
  private Decisions() {}

  /** Such as {@code tool_result:search:ok}, {@code user_message} or {@code error}. */
  public static String given(TraceView view, ModelCall call) {
    Set<String> results = new TreeSet<>();
    for (Fact request : call.requests()) {
      if (request.type() == EventType.TOOL_RESULT) {
        String tool = request.event().facts().tool();
        results.add((tool == null ? "tool" : tool) + ":" + (request.failed() ? "error" : "ok"));
      }
    }
    if (!results.isEmpty()) {
      return "tool_result:" + String.join("+", results);
    }
    if (!call.requests().isEmpty()) {
      return "user_message";
    }
    for (int at = call.end().position() - 1; at >= 0; at--) {
      Fact before = view.facts().get(at);
      switch (before.type()) {
        case USER_MESSAGE -> {
          return "user_message";
        }
        case TOOL_CALL_RESPONSE, TOOL_RESULT -> {
          String tool = before.event().facts().tool();
          return "tool_result:"
              + (tool == null ? "tool" : tool)
              + ":"
              + (before.failed() ? "error" : "ok");
        }
        case ERROR -> {
          return "error";
        }
        case LLM_RESPONSE -> {
          return "answer";
        }
        default -> {}
      }
    }
    return "start";
  }

  /** The tools that were called, sorted and joined by {@code +}, or {@code answer}. */
  public static String chose(ModelCall call) {
    if (call.answer().calls().isEmpty()) {
      return call.answered() ? "answer" : "error";
    }
    Set<String> tools = new TreeSet<>();
    for (Part.Call asked : call.answer().calls()) {
      tools.add(asked.tool());
    }
    return String.join("+", tools);
  }

  /** How a use of a tool went. */
  public static String outcome(ToolUse use) {
    return use.error() ? "error" : use.answered() ? "ok" : "open";
  }
}
