package dev.whyops.fake;

import dev.whyops.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Finds what to answer: credential, route, the errors of the script, then the dialect's voice. */
final class Answerer {
  private final FakeLlm fake;
  private final Script script;

  Answerer(FakeLlm fake, Script script) {
    this.fake = fake;
    this.script = script;
  }

  Reply reply(Asked asked) {
    boolean anthropic = asked.anthropic();
    Reply reply = raw(asked);
    if (reply == null) {
      reply = refusal(asked, anthropic).orElseGet(() -> route(asked, anthropic));
    }
    if (script.has("echo")) {
      reply = reply.with("x-echo", credential(asked));
    }
    if (script.has("shouldretry")) {
      reply = reply.with("x-should-retry", String.valueOf(script.word("shouldretry")));
    }
    if (script.has("retryafter")) {
      reply = reply.with("retry-after", String.valueOf(script.word("retryafter")));
    }
    return anthropic ? AnthropicVoice.headers(reply, asked) : OpenAiVoice.headers(reply, asked);
  }

  /** Answers that no provider's API would give. */
  private @Nullable Reply raw(Asked asked) {
    if (asked.seen().path().equals("/fake/seen")) {
      return Reply.json(200, SeenJson.of(fake.seen(), asked.seen().target()));
    }
    int status = script.count("status", 200);
    if (script.has("html")) {
      return Reply.bytes(
          status,
          "text/html; charset=utf-8",
          "<!doctype html><title>Just a moment</title><p>proxy error</p>"
              .getBytes(StandardCharsets.UTF_8));
    }
    if (script.has("garbage")) {
      byte[] garbage = Delivery.garbage(fake.options().seed(), script.count("garbage", 100));
      return Reply.bytes(status, "application/json", garbage);
    }
    if (script.has("redirect")) {
      return Reply.json(script.count("status", 302), "{}")
          .with("location", String.valueOf(script.word("redirect")));
    }
    if (script.has("echo")) {
      return Reply.json(200, Tree.text(Tree.object("echo", credential(asked))));
    }
    return null;
  }

  private Optional<Reply> refusal(Asked asked, boolean anthropic) {
    String key = fake.options().key();
    if (key != null && !key.equals(credential(asked))) {
      return Optional.of(error(anthropic, 401));
    }
    int status = script.count("status", 200);
    if (status >= 300) {
      return Optional.of(error(anthropic, status));
    }
    boolean wantsUsage = !asked.body().path("stream_options").path("include_usage").isMissingNode();
    if (script.has("nousage") && wantsUsage) {
      return Optional.of(
          Reply.json(
              400,
              OpenAiVoice.error(
                  "Unrecognized request argument supplied: stream_options",
                  "invalid_request_error",
                  null)));
    }
    if (asked.body().isMissingNode() && asked.seen().method().equals("POST") && known(asked)) {
      return Optional.of(error(anthropic, 400));
    }
    return Optional.empty();
  }

  private static boolean known(Asked asked) {
    return switch (asked.path()) {
      case "/chat/completions",
          "/responses",
          "/completions",
          "/embeddings",
          "/messages",
          "/messages/count_tokens" ->
          true;
      default -> false;
    };
  }

  private Reply route(Asked asked, boolean anthropic) {
    boolean needsModel = known(asked) && asked.seen().method().equals("POST");
    if (needsModel && asked.model().isEmpty()) {
      return error(anthropic, 400);
    }
    if (needsModel && asked.model().startsWith("no-such-")) {
      return unknownModel(anthropic, asked.model());
    }
    String path = asked.path();
    if (path.equals("/models") || path.startsWith("/models/")) {
      return Models.reply(path, anthropic);
    }
    if (path.startsWith("/responses/")) {
      return storedResponse(asked);
    }
    if (path.equals("/files") || path.startsWith("/files/")) {
      return fake.files().reply(asked, created());
    }
    if (!needsModel) {
      return other(asked);
    }
    Utterance says = Utterance.of(fake, script, asked, anthropic);
    boolean stream = (asked.stream() || script.has("asstream")) && !script.has("asjson");
    return switch (path) {
      case "/messages" -> spoken(stream, new AnthropicVoice(asked, says, script));
      case "/messages/count_tokens" ->
          Reply.json(200, Tree.text(Tree.object("input_tokens", says.prompt().total())));
      case "/responses" -> keep(stream, asked, new ResponsesVoice(asked, says, script, created()));
      case "/embeddings" -> Reply.json(200, Embeddings.json(asked, says));
      default -> spoken(stream, new OpenAiVoice(asked, says, script, created()));
    };
  }

