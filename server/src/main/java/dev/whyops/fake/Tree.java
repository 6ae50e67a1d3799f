package dev.whyops.fake;

import dev.whyops.json.Json;
import java.util.Collection;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Builds JSON trees in one expression. */
final class Tree {
  private Tree() {}

  /** An object from names and values in turn; a value may be null. */
  static ObjectNode object(@Nullable Object... namesAndValues) {
    ObjectNode object = Json.mapper().createObjectNode();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      object.set(String.valueOf(namesAndValues[i]), node(namesAndValues[i + 1]));
    }
    return object;
  }

  static ArrayNode array(@Nullable Object... values) {
    ArrayNode array = Json.mapper().createArrayNode();
    for (Object value : values) {
      array.add(node(value));
    }
    return array;
  }

  static ArrayNode list(Collection<? extends JsonNode> values) {
    ArrayNode array = Json.mapper().createArrayNode();
    values.forEach(array::add);
    return array;
  }

  static String text(JsonNode node) {
    return Json.mapper().writeValueAsString(node);
  }

  private static JsonNode node(@Nullable Object value) {
    return switch (value) {
      case null -> Json.mapper().getNodeFactory().nullNode();
      case JsonNode node -> node;
      case String text -> Json.mapper().getNodeFactory().stringNode(text);
      case Integer number -> Json.mapper().getNodeFactory().numberNode(number);
      case Long number -> Json.mapper().getNodeFactory().numberNode(number);
      case Double number -> Json.mapper().getNodeFactory().numberNode(number);
      case Boolean truth -> Json.mapper().getNodeFactory().booleanNode(truth);
      default -> throw new IllegalArgumentException("no JSON value: " + value.getClass());
    };
  }
}
