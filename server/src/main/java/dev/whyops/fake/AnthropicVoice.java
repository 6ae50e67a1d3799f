package dev.whyops.fake;

import dev.whyops.json.Json;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Speaks {@code /v1/messages}. */
final class AnthropicVoice implements Answerer.Voice {
  private static final int ARGUMENT_PIECES = 4;

  private final Asked asked;
  private final Utterance says;
  private final Script script;
  private final String id;
  private final String signature;

  AnthropicVoice(Asked asked, Utterance says, Script script) {
    this.asked = asked;
    this.says = says;
    this.script = script;
    this.id = says.words().id("msg_01", 22);
    this.signature = says.words().signature();
  }

  static Reply headers(Reply reply, Asked asked) {
    return reply
        .with("request-id", "req_01" + asked.seen().bodySha256().substring(0, 22))
        .with("anthropic-organization-id", "scripted-organization")
        .with("anthropic-ratelimit-requests-limit", "4000")
        .with("anthropic-ratelimit-requests-remaining", "3999")
        .with("anthropic-ratelimit-requests-reset", "2026-01-01T00:00:00Z")
        .with("anthropic-ratelimit-input-tokens-limit", "2000000")
        .with("anthropic-ratelimit-input-tokens-remaining", "1999000")
        .with("anthropic-ratelimit-output-tokens-limit", "400000")
        .with("anthropic-ratelimit-output-tokens-remaining", "399000");
  }

  static String error(String type, String message) {
    return Tree.text(
        Tree.object(
            "type", "error",
            "error", Tree.object("type", type, "message", message),
            "request_id", "req_01scripted"));
  }

  static String errorFor(int status) {
    return switch (status) {
      case 400 -> error("invalid_request_error", "model: Field required");
      case 401 -> error("authentication_error", "invalid x-api-key");
      case 403 -> error("permission_error", "This key may not use this resource.");
      case 404 -> error("not_found_error", "Not found");
      case 413 -> error("request_too_large", "Request exceeds the maximum size");
      case 429 -> error("rate_limit_error", "This request would exceed your rate limit.");
      case 529 -> error("overloaded_error", "Overloaded");
      default ->
          status < 500
              ? error("invalid_request_error", "The request was refused.")
              : error("api_error", "Internal server error");
    };
  }

  @Override
  public ObjectNode whole() {
    List<ObjectNode> blocks = new ArrayList<>();
    if (says.thinking() != null) {
      blocks.add(
          Tree.object("type", "thinking", "thinking", says.thinking(), "signature", signature));
    }
    if (!spokenText().isEmpty()) {
      blocks.add(Tree.object("type", "text", "text", spokenText()));
    }
    for (int i = 0; i < says.calls().size(); i++) {
      Script.Call call = says.calls().get(i);
      blocks.add(
          Tree.object(
              "type", "tool_use",
              "id", callId(i),
              "name", call.tool(),
              "input", Json.mapper().readTree(call.argumentsJson())));
    }
    ObjectNode whole = message(Tree.list(blocks), finish());
    if (!"none".equals(says.usageJson())) {
      whole.set("usage", usage(says.outputTokens()));
    }
    return whole;
  }

  @Override
  public Iterator<Reply.Frame> stream() {
    ObjectNode opening = message(Tree.array(), null);
    opening.set("usage", usage(1));
    Stream<Reply.Frame> content =
        Reply.joined(
            List.of(
                Stream.of(frame(Tree.object("type", "message_start", "message", opening), false)),
                IntStream.range(0, script.count("pings", 1)).mapToObj(i -> ping()),
                blocks()));
    if (script.has("unknown")) {
      ObjectNode future = Tree.object("type", "future_event", "detail", Tree.object("n", 1));
      content = Stream.concat(content, Stream.of(frame(future, false)));
    }
    if (script.has("badchunk")) {
      Reply.Frame bad = new Reply.Frame("content_block_delta", "{\"type\":\"content", false);
      content = Stream.concat(content, Stream.of(bad));
    }
    if (script.has("error")) {
      Reply.Frame error = new Reply.Frame("error", errorFor(529), false);
      return Stream.concat(content.limit(script.count("error", 0) + 3L), Stream.of(error))
          .iterator();
    }
    ObjectNode delta =
        Tree.object(
            "type",
            "message_delta",
            "delta",
            Tree.object("stop_reason", finish(), "stop_sequence", null));
    if (!"none".equals(says.usageJson())) {
      delta.set("usage", usage(says.outputTokens()));
    }
    Stream<Reply.Frame> ending = Stream.of(frame(delta, false));
    if (!"none".equals(script.word("done"))) {
      ending = Stream.concat(ending, Stream.of(frame(Tree.object("type", "message_stop"), false)));
    }
    return Stream.concat(content, ending).iterator();
  }

