package dev.whyops.why.schema;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * Finds what makes a schema unusable before the library sees it: it would judge by an unknown type
 * as if nothing could have that type, and log patterns that it cannot apply.
 */
final class SchemaShape {
  private static final Set<String> TYPES =
      Set.of("string", "number", "integer", "boolean", "object", "array", "null");

  /** Keywords whose values are data and no schemas. */
  private static final Set<String> DATA = Set.of("enum", "const", "default", "example", "examples");

  private SchemaShape() {}

  /** True when no keyword that is looked at here has a value without meaning. */
  static boolean sound(JsonNode schema) {
    Deque<JsonNode> open = new ArrayDeque<>();
    open.add(schema);
    while (!open.isEmpty()) {
      JsonNode node = open.poll();
      if (!soundType(node.path("type")) || !soundPattern(node.path("pattern"))) {
        return false;
      }
      for (String regex : node.path("patternProperties").propertyNames()) {
        if (!BoundedPattern.usable(regex)) {
          return false;
        }
      }
      for (Map.Entry<String, JsonNode> entry : node.properties()) {
        if (!DATA.contains(entry.getKey()) && entry.getValue().isContainer()) {
          open.add(entry.getValue());
        }
      }
      if (node.isArray()) {
        node.forEach(open::add);
      }
    }
    return true;
  }

  /** A property may be called type: its value is then an object. */
  private static boolean soundType(JsonNode type) {
    if (type.isArray()) {
      for (JsonNode one : type) {
        if (!one.isString() || !TYPES.contains(one.stringValue())) {
          return false;
        }
      }
      return true;
    }
    return !type.isString() || TYPES.contains(type.stringValue());
  }

  private static boolean soundPattern(JsonNode pattern) {
    return !pattern.isString() || BoundedPattern.usable(pattern.stringValue());
  }
}
