package dev.whyops.why.label;

import dev.whyops.why.view.Leaf;
import java.util.Locale;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/** Tells by search alone, and knowing nothing of the index, whether a request held a value. */
final class PlainReading {
  private static final int WORD_CHARS_MIN = 3;

  private PlainReading() {}

  /** All texts of a request that the model did not write itself. */
  static String held(JsonNode body) {
    StringBuilder held = new StringBuilder();
    for (String name : new String[] {"system", "instructions", "messages", "input", "tools"}) {
      collect(body.path(name), held);
    }
    return held.toString();
  }

  private static void collect(JsonNode node, StringBuilder held) {
    String type = node.path("type").asString("");
    boolean own =
        node.path("role").asString("").equals("assistant")
            || type.equals("function_call")
            || type.equals("tool_use")
            || type.equals("reasoning");
    if (own) {
      return;
    }
    if (node.isValueNode()) {
      held.append('\n').append(node.asString(""));
    }
    node.forEach(child -> collect(child, held));
  }

  /** {@code sourced}, {@code unsourced}, or empty where reading does not decide. */
  static String of(Leaf leaf, String held) {
    if (leaf.kind() != Leaf.Kind.STRING || leaf.text().length() < WORD_CHARS_MIN) {
      return "";
    }
    String border = "[^\\p{L}\\p{N}_.@-]";
    Pattern whole =
        Pattern.compile(
            "(?:^|" + border + ")" + Pattern.quote(leaf.text()) + "(?:$|" + border + ")");
    if (whole.matcher(held).find()) {
      return "sourced";
    }
    String lower = held.toLowerCase(Locale.ROOT);
    for (String word : leaf.text().toLowerCase(Locale.ROOT).split("[^\\p{L}\\p{N}]+")) {
      if (word.length() >= WORD_CHARS_MIN && lower.contains(word)) {
        return "";
      }
    }
    return "unsourced";
  }
}