  private Stream<Reply.Frame> blocks() {
    List<Stream<Reply.Frame>> all = new ArrayList<>();
    int index = 0;
    if (says.thinking() != null) {
      Stream<ObjectNode> deltas =
          Words.pieces(says.thinking(), says.textPieces()).stream()
              .map(p -> Tree.object("type", "thinking_delta", "thinking", p));
      ObjectNode signed = Tree.object("type", "signature_delta", "signature", signature);
      all.add(
          block(
              index++,
              Tree.object("type", "thinking", "thinking", "", "signature", ""),
              Stream.concat(deltas, Stream.of(signed))));
    }
    if (!spokenText().isEmpty()) {
      all.add(
          block(
              index++,
              Tree.object("type", "text", "text", ""),
              Words.pieces(spokenText(), says.textPieces()).stream()
                  .map(p -> Tree.object("type", "text_delta", "text", p))));
    }
    for (int i = 0; i < says.calls().size(); i++) {
      Script.Call call = says.calls().get(i);
      Stream<String> pieces =
          Stream.concat(
              Stream.of(""), Words.pieces(call.argumentsJson(), ARGUMENT_PIECES).stream());
      all.add(
          block(
              index++,
              Tree.object(
                  "type", "tool_use", "id", callId(i), "name", call.tool(), "input", Tree.object()),
              pieces.map(p -> Tree.object("type", "input_json_delta", "partial_json", p))));
    }
    return Reply.joined(all);
  }

  private static Stream<Reply.Frame> block(
      int index, ObjectNode opening, Stream<ObjectNode> deltas) {
    ObjectNode start =
        Tree.object("type", "content_block_start", "index", index, "content_block", opening);
    ObjectNode stop = Tree.object("type", "content_block_stop", "index", index);
    return Reply.joined(
        List.of(
            Stream.of(frame(start, false)),
            deltas.map(
                d ->
                    frame(
                        Tree.object("type", "content_block_delta", "index", index, "delta", d),
                        true)),
            Stream.of(frame(stop, false))));
  }

  private static Reply.Frame ping() {
    return frame(Tree.object("type", "ping"), false);
  }

  private static Reply.Frame frame(ObjectNode data, boolean paced) {
    return new Reply.Frame(data.path("type").asString(), Tree.text(data), paced);
  }

  private ObjectNode message(JsonNode content, @Nullable String stop) {
    return Tree.object(
        "id",
        id,
        "type",
        "message",
        "role",
        "assistant",
        "model",
        asked.model(),
        "content",
        content,
        "stop_reason",
        stop,
        "stop_sequence",
        null);
  }

  private JsonNode usage(long outputTokens) {
    if (says.usageJson() != null && !says.usageJson().equals("none")) {
      return Json.mapper().readTree(says.usageJson());
    }
    PromptCache.Prompt prompt = says.prompt();
    return Tree.object(
        "input_tokens",
        prompt.fresh(),
        "cache_creation_input_tokens",
        prompt.written5m() + prompt.written1h(),
        "cache_read_input_tokens",
        prompt.read(),
        "cache_creation",
        Tree.object(
            "ephemeral_5m_input_tokens", prompt.written5m(),
            "ephemeral_1h_input_tokens", prompt.written1h()),
        "output_tokens",
        outputTokens,
        "service_tier",
        "standard");
  }

  private String spokenText() {
    return says.refusal() != null ? says.refusal() : says.text();
  }

  private String finish() {
    return says.finish("end_turn", "tool_use", "refusal");
  }

  private String callId(int index) {
    return "toolu_01" + id.substring(id.length() - 20) + index;
  }
}
