package dev.whyops.kit;

import dev.whyops.provider.CallKind;

/** Streams in the shape of each dialect, written by hand. */
public final class SampleStreams {
  /** The first words of each text. */
  public static final String SAID = "Hello";

  private SampleStreams() {}

  public static String of(CallKind kind) {
    return switch (kind) {
      case CHAT_COMPLETIONS -> chat("");
      case MESSAGES -> message("", "end_turn");
      case RESPONSES -> response("", "");
      default -> throw new IllegalArgumentException();
    };
  }

  /** A text, and then a call of a tool. */
  public static String withToolCall(CallKind kind) {
    return switch (kind) {
      case CHAT_COMPLETIONS ->
          chat(
              chunk(
                  "{\"tool_calls\":[{\"index\":0,\"id\":\"call_1\",\"type\":\"function\","
                      + "\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]}",
                  "null"));
      case MESSAGES ->
          message(
              event(
                      "content_block_start",
                      "\"index\":1,\"content_block\":{\"type\":\"tool_use\",\"id\":\"toolu_1\","
                          + "\"name\":\"f\",\"input\":{}}")
                  + event("content_block_stop", "\"index\":1"),
              "tool_use");
      case RESPONSES -> {
        String call =
            "{\"id\":\"fc_1\",\"type\":\"function_call\",\"call_id\":\"call_1\",\"name\":\"f\","
                + "\"arguments\":\"{}\"}";
        yield response(
            item("response.output_item.added", 8, call)
                + item("response.output_item.done", 9, call),
            "," + call);
      }
      default -> throw new IllegalArgumentException();
    };
  }

  private static String chat(String more) {
    return ": hello\n\n"
        + chunk("{\"role\":\"assistant\",\"content\":\"\"}", "null")
        + chunk("{\"content\":\"" + SAID + "\"}", "null")
        + chunk("{\"content\":\" \\\"wörld\\\"\"}", "null")
        + more
        + chunk("{}", more.isEmpty() ? "\"stop\"" : "\"tool_calls\"")
        + "data: {\"id\":\"c1\",\"choices\":[],\"usage\":{\"prompt_tokens\":3,"
        + "\"completion_tokens\":2,\"total_tokens\":5}}\n\n"
        + "data: [DONE]\n\n";
  }

  private static String chunk(String delta, String finish) {
    return "data:"
        + " {\"id\":\"c1\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\","
        + "\"choices\":[{\"index\":0,\"delta\":"
        + delta
        + ",\"logprobs\":null,\"finish_reason\":"
        + finish
        + "}]}\n\n";
  }

  private static String message(String more, String reason) {
    return event(
            "message_start",
            "\"message\":{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\","
                + "\"model\":\"m\",\"content\":[],\"usage\":{\"input_tokens\":3,"
                + "\"output_tokens\":1}}")
        + event(
            "content_block_start",
            "\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}")
        + event("ping", "\"x\":1")
        + text(SAID)
        + text(" \\\"wörld\\\"")
        + event("content_block_stop", "\"index\":0")
        + event("ping", "\"x\":2")
        + more
        + event(
            "message_delta",
            "\"delta\":{\"stop_reason\":\"" + reason + "\"},\"usage\":{\"output_tokens\":2}")
        + event("message_stop", "\"y\":1");
  }

  private static String text(String said) {
    return event(
        "content_block_delta",
        "\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"" + said + "\"}");
  }

  private static String event(String type, String members) {
    return "event: " + type + "\ndata: {\"type\":\"" + type + "\"," + members + "}\n\n";
  }

  private static String response(String more, String items) {
    String said = SAID + " \\\"wörld\\\"";
    String part = "{\"type\":\"output_text\",\"annotations\":[],\"text\":\"" + said + "\"}";
    String message =
        "{\"id\":\"m1\",\"type\":\"message\",\"role\":\"assistant\",\"status\":\"completed\","
            + "\"content\":["
            + part
            + "]}";
    return numbered("response.created", 0, "\"response\":{\"id\":\"resp_1\",\"output\":[]}")
        + numbered(
            "response.output_item.added",
            1,
            "\"output_index\":0,\"item\":{\"id\":\"m1\",\"type\":\"message\",\"content\":[]}")
        + numbered(
            "response.content_part.added", 2, "\"part\":{\"type\":\"output_text\",\"text\":\"\"}")
        + numbered("response.output_text.delta", 3, "\"item_id\":\"m1\",\"delta\":\"" + SAID + "\"")
        + numbered(
            "response.output_text.delta",
            4,
            "\"item_id\":\"m1\",\"logprobs\":[],\"delta\":\" \\\"wörld\\\"\"")
        + numbered("response.output_text.done", 5, "\"item_id\":\"m1\",\"text\":\"" + said + "\"")
        + numbered("response.content_part.done", 6, "\"item_id\":\"m1\",\"part\":" + part)
        + item("response.output_item.done", 7, message)
        + more
        + numbered(
            "response.completed",
            more.isEmpty() ? 8 : 10,
            "\"response\":{\"id\":\"resp_1\",\"status\":\"completed\",\"model\":\"m\",\"output\":["
                + message
                + items
                + "],\"usage\":{\"input_tokens\":3,\"output_tokens\":2,\"total_tokens\":5}}");
  }

  private static String item(String type, int number, String item) {
    return numbered(type, number, "\"output_index\":0,\"item\":" + item);
  }

  private static String numbered(String type, int number, String members) {
    return event(type, "\"sequence_number\":" + number + "," + members);
  }
}
