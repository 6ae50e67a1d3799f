package dev.whyops.provider.tail;

import dev.whyops.provider.JsonValue;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Anthropic messages: a delta before the end of the last text block. Whether it is the last one,
 * the event after its end tells.
 */
final class MessageTail extends StreamTail {
  private @Nullable Model model;
  private boolean holding;
  private boolean inText;

  MessageTail(String tail) {
    super(tail);
  }

  @Override
  @Nullable List<TailEdit> aside() {
    return holding ? null : pass();
  }

  @Override
  @Nullable List<TailEdit> event(byte[] held, int from, Data data) {
    return switch (data.json().get("type").text()) {
      case "ping" -> aside();
      case "message_start" -> pass();
      case "content_block_start" -> begin(data.json().get("content_block", "type").text());
      case "content_block_delta" -> delta(held, from, data);
      case "content_block_stop" -> {
        holding = inText && model != null;
        inText = false;
        yield holding ? null : pass();
      }
      case "message_delta" -> finish(data.json().get("delta", "stop_reason").text());
      default -> giveUp();
    };
  }

  private List<TailEdit> begin(String type) {
    holding = false;
    model = null;
    inText = type.equals("text");
    textBegins();
    return type.equals("tool_use") ? giveUp() : pass();
  }

  private List<TailEdit> delta(byte[] held, int from, Data data) {
    JsonValue text = data.json().get("delta").get("text");
    if (inText && data.json().get("delta", "type").text().equals("text_delta")) {
      if (!isProse(text.text())) {
        return giveUp();
      }
      model = Model.of(held, from, data, text);
    }
    return pass();
  }

  private List<TailEdit> finish(String reason) {
    Model before = model;
    boolean ended = reason.equals("end_turn") || reason.equals("stop_sequence");
    return holding && ended && before != null
        ? done(List.of(new TailEdit(0, 0, before.saying(tail()))))
        : giveUp();
  }
}
