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

/** Speaks {@code /v1/chat/completions} and {@code /v1/completions}. */
final class OpenAiVoice implements Answerer.Voice {
  private static final int ARGUMENT_PIECES = 4;

  private final Asked asked;
  private final Utterance says;
  private final Script script;
  private final boolean legacy;
  private final boolean hasUsage;
  private final int choiceCount;
  private final String id;
  private final long created;

  OpenAiVoice(Asked asked, Utterance says, Script script, long created) {
    this.asked = asked;
    this.says = says;
    this.script = script;
    this.legacy = asked.path().equals("/completions");
    this.hasUsage = asked.body().path("stream_options").path("include_usage").asBoolean(false);
    this.choiceCount = Math.clamp(asked.body().path("n").asInt(1), 1, 128);
    this.id = says.words().id(legacy ? "cmpl-" : "chatcmpl-", 29);
    this.created = created;
  }

  static Reply headers(Reply reply, Asked asked) {
    return reply
        .with("x-request-id", "req_" + Files.bodyHash(asked.seen()).substring(0, 32))
        .with("openai-version", "2020-10-01")
        .with("openai-organization", "org-scripted")
        .with("openai-processing-ms", "12")
        .with("x-ratelimit-limit-requests", "10000")
        .with("x-ratelimit-remaining-requests", "9999")
        .with("x-ratelimit-reset-requests", "6ms")
        .with("x-ratelimit-limit-tokens", "2000000")
        .with("x-ratelimit-remaining-tokens", "1999900")
        .with("set-cookie", "__cf_bm=scripted; path=/; HttpOnly");
  }

  static String error(String message, String type, @Nullable String code) {
    return Tree.text(
        Tree.object(
            "error", Tree.object("message", message, "type", type, "param", null, "code", code)));
  }

  static String errorFor(int status) {
    return switch (status) {
      case 400 ->
          error(
              "The request body could not be used: model is required.",
              "invalid_request_error",
              null);
      case 401 ->
          error("Incorrect API key provided: ****.", "invalid_request_error", "invalid_api_key");
      case 429 -> error("Rate limit reached for requests.", "requests", "rate_limit_exceeded");
      case 503 -> error("The engine is overloaded, try again later.", "server_error", null);
      default ->
          status < 500
              ? error("The request was refused.", "invalid_request_error", null)
              : error("The server had an error processing your request.", "server_error", null);
    };
  }

  @Override
  public ObjectNode whole() {
    List<ObjectNode> choices = new ArrayList<>();
    for (int i = 0; i < choiceCount; i++) {
      choices.add(legacy ? textChoice(i, says.text(), finish()) : messageChoice(i));
    }
    ObjectNode whole =
        Tree.object(
            "id",
            id,
            "object",
            legacy ? "text_completion" : "chat.completion",
            "created",
            created,
            "model",
            answeredModel(),
            "choices",
            Tree.list(choices));
    if (!"none".equals(says.usageJson())) {
      whole.set("usage", usage());
    }
    if (!legacy) {
      whole.put("service_tier", "default").put("system_fingerprint", "fp_scripted");
    }
    return whole;
  }

  @Override
  public Iterator<Reply.Frame> stream() {
    Stream<Reply.Frame> content =
        Reply.joined(
            IntStream.range(0, choiceCount)
                .mapToObj(choice -> legacy ? legacyFrames(choice) : frames(choice))
                .toList());
    if (script.has("badchunk")) {
      content = Stream.concat(Stream.of(Reply.Frame.data("{\"id\":\"broken")), content);
    }
    if (script.has("error")) {
      Reply.Frame error = Reply.Frame.data(errorFor(500));
      return Stream.concat(content.limit(script.count("error", 0) + 1L), Stream.of(error))
          .iterator();
    }
    Stream<Reply.Frame> ending = Stream.empty();
    if (hasUsage && !"none".equals(says.usageJson())) {
      ObjectNode last = chunk(Tree.array());
      last.set("usage", usage());
      ending = Stream.of(Reply.Frame.data(Tree.text(last)));
    }
    Reply.Frame done = Reply.Frame.data("[DONE]");
    String wanted = script.word("done");
    return switch (wanted == null ? "once" : wanted) {
      case "none" -> Stream.concat(content, ending).iterator();
      case "twice" -> Reply.joined(List.of(content, ending, Stream.of(done, done))).iterator();
      case "early" -> Reply.joined(List.of(Stream.of(done), content, ending)).iterator();
      default -> Reply.joined(List.of(content, ending, Stream.of(done))).iterator();
    };
  }

  private Stream<Reply.Frame> frames(int choice) {
    Stream.Builder<Reply.Frame> frames = Stream.builder();
    frames.add(
        delta(
            choice, Tree.object("role", "assistant", "content", "", "refusal", null), null, false));
    Stream<Reply.Frame> thinking =
        says.thinking() == null
            ? Stream.empty()
            : Words.pieces(says.thinking(), says.textPieces()).stream()
                .map(p -> delta(choice, Tree.object("reasoning_content", p), null, true));
    Stream<Reply.Frame> text =
        Words.pieces(says.text(), says.textPieces()).stream()
            .map(p -> delta(choice, Tree.object("content", p), probabilities(p), null, true));
    Stream<Reply.Frame> refusal =
        says.refusal() == null
            ? Stream.empty()
            : Words.pieces(says.refusal(), 3).stream()
                .map(p -> delta(choice, Tree.object("refusal", p), null, true));
    Stream<Reply.Frame> last = Stream.of(delta(choice, Tree.object(), finish(), false));
    return Reply.joined(List.of(frames.build(), thinking, text, refusal, toolFrames(choice), last));
  }

