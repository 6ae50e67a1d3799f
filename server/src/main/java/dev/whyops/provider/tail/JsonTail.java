package dev.whyops.provider.tail;

import dev.whyops.provider.CallKind;
import dev.whyops.provider.JsonValue;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds the end of the last text of a whole answer. */
public final class JsonTail {
  private JsonTail() {}

  /**
   * Offset of the quote that ends the last text; -1 when there is no finished prose, or the answer
   * calls tools, or tells something about each token.
   */
  public static int of(CallKind kind, byte[] body) {
    Set<String> notes = new HashSet<>();
    JsonValue answer = JsonValue.parse(body, notes);
    if (!notes.isEmpty()) {
      return -1;
    }
    JsonValue text =
        switch (kind) {
          case CHAT_COMPLETIONS -> chat(answer);
          case MESSAGES -> message(answer);
          case RESPONSES -> response(answer);
          default -> null;
        };
    return text == null ? -1 : text.span().end() - 1;
  }

  private static @Nullable JsonValue chat(JsonValue answer) {
    List<JsonValue> choices = answer.get("choices").elements();
    if (choices.size() != 1) {
      return null;
    }
    JsonValue choice = choices.getFirst();
    JsonValue message = choice.get("message");
    JsonValue text = message.get("content");
    boolean plain =
        choice.get("finish_reason").text().equals("stop")
            && !PlainText.isTold(choice.get("logprobs"))
            && !PlainText.isTold(message.get("tool_calls"))
            && !PlainText.isTold(message.get("function_call"))
            && !PlainText.isTold(message.get("refusal"));
    return plain ? prose(text) : null;
  }

  private static @Nullable JsonValue message(JsonValue answer) {
    String reason = answer.get("stop_reason").text();
    if (!reason.equals("end_turn") && !reason.equals("stop_sequence")) {
      return null;
    }
    JsonValue last = null;
    for (JsonValue block : answer.get("content").elements()) {
      String type = block.get("type").text();
      if (type.equals("tool_use")) {
        return null;
      }
      last = type.equals("text") ? prose(block.get("text")) : null;
      if (type.equals("text") && last == null) {
        return null;
      }
    }
    return last;
  }

  /** Also for the answer inside of a stream's last event. */
  static @Nullable JsonValue response(JsonValue answer) {
    if (!answer.get("status").text().equals("completed")) {
      return null;
    }
    JsonValue last = null;
    for (JsonValue item : answer.get("output").elements()) {
      if (!PlainText.isAnsweredByProvider(item.get("type").text())) {
        return null;
      }
      for (JsonValue part : item.get("content").elements()) {
        boolean output = part.get("type").text().equals("output_text");
        if (output) {
          last = PlainText.isTold(part.get("logprobs")) ? null : prose(part.get("text"));
        }
        if (output && last == null || part.get("type").text().equals("refusal")) {
          return null;
        }
      }
    }
    return last;
  }

  private static @Nullable JsonValue prose(JsonValue text) {
    return text.isString() && !text.text().isEmpty() && PlainText.isProse(text.text())
        ? text
        : null;
  }
}
