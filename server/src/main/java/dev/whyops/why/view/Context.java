package dev.whyops.why.view;

import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What a model call held.
 *
 * @param capture {@code full}; {@code metadata} or {@code off} when texts were not kept; {@code
 *     told} when the request is not on record and {@code messages} are what the trace had told
 * @param system the system prompt where the dialect keeps it apart from the messages
 * @param params temperature, tool choice and the like; an object
 */
public record Context(
    String capture,
    @Nullable Message system,
    List<Message> messages,
    List<Tool> tools,
    JsonNode params) {

  /** True when the whole request is on record. */
  public boolean captured() {
    return capture.equals("full");
  }

  /** True when more tools can be found on the way, so that the list of them is not all. */
  public boolean findsTools() {
    for (Tool tool : tools) {
      for (String mark : new String[] {"tool_search", "\"mcp", "\"namespace\"", "defer_loading"}) {
        if (tool.raw().contains(mark)) {
          return true;
        }
      }
    }
    for (Message turn : messages) {
      if (turn.raw().contains("\"type\":\"tool_search")
          || turn.raw().contains("\"additional_tools\"")) {
        return true;
      }
    }
    return false;
  }

  /** The offered tool of that name; null when it was not offered. */
  public @Nullable Tool tool(String name) {
    for (Tool tool : tools) {
      if (tool.name().equals(name)) {
        return tool;
      }
    }
    return null;
  }

  /** {@code auto}, {@code none}, {@code required} or the name of a tool; null when not given. */
  public @Nullable String toolChoice() {
    JsonNode choice = params.path("tool_choice");
    if (choice.isString()) {
      return choice.stringValue().equals("any") ? "required" : choice.stringValue();
    }
    if (!choice.isObject()) {
      return null;
    }
    String name = choice.path("function").path("name").asString(choice.path("name").asString(""));
    if (!name.isEmpty()) {
      return name;
    }
    String type = choice.path("type").asString("");
    return type.equals("any") ? "required" : type.isEmpty() ? null : type;
  }
}