  /** Parallel calls come interleaved by index, as the API allows. */
  private Stream<Reply.Frame> toolFrames(int choice) {
    List<Reply.Frame> frames = new ArrayList<>();
    List<List<String>> pieces = new ArrayList<>();
    for (int i = 0; i < says.calls().size(); i++) {
      Script.Call call = says.calls().get(i);
      pieces.add(Words.pieces(call.argumentsJson(), ARGUMENT_PIECES));
      ObjectNode first =
          Tree.object(
              "index",
              i,
              "id",
              callId(choice, i),
              "type",
              "function",
              "function",
              Tree.object("name", call.tool(), "arguments", ""));
      frames.add(delta(choice, Tree.object("tool_calls", Tree.array(first)), null, true));
    }
    for (int round = 0; round < ARGUMENT_PIECES; round++) {
      for (int i = 0; i < pieces.size(); i++) {
        if (round < pieces.get(i).size()) {
          ObjectNode more =
              Tree.object(
                  "index", i, "function", Tree.object("arguments", pieces.get(i).get(round)));
          frames.add(delta(choice, Tree.object("tool_calls", Tree.array(more)), null, true));
        }
      }
    }
    return frames.stream();
  }

  private Stream<Reply.Frame> legacyFrames(int choice) {
    return Stream.concat(
        Words.pieces(says.text(), says.textPieces()).stream()
            .map(
                p ->
                    new Reply.Frame(
                        null, Tree.text(chunk(Tree.array(textChoice(choice, p, null)))), true)),
        Stream.of(
            Reply.Frame.data(Tree.text(chunk(Tree.array(textChoice(choice, "", finish())))))));
  }

  private Reply.Frame delta(int choice, ObjectNode delta, @Nullable String finish, boolean paced) {
    return delta(choice, delta, null, finish, paced);
  }

  private Reply.Frame delta(
      int choice,
      ObjectNode delta,
      @Nullable JsonNode probabilities,
      @Nullable String finish,
      boolean paced) {
    ObjectNode body =
        Tree.object(
            "index", choice, "delta", delta, "logprobs", probabilities, "finish_reason", finish);
    return new Reply.Frame(null, Tree.text(chunk(Tree.array(body))), paced);
  }

  private ObjectNode chunk(JsonNode choices) {
    ObjectNode chunk =
        Tree.object(
            "id",
            id,
            "object",
            legacy ? "text_completion" : "chat.completion.chunk",
            "created",
            created,
            "model",
            answeredModel(),
            "service_tier",
            "default",
            "system_fingerprint",
            "fp_scripted",
            "choices",
            choices);
    if (hasUsage) {
      chunk.putNull("usage");
    }
    return chunk;
  }

  private ObjectNode messageChoice(int choice) {
    ObjectNode message =
        Tree.object(
            "role",
            "assistant",
            "content",
            says.text().isEmpty() ? null : says.text(),
            "refusal",
            says.refusal());
    if (says.thinking() != null) {
      message.put("reasoning_content", says.thinking());
    }
    List<ObjectNode> calls = new ArrayList<>();
    for (int i = 0; i < says.calls().size(); i++) {
      Script.Call call = says.calls().get(i);
      calls.add(
          Tree.object(
              "id", callId(choice, i),
              "type", "function",
              "function", Tree.object("name", call.tool(), "arguments", call.argumentsJson())));
    }
    if (!calls.isEmpty()) {
      message.set("tool_calls", Tree.list(calls));
    }
    return Tree.object(
        "index",
        choice,
        "message",
        message,
        "logprobs",
        probabilities(says.text()),
        "finish_reason",
        finish());
  }

  private @Nullable JsonNode probabilities(String text) {
    return asked.body().path("logprobs").asBoolean(false)
        ? Probabilities.json(text, asked.body().path("top_logprobs").asInt(0))
        : null;
  }

  private static ObjectNode textChoice(int choice, String text, @Nullable String finish) {
    return Tree.object("index", choice, "text", text, "logprobs", null, "finish_reason", finish);
  }

  private JsonNode usage() {
    if (says.usageJson() != null) {
      return Json.mapper().readTree(says.usageJson());
    }
    PromptCache.Prompt prompt = says.prompt();
    return Tree.object(
        "prompt_tokens", prompt.total(),
        "completion_tokens", says.outputTokens(),
        "total_tokens", prompt.total() + says.outputTokens(),
        "prompt_tokens_details", Tree.object("cached_tokens", prompt.read(), "audio_tokens", 0),
        "completion_tokens_details",
            Tree.object(
                "reasoning_tokens", says.reasoningTokens(),
                "audio_tokens", 0,
                "accepted_prediction_tokens", 0,
                "rejected_prediction_tokens", 0));
  }

  private String finish() {
    return says.finish("stop", "tool_calls", "stop");
  }

  private String callId(int choice, int index) {
    return "call_" + id.substring(id.length() - 20) + choice + "x" + index;
  }

  private String answeredModel() {
    return answered(asked.model());
  }

  /** The dated name that the API answers with. */
  static String answered(String model) {
    return switch (model) {
      case "gpt-4o-mini" -> "gpt-4o-mini-2024-07-18";
      case "gpt-4o" -> "gpt-4o-2024-08-06";
      case "gpt-4.1" -> "gpt-4.1-2025-04-14";
      case "gpt-5" -> "gpt-5-2025-08-07";
      case "gpt-5-mini" -> "gpt-5-mini-2025-08-07";
      default -> model;
    };
  }
}
