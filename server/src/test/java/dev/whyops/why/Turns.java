package dev.whyops.why;

import dev.whyops.json.Json;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Turns and tools in the shapes of the two dialects. */
final class Turns {
  private Turns() {}

  static ObjectNode tool(
      Run.Dialect dialect, String toolName, @Nullable String description, @Nullable String schema) {
    ObjectNode tool = Json.mapper().createObjectNode();
    ObjectNode body = dialect == Run.Dialect.OPENAI ? tool.putObject("function") : tool;
    if (dialect == Run.Dialect.OPENAI) {
      tool.put("type", "function");
    }
    body.put("name", toolName);
    if (description != null) {
      body.put("description", description);
    }
    if (schema != null) {
      body.set(dialect == Run.Dialect.OPENAI ? "parameters" : "input_schema", json(schema));
    }
    return tool;
  }

  static ObjectNode answer(Run.Dialect dialect, Reply reply) {
    ObjectNode turn = object().put("role", "assistant");
    if (dialect == Run.Dialect.OPENAI) {
      turn.put("content", reply.text);
      if (!reply.calls.isEmpty()) {
        ArrayNode calls = turn.putArray("tool_calls");
        for (String[] call : reply.calls) {
          calls
              .addObject()
              .put("id", call[0])
              .put("type", "function")
              .putObject("function")
              .put("name", call[1])
              .put("arguments", call[2]);
        }
      }
    } else {
      ArrayNode blocks = turn.putArray("content");
      if (reply.text != null) {
        blocks.addObject().put("type", "text").put("text", reply.text);
      }
      for (String[] call : reply.calls) {
        ObjectNode use = blocks.addObject().put("type", "tool_use").put("id", call[0]);
        use.put("name", call[1]).set("input", json(call[2]));
      }
    }
    return turn;
  }

  static ObjectNode result(Run.Dialect dialect, String callId, String output, boolean error) {
    if (dialect == Run.Dialect.OPENAI) {
      return object().put("role", "tool").put("tool_call_id", callId).put("content", output);
    }
    ObjectNode turn = object().put("role", "user");
    ObjectNode block =
        turn.putArray("content")
            .addObject()
            .put("type", "tool_result")
            .put("tool_use_id", callId)
            .put("content", output);
    if (error) {
      block.put("is_error", true);
    }
    return turn;
  }

  static ObjectNode turn(String role, String text) {
    return object().put("role", role).put("content", text);
  }

  static ObjectNode object() {
    return Json.mapper().createObjectNode();
  }

  static JsonNode json(String text) {
    try {
      return Json.mapper().readTree(text);
    } catch (tools.jackson.core.JacksonException e) {
      return Json.mapper().getNodeFactory().stringNode(text);
    }
  }
}
