package dev.whyops.provider.openai;

import dev.whyops.provider.AnswerFacts.ProviderError;
import dev.whyops.provider.AnswerNotes;
import dev.whyops.provider.ErrorBody;
import dev.whyops.provider.JsonValue;

/** Routes whose answers are not recorded, but for an error in them. */
record NoReading(AnswerNotes answer) implements OpenAiReading {
  @Override
  public void whole(JsonValue root) {
    ProviderError error = ErrorBody.of(root);
    if (error != null) {
      answer.error(error);
    }
  }

  @Override
  public void event(String name, JsonValue data) {
    whole(data);
  }
}
