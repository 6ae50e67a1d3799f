package dev.whyops.why.view;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Reads turns and tool definitions of every dialect into one shape and keeps equal ones once: chat
 * messages, Responses items, Anthropic blocks and what our own SDKs send.
 *
 * <p>Not thread-safe; lives as long as one trace is put together.
 */
final class Messages {
  private final Map<String, Message> messages = new HashMap<>();
  private final Map<String, Tool> tools = new HashMap<>();

  Message message(JsonNode node) {
    return messages.computeIfAbsent(
        node.toString(), raw -> new Message(messages.size(), role(node), parts(node), raw));
  }

  List<Message> all(JsonNode turns) {
    List<Message> all = new ArrayList<>(turns.size());
    for (JsonNode turn : turns) {
      all.add(message(turn));
    }
    return List.copyOf(all);
  }

  List<Tool> tools(JsonNode definitions) {
    List<Tool> all = new ArrayList<>(definitions.size());
    for (JsonNode definition : definitions) {
      all.add(tool(definition));
    }
    return List.copyOf(all);
  }

  /** A turn that was told by an event and not inside a request. */
  Message told(Role role, Part part, String raw) {
    return messages.computeIfAbsent(
        role + "\u0000" + raw, key -> new Message(messages.size(), role, List.of(part), raw));
  }

  Tool tool(JsonNode node) {
    return tools.computeIfAbsent(node.toString(), raw -> read(node, raw));
  }

  private Tool read(JsonNode node, String raw) {
    JsonNode body = node.path("function").isObject() ? node.path("function") : node;
    String name = body.path("name").asString(node.path("type").asString("?"));
    JsonNode schema = null;
    for (String field : new String[] {"parameters", "input_schema", "inputSchema"}) {
      if (body.has(field)) {
        schema = Parsing.unquoted(body.path(field));
        break;
      }
    }
    JsonNode description = body.path("description");
    return new Tool(
        tools.size(),
        name,
        description.isString() ? description.stringValue() : null,
        schema == null || schema.isNull() ? null : schema,
        raw);
  }

  private static Role role(JsonNode node) {
    return switch (node.path("type").asString("")) {
      case "function_call_output", "computer_call_output", "custom_tool_call_output" -> Role.TOOL;
      case "function_call", "reasoning", "custom_tool_call" -> Role.ASSISTANT;
      default -> Role.of(node.path("role").asString("user"));
    };
  }

  private static List<Part> parts(JsonNode node) {
    List<Part> parts = new ArrayList<>();
    if (node.isString()) {
      parts.add(new Part.Text(node.stringValue()));
      return parts;
    }
    if (item(node, parts)) {
      return parts;
    }
    if (Role.of(node.path("role").asString("")) == Role.TOOL) {
      String callId = text(node, "tool_call_id");
      parts.add(new Part.Result(callId, flat(node.path("content")), false));
      return parts;
    }
    content(node.path("content"), parts);
    JsonNode reasoning = node.path("reasoning_content");
    if (reasoning.isString()) {
      parts.add(new Part.Thinking(reasoning.stringValue()));
    }
    for (JsonNode call : node.path("tool_calls")) {
      parts.add(call(call));
    }
    return parts;
  }

  /** Responses items that are no messages. */
  private static boolean item(JsonNode node, List<Part> parts) {
    switch (node.path("type").asString("")) {
      case "function_call", "custom_tool_call" -> parts.add(call(node));
      case "function_call_output", "custom_tool_call_output" ->
          parts.add(new Part.Result(text(node, "call_id"), flat(node.path("output")), false));
      case "reasoning" -> parts.add(new Part.Thinking(flat(node.path("summary"))));
      default -> {
        return false;
      }
    }
    return true;
  }

  private static void content(JsonNode content, List<Part> parts) {
    if (content.isString()) {
      if (!content.stringValue().isEmpty()) {
        parts.add(new Part.Text(content.stringValue()));
      }
      return;
    }
    for (JsonNode block : content) {
      parts.add(block(block));
    }
  }

  private static Part block(JsonNode block) {
    String type = block.path("type").asString("text");
    return switch (type) {
      case "text", "input_text", "output_text" -> new Part.Text(block.path("text").asString(""));
      case "refusal" -> new Part.Text(block.path("refusal").asString(""));
      case "thinking" -> new Part.Thinking(block.path("thinking").asString(""));
      case "tool_use", "server_tool_use" ->
          new Part.Call(
              text(block, "id"),
              block.path("name").asString("?"),
              block.path("input").toString(),
              type.equals("tool_use") ? Part.Call.FUNCTION : type);
      case "tool_result" ->
          new Part.Result(
              text(block, "tool_use_id"),
              flat(block.path("content")),
              block.path("is_error").asBoolean(false));
      default ->
          type.endsWith("_tool_result")
              ? new Part.Result(text(block, "tool_use_id"), flat(block.path("content")), false)
              : new Part.Opaque(type);
    };
  }

  /** A call in the shape of chat, Responses or our own events. */
  static Part.Call call(JsonNode call) {
    JsonNode function = call.path("function").isObject() ? call.path("function") : call;
    JsonNode arguments = function.path("arguments");
    if (arguments.isMissingNode()) {
      arguments = function.has("input") ? function.path("input") : function.path("args");
    }
    String id = text(call, "call_id");
    return new Part.Call(
        id != null ? id : text(call, "id"),
        function.path("name").asString("?"),
        arguments.isMissingNode() || arguments.isNull() ? "" : Fact.textOf(arguments),
        kind(call.path("type").asString("function")));
  }

  private static String kind(String type) {
    return switch (type) {
      case "function", "function_call", "tool_call", "tool_use", "tool" -> Part.Call.FUNCTION;
      case "custom", "custom_tool_call" -> "custom";
      default -> type;
    };
  }

  /** The text of a result: a string as it is, text blocks joined, anything else as JSON. */
  static String flat(JsonNode content) {
    if (content.isString()) {
      return content.stringValue();
    }
    if (content.isMissingNode() || content.isNull()) {
      return "";
    }
    if (!content.isArray()) {
      return content.toString();
    }
    StringBuilder text = new StringBuilder();
    for (JsonNode block : content) {
      if (!block.path("text").isString()) {
        return content.toString();
      }
      text.append(text.isEmpty() ? "" : "\n").append(block.path("text").stringValue());
    }
    return text.toString();
  }

  private static @Nullable String text(JsonNode node, String field) {
    JsonNode value = node.path(field);
    return value.isString() ? value.stringValue() : null;
  }
}
