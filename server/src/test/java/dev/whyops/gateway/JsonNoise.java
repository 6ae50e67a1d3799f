package dev.whyops.gateway;

import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/** JSON texts as odd as they are valid: any white space, any escape, any order, any depth. */
final class JsonNoise {
  private static final List<String> TEXTS =
      List.of(
          "plain words",
          "",
          "\u00e4\u00f6\u00fc \u20ac",
          "\ud83d\udc68\u200d\ud83d\udc69\u200d\ud83d\udc67 family",
          "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
          "\u0915\u094d\u200d\u0937\u200b\u200c\u2060",
          "\u2063" + "\u200b\u200c\u200d\u2060".repeat(23) + "\u2063",
          "data: [DONE]",
          "\u2028\u2029\u0085",
          "</script><b>",
          "{\"model\":\"not/this\"}",
          "\ufeff\ufffe\uffff");
  private static final List<String> ESCAPES =
      List.of(
          "\\n",
          "\\r\\n",
          "\\\"",
          "\\\\",
          "\\/",
          "\\u0000",
          "\\u00e9",
          "\\ud83d\\ude00",
          "\\ud800");
  private static final List<String> NUMBERS =
      List.of("0", "-0", "1e400", "1E-7", "9007199254740993", "-1.50", "12345678901234567890123");

  private final SplittableRandom random;

  JsonNoise(SplittableRandom random) {
    this.random = random;
  }

  <T> T oneOf(List<T> all) {
    return all.get(random.nextInt(all.size()));
  }

  boolean chance(int percent) {
    return random.nextInt(100) < percent;
  }

  /** Nothing, mostly. */
  String space() {
    return chance(80) ? "" : oneOf(List.of(" ", "\n", "\t", "\r\n", "  \n  "));
  }

  String string() {
    StringBuilder text = new StringBuilder("\"");
    int parts = random.nextInt(4);
    for (int i = 0; i < parts; i++) {
      if (chance(25)) {
        text.append(oneOf(ESCAPES));
      } else {
        text.append(oneOf(TEXTS).replace("\\", "\\\\").replace("\"", "\\\""));
      }
    }
    if (chance(3)) {
      text.append("x".repeat(random.nextInt(20_000)));
    }
    return text.append('"').toString();
  }

  String value(int depth) {
    return switch (random.nextInt(depth > 4 ? 4 : 6)) {
      case 0, 1 -> string();
      case 2 -> oneOf(NUMBERS);
      case 3 -> oneOf(List.of("true", "false", "null"));
      case 4 -> array(depth);
      default -> object(depth);
    };
  }

  private String array(int depth) {
    StringBuilder text = new StringBuilder("[").append(space());
    int items = random.nextInt(4);
    for (int i = 0; i < items; i++) {
      text.append(i == 0 ? "" : ",").append(space()).append(value(depth + 1)).append(space());
    }
    return text.append(']').toString();
  }

  private String object(int depth) {
    StringBuilder text = new StringBuilder("{").append(space());
    int members = random.nextInt(4);
    for (int i = 0; i < members; i++) {
      text.append(i == 0 ? "" : ",").append(member(string(), value(depth + 1)));
    }
    return text.append('}').toString();
  }

  String member(String quotedName, String value) {
    return space() + quotedName + space() + ":" + space() + value + space();
  }

  /** An object with these members in any order, and some more of its own. */
  String objectOf(List<String> members) {
    java.util.ArrayList<String> all = new java.util.ArrayList<>(members);
    int more = random.nextInt(3);
    for (int i = 0; i < more; i++) {
      all.add(member("\"extra_" + i + "\"", value(1)));
    }
    for (int i = all.size() - 1; i > 0; i--) {
      java.util.Collections.swap(all, i, random.nextInt(i + 1));
    }
    return "{" + String.join(",", all) + "}";
  }

  /** Hexadecimal, of either case. */
  String hex(int number) {
    String text = Integer.toHexString(number);
    return chance(30) ? text.toUpperCase(Locale.ROOT) : text;
  }
}
