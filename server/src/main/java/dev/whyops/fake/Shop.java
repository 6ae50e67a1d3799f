package dev.whyops.fake;

import dev.whyops.json.Json;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The sample agent's world: a book shop whose orders follow from their number. */
final class Shop {
  private static final List<String> CITIES =
      List.of("Lisbon", "Aarhus", "Graz", "Utrecht", "Porto", "Gdansk", "Bergen", "Ghent");
  private static final List<String> TITLES =
      List.of(
          "A Short History of Maps",
          "Bread for Beginners",
          "The Night Train",
          "Gardens in Small Spaces",
          "Signals and Noise");

  private Shop() {}

  /** What the tool gives back; one that fails says so in {@code error}. */
  static String call(String tool, String argumentsJson) {
    JsonNode arguments = Json.mapper().readTree(argumentsJson);
    int order = order(arguments.path("order_id").asString(arguments.path("query").asString("")));
    return Tree.text(
        switch (tool) {
          case "search_orders" -> search(order);
          case "get_shipping_status" -> shipping(order);
          case "issue_refund" -> refund(order, arguments);
          default -> Tree.object("error", "no such tool: " + tool);
        });
  }

  /** Tool definitions in Chat Completions form. */
  static List<ObjectNode> chatTools() {
    return List.of(
        tool(
            "search_orders",
            "Find a customer's order by its number or by words in the title.",
            Tree.object("query", string("order number or words"))),
        tool(
            "get_shipping_status",
            "Where a parcel is and when it will arrive.",
            Tree.object("order_id", string("as returned by search_orders"))),
        tool(
            "issue_refund",
            "Pay back all or a part of an order. Cannot be undone.",
            Tree.object(
                "order_id", string("as returned by search_orders"),
                "amount", Tree.object("type", "number", "description", "in euro"),
                "reason", string("one sentence"))));
  }

  /** A long text about the orders from that one on. */
  static String report(int firstOrder) {
    StringBuilder report = new StringBuilder("Orders of the week\n\n");
    for (int order = firstOrder; order < firstOrder + 12; order++) {
      report.append(
          "Order B-%d, \"%s\", went to %s for %.2f euro with parcel %s; expected on %s, %s.\n"
              .formatted(
                  order,
                  TITLES.get(order % TITLES.size()),
                  CITIES.get(order % CITIES.size()),
                  total(order),
                  carrierId(order),
                  arrival(order),
                  order % 3 == 0 ? "delayed, the customer was told" : "on its way"));
    }
    return report.append("\nFour parcels are late; none is lost.").toString();
  }

  static double total(int order) {
    return 12 + order % 37 + 0.90;
  }

  static String arrival(int order) {
    return "2026-03-%02d".formatted(1 + order % 27);
  }

  static String carrierId(int order) {
    return "PX%08d".formatted(order * 7919 % 100_000_000);
  }

  private static ObjectNode search(int order) {
    if (order == 0) {
      return Tree.object("orders", Tree.array(), "note", "nothing found");
    }
    return Tree.object(
        "orders",
        Tree.array(
            Tree.object(
                "order_id", "B-" + order,
                "title", TITLES.get(order % TITLES.size()),
                "total_eur", total(order),
                "city", CITIES.get(order % CITIES.size()),
                "paid", true,
                "carrier_id", carrierId(order))));
  }

  private static ObjectNode shipping(int order) {
    return Tree.object(
        "order_id", "B-" + order,
        "carrier_id", carrierId(order),
        "state", order % 3 == 0 ? "delayed" : "on its way",
        "expected", arrival(order),
        "last_seen", CITIES.get((order + 3) % CITIES.size()));
  }

  private static ObjectNode refund(int order, JsonNode arguments) {
    if (arguments.path("amount").asDouble(0) > total(order)) {
      return Tree.object("error", "amount is more than the order's total", "max", total(order));
    }
    return Tree.object(
        "order_id", "B-" + order, "refunded_eur", arguments.path("amount"), "state", "booked");
  }

  private static int order(String text) {
    String digits = text.replaceAll("\\D", "");
    return digits.isEmpty() || digits.length() > 6 ? 0 : Integer.parseInt(digits);
  }

  private static ObjectNode tool(String name, String description, ObjectNode properties) {
    List<String> required = properties.propertyStream().map(p -> p.getKey()).toList();
    return Tree.object(
        "type",
        "function",
        "function",
        Tree.object(
            "name",
            name,
            "description",
            description,
            "parameters",
            Tree.object(
                "type",
                "object",
                "properties",
                properties,
                "required",
                Tree.array(required.toArray()),
                "additionalProperties",
                false)));
  }

  private static ObjectNode string(String description) {
    return Tree.object("type", "string", "description", description);
  }
}
