package dev.whyops.fake;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The {@code logprobs} of a text: one token per word, each likelihood following from the word. */
final class Probabilities {
  private Probabilities() {}

  /**
   * @param topCount alternatives per token, the token itself among them
   */
  static JsonNode json(String text, int topCount) {
    List<ObjectNode> tokens = new ArrayList<>();
    for (String word : text.split("(?= )")) {
      ObjectNode token = token(word, 0);
      ArrayNode alternatives = Tree.array();
      for (int i = 0; i < topCount; i++) {
        alternatives.add(token(i == 0 ? word : word + i, i));
      }
      token.set("top_logprobs", alternatives);
      tokens.add(token);
    }
    return Tree.object("content", Tree.list(tokens), "refusal", null);
  }

  private static ObjectNode token(String word, int rank) {
    ArrayNode bytes = Tree.array();
    for (byte b : word.getBytes(StandardCharsets.UTF_8)) {
      bytes.add(b & 0xff);
    }
    double logprob = -(word.hashCode() & 0xff) / 256.0 - rank;
    return Tree.object("token", word, "logprob", logprob, "bytes", bytes);
  }
}
