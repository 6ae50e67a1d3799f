package dev.whyops.why.view;

import dev.whyops.json.Json;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** JSON that may be none. */
public final class Parsing {
  private Parsing() {}

  /** The parsed text; null when it is no JSON. */
  public static @Nullable JsonNode orNull(String json) {
    if (json.isBlank()) {
      return null;
    }
    try {
      return Json.mapper().readTree(json);
    } catch (JacksonException e) {
      return null;
    }
  }

  /** The parsed text, or a string node with it. */
  static JsonNode orText(String json) {
    JsonNode node = orNull(json);
    return node == null ? JsonNodeFactory.instance.stringNode(json) : node;
  }

  static JsonNode object(String json) {
    JsonNode node = orNull(json);
    return node == null || !node.isObject() ? JsonNodeFactory.instance.objectNode() : node;
  }

  /** What a string holds when it is JSON text, else the node itself. */
  static JsonNode unquoted(JsonNode node) {
    JsonNode inner = node.isString() ? orNull(node.stringValue()) : null;
    return inner == null ? node : inner;
  }
}
