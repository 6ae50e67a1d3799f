package dev.whyops.provider.openai;

import dev.whyops.provider.AnswerFacts.ProviderError;
import dev.whyops.provider.AnswerNotes;
import dev.whyops.provider.AnswerNotes.ChoiceNotes;
import dev.whyops.provider.AnswerNotes.ThinkingNotes;
import dev.whyops.provider.ErrorBody;
import dev.whyops.provider.JsonValue;
import dev.whyops.provider.Notes;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code /v1/responses}. A stream ends with the whole response, which is taken as it is; when
 * it is cut before, finished items and the deltas of unfinished ones are put together.
 */
final class ResponsesReading implements OpenAiReading {
  private static final int ITEMS_MAX = 1_024;
  private static final int SERVER_CALL_MAX_BYTES = 64 * 1_024;

  private final AnswerNotes answer;
  private final Map<Integer, PartialItem> items = new TreeMap<>();
  private @Nullable JsonValue ended;

  ResponsesReading(AnswerNotes answer) {
    this.answer = answer;
  }

  @Override
  public void whole(JsonValue root) {
    head(root);
    for (JsonValue item : root.get("output").elements()) {
      item(item);
    }
  }

  @Override
  public void event(String name, JsonValue data) {
    String type = data.get("type").text();
    switch (type) {
      case "response.created", "response.in_progress", "response.queued" ->
          answer.head(data.get("response", "id"), data.get("response", "model"), JsonValue.MISSING);
      case "response.completed", "response.incomplete", "response.failed", "response.cancelled" -> {
        ended = data.get("response");
        answer.terminated();
      }
      case "error" -> error(data);
      case "response.output_item.added", "response.output_item.done" ->
          withItem(data, partial -> partial.item = data.get("item"));
      default -> delta(type, data);
    }
  }

  @Override
  public void finish() {
    if (ended != null) {
      JsonValue response = ended;
      head(response);
      List<JsonValue> output = response.get("output").elements();
      // Some servers leave items out of the last event that they streamed before.
      if (!output.isEmpty() && output.size() >= items.size()) {
        output.forEach(this::item);
        return;
      }
    }
    items.values().forEach(this::partial);
  }

  /** Text that came by deltas, for items that never finished. */
  private static final class PartialItem {
    private JsonValue item = JsonValue.MISSING;
    private final StringBuilder text = new StringBuilder();
    private final StringBuilder refusal = new StringBuilder();
    private final StringBuilder thinking = new StringBuilder();
    private final StringBuilder arguments = new StringBuilder();
  }

  private interface Change {
    void on(PartialItem item);
  }

  private void delta(String type, JsonValue data) {
    String piece = data.get("delta").text();
    switch (type) {
      case "response.output_text.delta" -> withItem(data, item -> item.text.append(piece));
      case "response.refusal.delta" -> withItem(data, item -> item.refusal.append(piece));
      case "response.reasoning_summary_text.delta", "response.reasoning_text.delta" ->
          withItem(data, item -> item.thinking.append(piece));
      case "response.function_call_arguments.delta",
          "response.mcp_call_arguments.delta",
          "response.custom_tool_call_input.delta" ->
          withItem(data, item -> item.arguments.append(piece));
      default -> {
        if (!type.startsWith("response.")) {
          unknown(data);
        }
      }
    }
  }

  private void unknown(JsonValue data) {
    ProviderError error = ErrorBody.of(data);
    if (error != null) {
      answer.error(error);
    } else {
      answer.notes().add(Notes.UNKNOWN_EVENT);
    }
  }

  private void withItem(JsonValue data, Change change) {
    int index = data.get("output_index").intOr(0);
    PartialItem item = items.get(index);
    if (item == null) {
      if (items.size() == ITEMS_MAX) {
        answer.notes().add(Notes.TRUNCATED);
        return;
      }
      item = new PartialItem();
      items.put(index, item);
    }
    change.on(item);
  }

  private void head(JsonValue response) {
    answer.head(response.get("id"), response.get("model"), response.get("service_tier"));
    OpenAiUsage.read(response.get("usage"), "OA_RESP", answer);
    ProviderError error = ErrorBody.of(response);
    if (error != null) {
      answer.error(error);
    }
    String status = response.get("status").text();
    String reason = response.get("incomplete_details", "reason").text();
    if (!status.isEmpty()) {
      choice().finish(status.equals("incomplete") && !reason.isEmpty() ? reason : status);
    }
  }

  private void error(JsonValue data) {
    ProviderError nested = ErrorBody.of(data);
    answer.error(
        nested != null
            ? nested
            : new ProviderError(
                "error", ErrorBody.code(data.get("code")), data.get("message").text(), data.raw()));
    answer.terminated();
  }

  private void item(JsonValue item) {
    String type = item.get("type").text();
    switch (type) {
      case "message" -> message(item);
      case "reasoning" -> reasoning(item);
      default -> call(type, item, "");
    }
  }

  private void message(JsonValue item) {
    for (JsonValue part : item.get("content").elements()) {
      choice().text(part.get("text").text());
      choice().refusal(part.get("refusal").text());
    }
  }

  private ThinkingNotes reasoning(JsonValue item) {
    ThinkingNotes thinking =
        choice()
            .think(item.get("summary").elements().isEmpty() ? "reasoning" : "summary")
            .itemId(item.get("id").textOrNull());
    item.get("summary").elements().forEach(part -> thinking.text(part.get("text").text()));
    item.get("content").elements().forEach(part -> thinking.text(part.get("text").text()));
    return thinking.signature(item.get("encrypted_content").text());
  }

  /** A call for the client, or one that ran on the provider's side, whose item is kept whole. */
  private void call(String type, JsonValue item, String partialArguments) {
    if (!type.endsWith("_call")) {
      // Outputs of provider-side tools, lists of tools, compactions: they stay in the raw body.
      return;
    }
    AnswerNotes.CallNotes call = choice().newCall();
    if (call == null) {
      return;
    }
    String callId = item.get("call_id").text();
    String name = item.get("name").text();
    call.head(
        callId.isEmpty() ? item.get("id").text() : callId,
        type.equals("function_call") ? "function" : type,
        name.isEmpty() ? type.substring(0, type.length() - "_call".length()) : name);
    JsonValue arguments = item.get("arguments");
    JsonValue input = item.get("input");
    if (arguments.isPresent() || input.isPresent()) {
      JsonValue given = arguments.isPresent() ? arguments : input;
      call.arguments(given.isString() ? given.text() : given.raw());
    } else if (partialArguments.isEmpty() && item.span().length() <= SERVER_CALL_MAX_BYTES) {
      call.arguments(item.raw());
    }
    if (!call.hasArguments()) {
      call.arguments(partialArguments);
    }
  }

  private void partial(PartialItem partial) {
    JsonValue item = partial.item;
    String type = item.get("type").text();
    switch (type) {
      case "reasoning" -> {
        ThinkingNotes thinking = reasoning(item);
        if (item.get("summary").elements().isEmpty() && item.get("content").elements().isEmpty()) {
          thinking.text(partial.thinking.toString());
        }
      }
      case "", "message" -> {
        if (item.get("content").elements().isEmpty()) {
          choice().text(partial.text.toString());
          choice().refusal(partial.refusal.toString());
        } else {
          message(item);
        }
      }
      default -> call(type, item, partial.arguments.toString());
    }
  }

  private ChoiceNotes choice() {
    return Objects.requireNonNull(answer.choice(0));
  }
}