  /** A dialect's way to say one utterance. */
  interface Voice {
    ObjectNode whole();

    Iterator<Reply.Frame> stream();
  }

  private static Reply spoken(boolean stream, Voice voice) {
    return stream ? Reply.stream(voice.stream()) : Reply.json(200, Tree.text(voice.whole()));
  }

  private long created() {
    return fake.options().clock().instant().getEpochSecond();
  }

  private Reply keep(boolean stream, Asked asked, ResponsesVoice voice) {
    ObjectNode whole = voice.whole();
    byte[] json = Tree.text(whole).getBytes(StandardCharsets.UTF_8);
    fake.keepResponse(
        whole.path("id").asString(), new FakeLlm.StoredResponse(json, asked.body().path("input")));
    return spoken(stream, voice);
  }

  private Reply storedResponse(Asked asked) {
    String[] parts = asked.path().split("/");
    String id = parts[2];
    FakeLlm.StoredResponse kept = fake.response(id);
    if (kept == null) {
      return Reply.json(
          404,
          OpenAiVoice.error(
              "Response with id '" + id + "' not found.", "invalid_request_error", null));
    }
    if (asked.seen().method().equals("DELETE")) {
      fake.forgetResponse(id);
      return Reply.json(
          200, Tree.text(Tree.object("id", id, "object", "response", "deleted", true)));
    }
    if (parts.length > 3 && parts[3].equals("input_items")) {
      return Reply.json(200, InputItems.json(id, kept.input()));
    }
    if (parts.length > 3 && parts[3].equals("cancel")) {
      JsonNode response = Json.mapper().readTree(kept.json());
      ((ObjectNode) response).put("status", "cancelled");
      return Reply.json(200, Tree.text(response));
    }
    return Reply.bytes(200, "application/json", kept.json());
  }

  /** Any other route: says what it got, or gives as many bytes as are wanted. */
  private Reply other(Asked asked) {
    if (script.has("bytes")) {
      byte[] bytes = Delivery.garbage(fake.options().seed(), script.count("bytes", 0));
      return Reply.bytes(200, "application/octet-stream", bytes);
    }
    return Reply.json(
        200,
        Tree.text(
            Tree.object(
                "object",
                "echo",
                "method",
                asked.seen().method(),
                "path",
                asked.seen().target(),
                "bytes",
                asked.seen().bodyLength(),
                "sha256",
                asked.seen().bodySha256())));
  }

  private static Reply unknownModel(boolean anthropic, String model) {
    return Reply.json(
        404,
        anthropic
            ? AnthropicVoice.error("not_found_error", "model: " + model)
            : OpenAiVoice.error(
                "The model `" + model + "` does not exist or you do not have access to it.",
                "invalid_request_error",
                "model_not_found"));
  }

  private static Reply error(boolean anthropic, int status) {
    return Reply.json(
        status, anthropic ? AnthropicVoice.errorFor(status) : OpenAiVoice.errorFor(status));
  }

  private static String credential(Asked asked) {
    List<String> names = List.of("x-api-key", "api-key");
    for (String name : names) {
      Optional<String> value = asked.seen().header(name);
      if (value.isPresent()) {
        return value.get();
      }
    }
    String bearer = asked.seen().header("authorization").orElse("");
    return Objects.requireNonNull(bearer).startsWith("Bearer ") ? bearer.substring(7) : bearer;
  }
}
