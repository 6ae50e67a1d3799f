package dev.whyops.provider.tail;

import dev.whyops.provider.JsonValue;

/** The rules by which a text is prose that may get a tail, and not data that it would break. */
final class PlainText {
  private PlainText() {}

  /** Blank so far, or it begins as no JSON does. */
  static boolean isProse(String text) {
    String begin = text.stripLeading();
    return !begin.startsWith("{") && !begin.startsWith("[");
  }

  /** Says something that a tail would have to agree with. */
  static boolean isTold(JsonValue value) {
    return value.isPresent() && !(value.isArray() && value.size() == 0);
  }

  /** Output items of which nothing goes back to the client's own tools. */
  static boolean isAnsweredByProvider(String itemType) {
    return switch (itemType) {
      case "message",
          "reasoning",
          "web_search_call",
          "file_search_call",
          "code_interpreter_call",
          "image_generation_call",
          "mcp_call",
          "mcp_list_tools" ->
          true;
      default -> false;
    };
  }
}
