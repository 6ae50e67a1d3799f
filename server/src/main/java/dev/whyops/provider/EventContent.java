package dev.whyops.provider;

import dev.whyops.provider.AnswerFacts.Choice;
import dev.whyops.provider.AnswerFacts.Embedding;
import dev.whyops.provider.AnswerFacts.ProviderError;
import dev.whyops.provider.AnswerFacts.Thinking;
import dev.whyops.provider.RequestFacts.ToolOutput;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes the {@code content} of the events that an exchange becomes, as JSON text. */
public final class EventContent {
  private EventContent() {}

  /**
   * {@code {content, toolCalls[{id, function{name, arguments}}], refusal?, finishReason}}; with
   * more than one choice that of the first, and all of them under {@code choices}.
   */
  public static String llmResponse(List<Choice> choices) {
    JsonText json = new JsonText().open('{');
    if (choices.isEmpty()) {
      return json.member("content", null).member("finishReason", null).close('}').toString();
    }
    choiceMembers(json, choices.getFirst());
    if (choices.size() > 1) {
      json.name("choices").open('[');
      for (Choice choice : choices) {
        json.next().open('{').name("index").raw(Integer.toString(choice.index()));
        choiceMembers(json, choice);
        json.close('}');
      }
      json.close(']');
    }
    return json.close('}').toString();
  }

  /** {@code {kind, text, signature?, itemId?}}. */
  public static String thinking(Thinking thinking) {
    return new JsonText()
        .open('{')
        .member("kind", thinking.kind())
        .member("text", thinking.text())
        .memberIfPresent("signature", thinking.signature())
        .memberIfPresent("itemId", thinking.itemId())
        .close('}')
        .toString();
  }

  /**
   * {@code {toolCallId, output, isError?}}.
   *
   * @param body the request that the output's span points into
   */
  public static String toolResult(ToolOutput output, byte[] body) {
    JsonText json = new JsonText().open('{').member("toolCallId", output.callId()).name("output");
    String raw = new String(output.span().of(body), StandardCharsets.UTF_8);
    if (raw.isEmpty()) {
      json.text(null);
    } else {
      json.raw(raw);
    }
    if (output.isError() != null) {
      json.name("isError").raw(output.isError().toString());
    }
    return json.close('}').toString();
  }

  /** {@code {inputs[], count}}; inputs that are token lists are counted only. */
  public static String embeddingRequest(RequestFacts request) {
    JsonText json = new JsonText().open('{').name("inputs").open('[');
    request.turns().forEach(turn -> json.text(turn.text()));
    return json.close(']')
        .name("count")
        .raw(Integer.toString(request.inputCount()))
        .close('}')
        .toString();
  }

  /**
   * {@code {count, dimensions, encoding, sha256}}: of the vectors only the hash is kept.
   *
   * @param sha256 of the answer's body
   */
  public static String embeddingResponse(@Nullable Embedding embedding, String sha256) {
    JsonText json = new JsonText().open('{');
    if (embedding != null) {
      json.name("count").raw(Integer.toString(embedding.count()));
      json.name("dimensions").raw(Integer.toString(embedding.dimensions()));
      json.member("encoding", embedding.encoding());
    }
    return json.member("sha256", sha256).close('}').toString();
  }

  /**
   * {@code {message, status, code, source, body}}.
   *
   * @param source {@code provider} or {@code gateway}
   */
  public static String error(ProviderError error, int status, String source) {
    return new JsonText()
        .open('{')
        .member("message", error.message())
        .name("status")
        .raw(Integer.toString(status))
        .member("code", error.code() == null ? error.type() : error.code())
        .member("source", source)
        .name("body")
        .raw(error.bodyJson())
        .close('}')
        .toString();
  }

  private static void choiceMembers(JsonText json, Choice choice) {
    json.member("content", choice.text()).name("toolCalls").open('[');
    for (ToolCall call : choice.calls()) {
      json.next().open('{').member("id", call.callId());
      if (!call.kind().equals("function")) {
        json.member("type", call.kind());
      }
      json.name("function").open('{').member("name", call.name());
      json.member("arguments", call.arguments()).close('}').close('}');
    }
    json.close(']')
        .memberIfPresent("refusal", choice.refusal())
        .member("finishReason", choice.finishReason());
  }
}
