package dev.whyops.provider.openai;

import dev.whyops.provider.AnswerFacts.ProviderError;
import dev.whyops.provider.AnswerNotes;
import dev.whyops.provider.AnswerNotes.CallNotes;
import dev.whyops.provider.AnswerNotes.ChoiceNotes;
import dev.whyops.provider.ContentParts;
import dev.whyops.provider.ErrorBody;
import dev.whyops.provider.JsonValue;
import dev.whyops.provider.Notes;

/**
 * Reads {@code /v1/chat/completions} and {@code /v1/completions}. A message and a delta have one
 * shape, so both are read by the same code.
 */
record ChatReading(AnswerNotes answer) implements OpenAiReading {
  @Override
  public void whole(JsonValue root) {
    answer.head(root.get("id"), root.get("model"), root.get("service_tier"));
    ProviderError error = ErrorBody.of(root);
    if (error != null) {
      answer.error(error);
    }
    JsonValue usage = root.get("usage");
    OpenAiUsage.read(usage.isPresent() ? usage : root.get("x_groq", "usage"), "OA_CHAT", answer);
    int position = 0;
    for (JsonValue choice : root.get("choices").elements()) {
      ChoiceNotes notes = answer.choice(choice.get("index").intOr(position++));
      if (notes != null) {
        choice(choice, notes);
      }
    }
  }

  @Override
  public void event(String name, JsonValue data) {
    whole(data);
    boolean known =
        data.get("choices").isPresent()
            || data.get("usage").isPresent()
            || data.get("error").isPresent();
    if (!known) {
      answer.notes().add(Notes.UNKNOWN_EVENT);
    }
  }

  private void choice(JsonValue choice, ChoiceNotes notes) {
    notes.finish(choice.get("finish_reason"));
    notes.text(choice.get("text").text());
    JsonValue message =
        choice.get("message").isPresent() ? choice.get("message") : choice.get("delta");
    thinking(message, notes);
    content(message.get("content"), notes);
    notes.refusal(message.get("refusal").text());
    for (JsonValue call : message.get("tool_calls").elements()) {
      toolCall(call, notes);
    }
    JsonValue legacy = message.get("function_call");
    if (legacy.isObject()) {
      CallNotes notesOfCall = notes.call(0, "");
      if (notesOfCall != null) {
        function(legacy, "", notesOfCall);
      }
    }
  }

  /** Mistral mixes thinking parts into the content. */
  private static void content(JsonValue content, ChoiceNotes notes) {
    if (content.isString()) {
      notes.text(content.text());
      return;
    }
    for (JsonValue part : content.elements()) {
      switch (part.get("type").text()) {
        case "thinking" -> notes.thinkOn("thinking").text(ContentParts.text(part.get("thinking")));
        case "refusal" -> notes.refusal(part.get("refusal").text());
        default -> notes.text(part.get("text").text());
      }
    }
  }

  /** DeepSeek and xAI say {@code reasoning_content}, Groq and OpenRouter {@code reasoning}. */
  private static void thinking(JsonValue message, ChoiceNotes notes) {
    String text = message.get("reasoning_content").text();
    if (text.isEmpty()) {
      text = message.get("reasoning").text();
    }
    if (!text.isEmpty()) {
      notes.thinkOn("reasoning").text(text);
    }
    for (JsonValue detail : message.get("reasoning_details").elements()) {
      String signature = detail.get("signature").text();
      if (signature.isEmpty()) {
        signature = detail.get("data").text();
      }
      if (!signature.isEmpty()) {
        notes.thinkOn("reasoning").signature(signature);
      }
    }
  }

  private static void toolCall(JsonValue call, ChoiceNotes notes) {
    String id = call.get("id").text();
    CallNotes notesOfCall =
        call.get("index").isPresent()
            ? notes.call(call.get("index").intOr(-1), id)
            : notes.callWithoutIndex(id);
    if (notesOfCall == null) {
      return;
    }
    String kind = call.get("type").text();
    JsonValue custom = call.get("custom");
    if (custom.isObject()) {
      notesOfCall.head(id, kind, custom.get("name").text()).arguments(custom.get("input").text());
    } else {
      notesOfCall.head(id, kind, "");
      function(call.get("function"), id, notesOfCall);
    }
  }

  /** Some servers send the arguments as an object instead of its text. */
  private static void function(JsonValue function, String id, CallNotes notes) {
    JsonValue arguments = function.get("arguments");
    notes
        .head(id, "", function.get("name").text())
        .arguments(arguments.isObject() ? arguments.raw() : arguments.text());
  }
}
