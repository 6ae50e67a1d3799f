package dev.whyops.continuity;

import dev.whyops.json.Json;
import dev.whyops.provider.AnswerFacts;
import dev.whyops.provider.CallKind;
import dev.whyops.provider.Dialect;
import dev.whyops.provider.ProviderType;
import dev.whyops.provider.RequestFacts;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** A conversation as its client keeps it, and as it is sent in either dialect. */
final class Talk {
  /**
   * One message.
   *
   * @param callId of the tool that an assistant calls, or whose output this is
   */
  record Said(String role, String text, @Nullable String callId) {}

  final Speaker speaker;
  final boolean anthropic;

  /** Conversations that were one once have one lineage. */
  final int lineage;

  List<Said> messages = new ArrayList<>();

  /** Whether any call of this lineage was recorded with what the client holds now. */
  boolean recorded;

  Talk(Speaker speaker, boolean anthropic, int lineage) {
    this.speaker = speaker;
    this.anthropic = anthropic;
    this.lineage = lineage;
  }

  Talk fork() {
    Talk other = new Talk(speaker, anthropic, lineage);
    other.messages = new ArrayList<>(messages);
    other.recorded = recorded;
    return other;
  }

  RequestFacts asked() {
    ObjectNode body = Json.mapper().createObjectNode().put("model", "m");
    ArrayNode list = body.putArray("messages");
    messages.forEach(said -> add(list.addObject(), said));
    return dialect().request(kind(), body.toString().getBytes(StandardCharsets.UTF_8));
  }

  private void add(ObjectNode message, Said said) {
    if (anthropic) {
      addBlocks(message, said);
      return;
    }
    message.put("role", said.role()).put("content", said.text());
    if (said.callId() != null && said.role().equals("assistant")) {
      message
          .putArray("tool_calls")
          .addObject()
          .put("id", said.callId())
          .put("type", "function")
          .putObject("function")
          .put("name", "find")
          .put("arguments", "{}");
    } else if (said.callId() != null) {
      message.put("tool_call_id", said.callId());
    }
  }

  private static void addBlocks(ObjectNode message, Said said) {
    boolean answer = said.role().equals("assistant");
    ArrayNode blocks = message.put("role", answer ? "assistant" : "user").putArray("content");
    if (said.callId() == null || answer) {
      blocks.addObject().put("type", "text").put("text", said.text());
    }
    if (said.callId() != null && answer) {
      ObjectNode use = blocks.addObject().put("type", "tool_use").put("id", said.callId());
      use.put("name", "find").putObject("input");
    } else if (said.callId() != null) {
      blocks
          .addObject()
          .put("type", "tool_result")
          .put("tool_use_id", said.callId())
          .put("content", said.text());
    }
  }

  AnswerFacts answered(Said said, String id) {
    ObjectNode body = Json.mapper().createObjectNode().put("id", id).put("model", "m");
    if (anthropic) {
      addBlocks(body.put("type", "message").put("stop_reason", "end_turn"), said);
    } else {
      ObjectNode choice = body.putArray("choices").addObject().put("index", 0);
      add(choice.put("finish_reason", "stop").putObject("message"), said);
    }
    return dialect()
        .answer(kind(), 200, "application/json", body.toString().getBytes(StandardCharsets.UTF_8));
  }

  private Dialect dialect() {
    return Dialect.of(anthropic ? ProviderType.ANTHROPIC : ProviderType.OPENAI);
  }

  private CallKind kind() {
    return anthropic ? CallKind.MESSAGES : CallKind.CHAT_COMPLETIONS;
  }

  /** What a history looks at: the speaker and the messages up to {@code end}. */
  String prefix(int end) {
    return speaker + "|" + messages.subList(0, end);
  }
}
