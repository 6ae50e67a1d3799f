package dev.whyops.event.otlp;

import dev.whyops.json.Json;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * An answer as the conventions tell it, in the form that all answers have here: the text, the tool
 * calls and why it ended.
 *
 * @param content JSON text: the text of a single message, else what was told as it was told
 */
record Said(String content, List<JsonNode> toolCalls, @Nullable String finish) {
  Said {
    toolCalls = List.copyOf(toolCalls);
  }

  /**
   * @param toldJson messages as JSON, or any other JSON value
   */
  static Said of(String toldJson) {
    JsonNode told;
    try {
      told = Json.mapper().readTree(toldJson);
    } catch (JacksonException e) {
      return new Said(toldJson, List.of(), null);
    }
    List<JsonNode> calls = new ArrayList<>();
    String finish = null;
    for (JsonNode message : told.isArray() ? told : told.path("\0")) {
      addCalls(message, calls);
      finish = message.path("finish_reason").asString(finish);
    }
    String text = told.isArray() && told.size() == 1 ? text(told.get(0)) : null;
    boolean silent = text != null && text.isEmpty() && !calls.isEmpty();
    return new Said(
        silent ? "null" : text == null ? toldJson : Json.mapper().writeValueAsString(text),
        calls,
        finish);
  }

  /** {@code {"content": …, "toolCalls": […]}}; the latter only when there are some. */
  String json() {
    if (toolCalls.isEmpty()) {
      return "{\"content\":" + content + "}";
    }
    ArrayNode calls = Json.mapper().createArrayNode().addAll(toolCalls);
    return "{\"content\":"
        + content
        + ",\"toolCalls\":"
        + Json.mapper().writeValueAsString(calls)
        + "}";
  }

  /** Null when the message is more than text and tool calls. */
  private static @Nullable String text(JsonNode message) {
    JsonNode content = message.path("content");
    if (content.isString()) {
      return content.asString();
    }
    StringBuilder text = new StringBuilder();
    for (JsonNode part : message.path("parts")) {
      String type = part.path("type").asString("");
      if (type.equals("text")) {
        text.append(part.path("content").asString(""));
      } else if (!type.equals("tool_call")) {
        return null;
      }
    }
    for (JsonNode part : message.path("contents")) {
      JsonNode inner = part.path("message_content");
      if (!inner.path("type").asString("text").equals("text")) {
        return null;
      }
      text.append(inner.path("text").asString(""));
    }
    boolean hasShape = message.has("parts") || message.has("contents") || message.has("tool_calls");
    return hasShape && !content.isArray() && !content.isObject() ? text.toString() : null;
  }

  private static void addCalls(JsonNode message, List<JsonNode> calls) {
    for (JsonNode told : message.path("tool_calls")) {
      JsonNode call = told.has("tool_call") ? told.path("tool_call") : told;
      JsonNode function = call.has("function") ? call.path("function") : call;
      add(call.path("id"), function.path("name"), function.path("arguments"), calls);
    }
    for (JsonNode part : message.path("parts")) {
      if (part.path("type").asString("").equals("tool_call")) {
        add(part.path("id"), part.path("name"), part.path("arguments"), calls);
      }
    }
  }

  private static void add(JsonNode id, JsonNode name, JsonNode arguments, List<JsonNode> calls) {
    ObjectNode call = Json.mapper().createObjectNode();
    call.put("id", id.asString(""));
    call.putObject("function")
        .put("name", name.asString(""))
        .put(
            "arguments",
            arguments.isString()
                ? arguments.asString()
                : Json.mapper().writeValueAsString(arguments));
    calls.add(call);
  }
}
