package dev.whyops.provider.anthropic;

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

/** Reads the request bodies of Anthropic's routes, message by message. */
final class AnthropicRequest {
  private final RequestNotes request = new RequestNotes();

  RequestFacts read(byte[] body) {
    JsonMembers.walk(body, request.notes(), this::member);
    return request.facts();
  }

  private void member(String name, JsonMembers at) {
    switch (name) {
      case "model" -> request.model(at.value());
      case "stream" -> request.stream(at.value());
      case "messages" -> at.elements(this::message);
      case "system" -> at.elements(this::system);
      case "tools" -> at.elements(this::tool);
      case "output_format" -> request.responseFormat(at.value());
      default -> request.param(name, at.value());
    }
  }

  private void system(JsonValue block) {
    if (!block.isPresent()) {
      return;
    }
    String text = block.isString() ? block.text() : block.get("text").text();
    request.system(new Turn("system", "system", block.span(), text, null, List.of(), List.of()));
  }

  private void tool(JsonValue tool) {
    String name = tool.get("name").text();
    request.tool(name.isEmpty() ? tool.get("type").text() : name, tool.span());
  }

  private void message(JsonValue message) {
    JsonValue content = message.get("content");
    List<ToolCall> calls = new ArrayList<>();
    List<ToolOutput> outputs = new ArrayList<>();
    for (JsonValue block : content.elements()) {
      String type = block.get("type").text();
      if (type.endsWith("tool_use")) {
        calls.add(
            new ToolCall(
                block.get("id").text(),
                type.equals("tool_use") ? "function" : type,
                block.get("name").text(),
                block.get("input").raw()));
      } else if (type.equals("tool_result")) {
        outputs.add(output(block));
      }
    }
    request.turn(
        new Turn(
            message.get("role").text(),
            "message",
            message.span(),
            ContentParts.text(content),
            null,
            calls,
            outputs));
  }

  private static ToolOutput output(JsonValue block) {
    JsonValue content = block.get("content");
    @Nullable Boolean isError =
        block.get("is_error").kind() == JsonValue.Kind.BOOLEAN
            ? block.get("is_error").isTrue()
            : null;
    return new ToolOutput(
        block.get("tool_use_id").text(),
        content.isMissing() ? block.span() : content.span(),
        ContentParts.text(content),
        isError);
  }
}
