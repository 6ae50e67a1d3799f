package dev.whyops.why.provenance;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What an argument's schema itself offers as a value. Follows local references only. */
final class SchemaHints {
  private static final int REFERENCES_MAX = 16;

  private SchemaHints() {}

  /** True when the value is one of the schema's {@code enum}, its {@code const} or default. */
  static boolean offers(@Nullable JsonNode schema, String path, String value) {
    if (schema == null) {
      return false;
    }
    List<JsonNode> here = List.of(schema);
    for (String step : steps(path)) {
      List<JsonNode> next = new ArrayList<>();
      for (JsonNode node : here) {
        descend(schema, node, step, next, 0);
      }
      here = next;
    }
    for (JsonNode node : here) {
      if (fixed(schema, node, value, 0)) {
        return true;
      }
    }
    return false;
  }

  private static boolean fixed(JsonNode root, JsonNode node, String value, int depth) {
    if (depth > REFERENCES_MAX) {
      return false;
    }
    JsonNode schema = resolve(root, node);
    if (is(schema.path("const"), value) || is(schema.path("default"), value)) {
      return true;
    }
    for (JsonNode choice : schema.path("enum")) {
      if (is(choice, value)) {
        return true;
      }
    }
    for (String any : new String[] {"anyOf", "oneOf", "allOf"}) {
      for (JsonNode branch : schema.path(any)) {
        if (fixed(root, branch, value, depth + 1)) {
          return true;
        }
      }
    }
    return false;
  }

  private static void descend(
      JsonNode root, JsonNode node, String step, List<JsonNode> next, int depth) {
    if (depth > REFERENCES_MAX || next.size() > REFERENCES_MAX) {
      return;
    }
    JsonNode schema = resolve(root, node);
    JsonNode child =
        step.equals("[]") ? schema.path("items") : schema.path("properties").path(step);
    if (!child.isMissingNode()) {
      next.add(child);
    }
    for (String any : new String[] {"anyOf", "oneOf", "allOf"}) {
      for (JsonNode branch : schema.path(any)) {
        descend(root, branch, step, next, depth + 1);
      }
    }
  }

  private static JsonNode resolve(JsonNode root, JsonNode node) {
    JsonNode schema = node;
    for (int i = 0; i < REFERENCES_MAX && schema.path("$ref").isString(); i++) {
      String ref = schema.path("$ref").stringValue();
      if (!ref.startsWith("#/")) {
        return schema;
      }
      JsonNode target = root;
      for (String step : ref.substring(2).split("/")) {
        target = target.path(step.replace("~1", "/").replace("~0", "~"));
      }
      if (target.isMissingNode()) {
        return schema;
      }
      schema = target;
    }
    return schema;
  }

  private static boolean is(JsonNode node, String value) {
    return node.isValueNode() && !node.isNull() && node.asString("").equals(value);
  }

  /** Member names of a path, {@code []} for any index. */
  static List<String> steps(String path) {
    List<String> steps = new ArrayList<>();
    int at = 1;
    while (at < path.length()) {
      if (path.startsWith("['", at)) {
        int end = path.indexOf("']", at);
        if (end < 0) {
          return steps;
        }
        steps.add(path.substring(at + 2, end).replace("\\'", "'").replace("\\\\", "\\"));
        at = end + 2;
      } else if (path.charAt(at) == '[') {
        int end = path.indexOf(']', at);
        if (end < 0) {
          return steps;
        }
        steps.add("[]");
        at = end + 1;
      } else {
        int end = at + 1;
        while (end < path.length() && path.charAt(end) != '.' && path.charAt(end) != '[') {
          end++;
        }
        steps.add(path.substring(at + 1, end));
        at = end;
      }
    }
    return steps;
  }
}
