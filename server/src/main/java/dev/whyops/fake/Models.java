package dev.whyops.fake;

import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** The model lists of both dialects. */
final class Models {
  private static final List<String> OPENAI =
      List.of("gpt-5", "gpt-5-mini", "gpt-4.1", "gpt-4o", "gpt-4o-mini", "text-embedding-3-small");
  private static final List<String> ANTHROPIC =
      List.of(
          "claude-opus-4-5-20251101", "claude-sonnet-4-5-20250929", "claude-haiku-4-5-20251001");

  private Models() {}

  static Reply reply(String path, boolean anthropic) {
    List<String> names = anthropic ? ANTHROPIC : OPENAI;
    if (path.equals("/models")) {
      List<ObjectNode> all = names.stream().map(name -> model(name, anthropic)).toList();
      ObjectNode list =
          anthropic
              ? Tree.object(
                  "data",
                  Tree.list(all),
                  "has_more",
                  false,
                  "first_id",
                  names.getFirst(),
                  "last_id",
                  names.getLast())
              : Tree.object("object", "list", "data", Tree.list(all));
      return Reply.json(200, Tree.text(list));
    }
    String name = path.substring("/models/".length());
    if (names.contains(name)) {
      return Reply.json(200, Tree.text(model(name, anthropic)));
    }
    return Reply.json(
        404,
        anthropic
            ? AnthropicVoice.error("not_found_error", "model: " + name)
            : OpenAiVoice.error(
                "The model '" + name + "' does not exist",
                "invalid_request_error",
                "model_not_found"));
  }

  private static ObjectNode model(String name, boolean anthropic) {
    return anthropic
        ? Tree.object(
            "type", "model", "id", name, "display_name", name, "created_at", "2025-10-01T00:00:00Z")
        : Tree.object(
            "id", name, "object", "model", "created", 1_750_000_000L, "owned_by", "system");
  }
}
