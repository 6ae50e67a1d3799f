package dev.whyops.provider.anthropic;

import dev.whyops.provider.AnswerNotes;
import dev.whyops.provider.AnswerNotes.CallNotes;
import dev.whyops.provider.AnswerNotes.ChoiceNotes;
import dev.whyops.provider.AnswerNotes.ThinkingNotes;
import dev.whyops.provider.ErrorBody;
import dev.whyops.provider.JsonValue;
import dev.whyops.provider.Notes;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code /v1/messages}, block by block. A whole message is read like a stream whose blocks
 * each come in one piece.
 */
final class MessageStream {
  private static final int BLOCKS_MAX = 1_024;

  private final AnswerNotes answer;
  private final AnthropicUsage usage = new AnthropicUsage();
  private final Map<Integer, Block> blocks = new HashMap<>();

  MessageStream(AnswerNotes answer) {
    this.answer = answer;
  }

  /** One open block; what it has depends on its type. */
  private record Block(@Nullable ThinkingNotes thinking, @Nullable CallNotes call, String input) {}

  void whole(JsonValue message) {
    head(message);
    for (JsonValue block : message.get("content").elements()) {
      begin(block, true);
    }
    choice().finish(message.get("stop_reason"));
  }

  void event(String name, JsonValue data) {
    String type = data.get("type").text();
    switch (type.isEmpty() ? name : type) {
      case "message_start" -> head(data.get("message"));
      case "content_block_start" -> begin(data);
      case "content_block_delta" -> delta(data);
      case "content_block_stop" -> end(data);
      case "message_delta" -> {
        choice().finish(data.get("delta", "stop_reason"));
        usage.merge(data.get("usage"));
      }
      case "message_stop" -> answer.terminated();
      case "ping" -> {}
      case "error" ->
          answer.error(
              ErrorBody.read(0, data.raw().getBytes(StandardCharsets.UTF_8), answer.notes()));
      default -> answer.notes().add(Notes.UNKNOWN_EVENT);
    }
  }

  void finish() {
    // A block that was never closed keeps what it was opened with.
    blocks.values().forEach(MessageStream::settle);
    usage.settle(answer);
  }

  private void head(JsonValue message) {
    answer.head(message.get("id"), message.get("model"), message.get("usage", "service_tier"));
    usage.merge(message.get("usage"));
    if (message.get("type").isPresent()) {
      choice();
    }
  }

  private void begin(JsonValue data) {
    if (blocks.size() == BLOCKS_MAX) {
      answer.notes().add(Notes.TRUNCATED);
      return;
    }
    Block before = blocks.put(index(data), begin(data.get("content_block"), false));
    if (before != null) {
      settle(before);
    }
  }

  private Block begin(JsonValue block, boolean whole) {
    String type = block.get("type").text();
    switch (type) {
      case "text" -> choice().text(block.get("text").text());
      case "thinking" -> {
        ThinkingNotes thinking = choice().think(type);
        thinking.text(block.get("thinking").text()).signature(block.get("signature").text());
        return new Block(thinking, null, "");
      }
      case "redacted_thinking" -> choice().think(type).signature(block.get("data").text());
      default -> {
        if (type.endsWith("tool_use")) {
          return call(type, block, whole);
        }
        // Results of provider-side tools and future blocks stay in the raw body.
      }
    }
    return new Block(null, null, "");
  }

  private Block call(String type, JsonValue block, boolean whole) {
    CallNotes call = choice().newCall();
    String input = block.get("input").raw();
    if (call != null) {
      call.head(
          block.get("id").text(),
          type.equals("tool_use") ? "function" : type,
          block.get("name").text());
      if (whole) {
        call.arguments(input);
      }
    }
    return new Block(null, call, input);
  }

  private void delta(JsonValue data) {
    JsonValue delta = data.get("delta");
    Block block = blocks.get(index(data));
    String type = delta.get("type").text();
    switch (type) {
      case "text_delta" -> choice().text(delta.get("text").text());
      case "thinking_delta" -> thinking(block).text(delta.get("thinking").text());
      case "signature_delta" -> thinking(block).signature(delta.get("signature").text());
      case "input_json_delta" -> {
        CallNotes call = block == null ? choice().newCall() : block.call();
        if (call != null) {
          call.arguments(delta.get("partial_json").text());
        }
      }
      case "citations_delta", "compaction_delta" -> {}
      default -> answer.notes().add(Notes.UNKNOWN_EVENT);
    }
  }

  private ThinkingNotes thinking(@Nullable Block block) {
    return block == null || block.thinking() == null
        ? choice().thinkOn("thinking")
        : block.thinking();
  }

  private void end(JsonValue data) {
    Block block = blocks.get(index(data));
    if (block != null) {
      settle(block);
    }
  }

  /** A call whose input never came in pieces has the one it was opened with. */
  private static void settle(Block block) {
    if (block.call() != null && !block.call().hasArguments()) {
      block.call().arguments(block.input());
    }
  }

  private static int index(JsonValue data) {
    return data.get("index").intOr(-1);
  }

  private ChoiceNotes choice() {
    return Objects.requireNonNull(answer.choice(0));
  }
}
