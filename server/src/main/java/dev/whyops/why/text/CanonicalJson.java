package dev.whyops.why.text;

import java.math.BigDecimal;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** One text for equal JSON: members sorted, no space, numbers by value. */
public final class CanonicalJson {
  private static final int DIGITS_MAX = 400;

  private CanonicalJson() {}

  /** The canonical form; {@code raw} itself, stripped, when it is no JSON. */
  public static String of(@Nullable JsonNode node, String raw) {
    if (node == null) {
      return raw.strip();
    }
    StringBuilder out = new StringBuilder(raw.length());
    write(node, out);
    return out.toString();
  }

  private static void write(JsonNode node, StringBuilder out) {
    if (node.isObject()) {
      Map<String, JsonNode> members = new TreeMap<>();
      node.properties().forEach(member -> members.put(member.getKey(), member.getValue()));
      char separator = '{';
      for (Map.Entry<String, JsonNode> member : members.entrySet()) {
        out.append(separator).append('"').append(member.getKey()).append("\":");
        write(member.getValue(), out);
        separator = ',';
      }
      out.append(members.isEmpty() ? "{}" : "}");
    } else if (node.isArray()) {
      char separator = '[';
      for (JsonNode item : node) {
        out.append(separator);
        write(item, out);
        separator = ',';
      }
      out.append(node.isEmpty() ? "[]" : "]");
    } else if (node.isNumber()) {
      BigDecimal value = node.decimalValue();
      boolean huge = Math.abs((long) value.scale()) > DIGITS_MAX;
      out.append(huge ? value.toString() : value.stripTrailingZeros().toPlainString());
    } else {
      out.append(node);
    }
  }
}
