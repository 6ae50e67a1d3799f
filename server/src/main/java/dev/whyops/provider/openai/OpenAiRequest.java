package dev.whyops.provider.openai;

import dev.whyops.provider.CallKind;
import dev.whyops.provider.ContentParts;
import dev.whyops.provider.JsonMembers;
import dev.whyops.provider.JsonValue;
import dev.whyops.provider.RequestFacts;
import dev.whyops.provider.RequestFacts.ToolOutput;
import dev.whyops.provider.RequestFacts.Turn;
import dev.whyops.provider.RequestNotes;
import dev.whyops.provider.ToolCall;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the request bodies of OpenAI's routes, item by item. */
final class OpenAiRequest {
  private final CallKind kind;
  private final RequestNotes request = new RequestNotes();
  private int embeddingInputs;

  OpenAiRequest(CallKind kind) {
    this.kind = kind;
  }

  RequestFacts read(byte[] body) {
    JsonMembers.walk(body, request.notes(), this::member);
    request.inputCount(embeddingInputs);
    return request.facts();
  }

  private void member(String name, JsonMembers at) {
    switch (name) {
      case "model" -> request.model(at.value());
      case "stream" -> request.stream(at.value());
      case "messages" -> at.elements(this::message);
      case "input" -> input(at);
      case "prompt" -> {
        if (kind == CallKind.COMPLETIONS) {
          at.elements(this::prompt);
        } else {
          request.param(name, at.value());
        }
      }
      case "instructions" -> instructions(at.value());
      case "tools", "functions" -> at.elements(this::tool);
      case "response_format" -> request.responseFormat(at.value());
      case "text" -> request.responseFormat(at.value().get("format"));
      case "previous_response_id" -> request.previousResponseId(at.value());
      case "conversation" -> request.conversation(at.value());
      default -> request.param(name, at.value());
    }
  }

  private void input(JsonMembers at) {
    if (kind != CallKind.EMBEDDINGS) {
      at.elements(this::item);
      return;
    }
    // Texts, token lists, or one token list, whose numbers make a single input.
    boolean array = at.isArray();
    JsonValue input = at.value();
    int parts = input.elements().size();
    embeddingInputs = array && parts > 0 ? parts : 1;
    List<JsonValue> texts = array ? input.elements() : List.of(input);
    texts.stream().filter(JsonValue::isString).forEach(this::prompt);
  }

  private void prompt(JsonValue prompt) {
    request.turn(turn("user", "prompt", prompt, prompt.text(), List.of(), List.of()));
  }

  private void instructions(JsonValue instructions) {
    if (instructions.isPresent()) {
      request.system(
          turn(
              "system",
              "instructions",
              instructions,
              ContentParts.text(instructions),
              List.of(),
              List.of()));
    }
  }

  private void tool(JsonValue tool) {
    String name = tool.get("function", "name").text();
    if (name.isEmpty()) {
      name = tool.get("custom", "name").text();
    }
    if (name.isEmpty()) {
      name = tool.get("name").text();
    }
    // Tools of the provider's side have a type only.
    request.tool(name.isEmpty() ? tool.get("type").text() : name, tool.span());
  }

  private void message(JsonValue message) {
    String role = message.get("role").text();
    String text = ContentParts.text(message.get("content"));
    if (role.equals("tool") || role.equals("function")) {
      ToolOutput output =
          new ToolOutput(
              message.get("tool_call_id").text(), message.get("content").span(), text, null);
      request.turn(turn("tool", "message", message, text, List.of(), List.of(output)));
      return;
    }
    List<ToolCall> calls = new ArrayList<>();
    for (JsonValue call : message.get("tool_calls").elements()) {
      String type = call.get("type").text();
      JsonValue function =
          call.get("custom").isObject() ? call.get("custom") : call.get("function");
      calls.add(
          new ToolCall(
              call.get("id").text(),
              type.isEmpty() ? "function" : type,
              function.get("name").text(),
              arguments(function)));
    }
    if (message.get("function_call").isObject()) {
      JsonValue function = message.get("function_call");
      calls.add(new ToolCall("", "function", function.get("name").text(), arguments(function)));
    }
    if (text.isEmpty()) {
      text = message.get("refusal").text();
    }
    request.turn(turn(role, "message", message, text, calls, List.of()));
  }

  private void item(JsonValue item) {
    if (item.isString()) {
      request.turn(turn("user", "message", item, item.text(), List.of(), List.of()));
      return;
    }
    String type = item.get("type").text();
    if (type.isEmpty() || type.equals("message")) {
      message(item);
    } else if (type.endsWith("_output")) {
      JsonValue output = item.get("output");
      String text = ContentParts.text(output);
      ToolOutput result =
          new ToolOutput(
              item.get("call_id").text(),
              output.isMissing() ? item.span() : output.span(),
              text,
              null);
      request.turn(turn("tool", type, item, text, List.of(), List.of(result)));
    } else if (type.endsWith("_call")) {
      request.turn(turn("assistant", type, item, "", List.of(call(type, item)), List.of()));
    } else {
      String role = item.get("role").text();
      String text = type.equals("reasoning") ? ContentParts.text(item.get("summary")) : "";
      request.turn(
          turn(role.isEmpty() ? "assistant" : role, type, item, text, List.of(), List.of()));
    }
  }

  private static ToolCall call(String type, JsonValue item) {
    String callId = item.get("call_id").text();
    String name = item.get("name").text();
    return new ToolCall(
        callId.isEmpty() ? item.get("id").text() : callId,
        type.equals("function_call") ? "function" : type,
        name.isEmpty() ? type.substring(0, type.length() - "_call".length()) : name,
        arguments(item));
  }

  private static String arguments(JsonValue function) {
    JsonValue arguments =
        function.get("arguments").isPresent() ? function.get("arguments") : function.get("input");
    return arguments.isString() ? arguments.text() : arguments.raw();
  }

  private static Turn turn(
      String role,
      String kind,
      JsonValue item,
      String text,
      List<ToolCall> calls,
      List<ToolOutput> outputs) {
    @Nullable String id = item.get("id").textOrNull();
    return new Turn(role, kind, item.span(), text, id, calls, outputs);
  }
}
