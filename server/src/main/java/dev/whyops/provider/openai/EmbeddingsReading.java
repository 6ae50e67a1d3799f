package dev.whyops.provider.openai;

import dev.whyops.provider.AnswerFacts.Embedding;
import dev.whyops.provider.AnswerFacts.ProviderError;
import dev.whyops.provider.AnswerNotes;
import dev.whyops.provider.ErrorBody;
import dev.whyops.provider.JsonValue;
import java.util.List;

/** Reads {@code /v1/embeddings}: how many vectors of what size, never the vectors. */
record EmbeddingsReading(AnswerNotes answer) implements OpenAiReading {
  private static final int FLOAT_BYTES = 4;

  @Override
  public void whole(JsonValue root) {
    answer.head(root.get("id"), root.get("model"), root.get("service_tier"));
    OpenAiUsage.read(root.get("usage"), "OA_CHAT", answer);
    ProviderError error = ErrorBody.of(root);
    if (error != null) {
      answer.error(error);
    }
    List<JsonValue> data = root.get("data").elements();
    if (data.isEmpty()) {
      return;
    }
    JsonValue vector = data.getFirst().get("embedding");
    boolean base64 = vector.isString();
    answer.embedding(
        new Embedding(
            data.size(),
            base64 ? base64Floats(vector) : vector.size(),
            base64 ? "base64" : "float"));
  }

  @Override
  public void event(String name, JsonValue data) {
    whole(data);
  }

  private static int base64Floats(JsonValue vector) {
    String text = vector.text();
    int padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
    return (text.length() / 4 * 3 - padding) / FLOAT_BYTES;
  }
}
