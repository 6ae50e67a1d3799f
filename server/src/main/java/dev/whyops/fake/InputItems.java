package dev.whyops.fake;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The list that {@code /v1/responses/{id}/input_items} gives: newest first, each with an id. */
final class InputItems {
  private InputItems() {}

  static String json(String responseId, JsonNode input) {
    List<ObjectNode> items = new ArrayList<>();
    if (input.isString()) {
      items.add(item(responseId, 0, Tree.object("role", "user", "content", input)));
    }
    for (JsonNode given : input.isArray() ? input : Tree.array()) {
      items.addFirst(item(responseId, items.size(), (ObjectNode) given));
    }
    return Tree.text(
        Tree.object(
            "object",
            "list",
            "data",
            Tree.list(items),
            "first_id",
            items.isEmpty() ? null : items.getFirst().path("id"),
            "last_id",
            items.isEmpty() ? null : items.getLast().path("id"),
            "has_more",
            false));
  }

  private static ObjectNode item(String responseId, int position, ObjectNode given) {
    ObjectNode item = given.deepCopy();
    item.put("id", "item_" + responseId.substring(responseId.length() - 20) + position);
    if (!item.has("type")) {
      item.put("type", "message");
    }
    if (item.path("content").isString()) {
      JsonNode text = item.path("content");
      item.set("content", Tree.array(Tree.object("type", "input_text", "text", text)));
      item.put("status", "completed");
    }
    return item;
  }
}
