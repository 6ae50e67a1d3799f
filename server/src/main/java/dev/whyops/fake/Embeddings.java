package dev.whyops.fake;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Answers {@code /v1/embeddings} with vectors that follow from the seed. */
final class Embeddings {
  private static final int DIMENSIONS = 1_536;

  private Embeddings() {}

  static String json(Asked asked, Utterance says) {
    JsonNode input = asked.body().path("input");
    // One text is a string or an array of token numbers; several are arrays of these.
    int count = input.isArray() && !input.isEmpty() && !input.get(0).isNumber() ? input.size() : 1;
    int dimensions = asked.body().path("dimensions").asInt(DIMENSIONS);
    boolean base64 = asked.body().path("encoding_format").asString("float").equals("base64");
    List<ObjectNode> data = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      data.add(
          Tree.object(
              "object",
              "embedding",
              "index",
              i,
              "embedding",
              base64 ? base64(says.words(), dimensions) : floats(says.words(), dimensions)));
    }
    long tokens = says.prompt().total();
    return Tree.text(
        Tree.object(
            "object",
            "list",
            "data",
            Tree.list(data),
            "model",
            asked.model(),
            "usage",
            Tree.object("prompt_tokens", tokens, "total_tokens", tokens)));
  }

  private static ArrayNode floats(Words words, int dimensions) {
    ArrayNode vector = Tree.array();
    for (int i = 0; i < dimensions; i++) {
      vector.add((float) words.unit());
    }
    return vector;
  }

  private static String base64(Words words, int dimensions) {
    ByteBuffer bytes = ByteBuffer.allocate(dimensions * 4).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < dimensions; i++) {
      bytes.putFloat((float) words.unit());
    }
    return Base64.getEncoder().encodeToString(bytes.array());
  }
}
