package dev.whyops.fake;

import dev.whyops.json.Json;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.SplittableRandom;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Deterministic texts, ids and tool arguments from one seed. */
final class Words {
  private static final String[] LEXICON =
      ("the a of to and in that it is for on with as order refund parcel customer account invoice"
              + " arrives tomorrow today was shipped checked please confirm address number status"
              + " found no yes however because therefore price total weather city book café naïve"
              + " größer 東京 мир مرحبا 😀 data result answer question")
          .split(" ");
  private static final String ALPHABET =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

  private final SplittableRandom random;

  Words(long seed) {
    this.random = new SplittableRandom(seed);
  }

  String text(int wordCount) {
    StringBuilder text = new StringBuilder(wordCount * 7);
    for (int i = 0; i < wordCount; i++) {
      text.append(i == 0 ? "" : " ").append(LEXICON[random.nextInt(LEXICON.length)]);
    }
    return text.toString();
  }

  /** Text of exactly that many bytes. */
  String bytes(int length) {
    StringBuilder text = new StringBuilder(length);
    while (text.length() < length) {
      text.append("answer ").append(random.nextInt(1_000_000)).append(' ');
    }
    return text.substring(0, length);
  }

  String id(String prefix, int length) {
    StringBuilder id = new StringBuilder(prefix);
    for (int i = 0; i < length; i++) {
      id.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
    }
    return id.toString();
  }

  String signature() {
    byte[] bytes = new byte[96];
    random.nextBytes(bytes);
    return Base64.getEncoder().encodeToString(bytes);
  }

  double unit() {
    return random.nextDouble() * 2 - 1;
  }

  /** Arguments that fit the schema's properties. */
  String arguments(JsonNode schema) {
    ObjectNode arguments = Json.mapper().createObjectNode();
    schema
        .path("properties")
        .propertyStream()
        .forEach(property -> arguments.set(property.getKey(), value(property.getValue())));
    return Json.mapper().writeValueAsString(arguments);
  }

  private JsonNode value(JsonNode schema) {
    if (schema.path("enum").isArray() && !schema.path("enum").isEmpty()) {
      return schema.path("enum").get(random.nextInt(schema.path("enum").size()));
    }
    return switch (schema.path("type").asString("string")) {
      case "integer" -> Json.mapper().getNodeFactory().numberNode(random.nextInt(1_000));
      case "number" -> Json.mapper().getNodeFactory().numberNode(random.nextInt(10_000) / 100.0);
      case "boolean" -> Json.mapper().getNodeFactory().booleanNode(random.nextBoolean());
      case "array" -> {
        ArrayNode array = Json.mapper().createArrayNode();
        yield array.add(value(schema.path("items")));
      }
      case "object" -> Json.mapper().readTree(arguments(schema));
      default -> Json.mapper().getNodeFactory().stringNode(text(2));
    };
  }

  /** Cuts a text into at most {@code pieces} parts without splitting a code point. */
  static List<String> pieces(String text, int pieces) {
    List<String> parts = new ArrayList<>();
    int size = Math.max(1, (text.length() + pieces - 1) / Math.max(1, pieces));
    int from = 0;
    while (from < text.length()) {
      int to = Math.min(text.length(), from + size);
      if (to < text.length() && Character.isLowSurrogate(text.charAt(to))) {
        to++;
      }
      parts.add(text.substring(from, to));
      from = to;
    }
    return parts;
  }
}
