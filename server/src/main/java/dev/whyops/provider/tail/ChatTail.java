package dev.whyops.provider.tail;

import dev.whyops.provider.JsonValue;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Chat completions: a chunk before the one that tells the finish. */
final class ChatTail extends StreamTail {
  private @Nullable Model model;

  ChatTail(String tail) {
    super(tail);
  }

  @Override
  List<TailEdit> aside() {
    return pass();
  }

  @Override
  List<TailEdit> event(byte[] held, int from, Data data) {
    List<JsonValue> choices = data.json().get("choices").elements();
    if (choices.isEmpty()) {
      return data.json().get("error").isPresent() ? giveUp() : pass();
    }
    JsonValue choice = choices.getFirst();
    JsonValue delta = choice.get("delta");
    if (choices.size() > 1 || choice.get("index").intOr(0) != 0 || saysMore(choice, delta)) {
      return giveUp();
    }
    JsonValue text = delta.get("content");
    String said = text.text();
    if (!said.isEmpty() && !isProse(said)) {
      return giveUp();
    }
    String finish = choice.get("finish_reason").text();
    if (!finish.isEmpty()) {
      Model before = model;
      return finish.equals("stop") && before != null && said.isEmpty()
          ? done(List.of(new TailEdit(from, 0, before.saying(tail()))))
          : giveUp();
    }
    if (!said.isEmpty()) {
      model = Model.of(held, from, data, text);
    }
    return pass();
  }

  private static boolean saysMore(JsonValue choice, JsonValue delta) {
    return PlainText.isTold(choice.get("logprobs"))
        || PlainText.isTold(delta.get("tool_calls"))
        || PlainText.isTold(delta.get("function_call"))
        || PlainText.isTold(delta.get("refusal"));
  }
}
