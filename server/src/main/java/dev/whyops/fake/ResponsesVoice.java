package dev.whyops.fake;

import dev.whyops.json.Json;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Speaks {@code /v1/responses}. */
final class ResponsesVoice implements Answerer.Voice {
  private static final int ARGUMENT_PIECES = 4;

  private final Asked asked;
  private final Utterance says;
  private final Script script;
  private final String id;
  private final long created;
  private int sequence;

  ResponsesVoice(Asked asked, Utterance says, Script script, long created) {
    this.asked = asked;
    this.says = says;
    this.script = script;
    this.id = says.words().id("resp_", 48).toLowerCase(Locale.ROOT);
    this.created = created;
  }

  @Override
  public ObjectNode whole() {
    ObjectNode whole = response("completed", Tree.list(items(true)));
    if (!"none".equals(says.usageJson())) {
      whole.set("usage", usage());
    }
    return whole;
  }

  @Override
  public Iterator<Reply.Frame> stream() {
    return drafts().map(this::numbered).iterator();
  }

  private Stream<Draft> drafts() {
    Stream<Draft> content =
        Stream.concat(
            Stream.of(
                frame(
                    Tree.object(
                        "type",
                        "response.created",
                        "response",
                        response("in_progress", Tree.array()))),
                frame(
                    Tree.object(
                        "type",
                        "response.in_progress",
                        "response",
                        response("in_progress", Tree.array())))),
            itemFrames());
    if (script.has("unknown")) {
      content =
          Stream.concat(content, Stream.of(frame(Tree.object("type", "response.future.event"))));
    }
    if (script.has("badchunk")) {
      content = Stream.concat(content, Stream.of(frame(Tree.object("type", "broken"))));
    }
    if (script.has("error")) {
      ObjectNode failed = response("failed", Tree.array());
      failed.set(
          "error", Tree.object("code", "server_error", "message", "The model failed to answer."));
      return Stream.concat(
          content.limit(script.count("error", 0) + 4L),
          Stream.of(frame(Tree.object("type", "response.failed", "response", failed))));
    }
    if ("none".equals(script.word("done"))) {
      return content;
    }
    return Stream.concat(
        content, Stream.of(frame(Tree.object("type", "response.completed", "response", whole()))));
  }

  private Stream<Draft> itemFrames() {
    List<ObjectNode> whole = items(true);
    List<ObjectNode> begun = items(false);
    List<Stream<Draft>> all = new ArrayList<>();
    for (int i = 0; i < whole.size(); i++) {
      ObjectNode item = whole.get(i);
      all.add(
          Stream.of(
              frame(
                  Tree.object(
                      "type",
                      "response.output_item.added",
                      "output_index",
                      i,
                      "item",
                      begun.get(i)))));
      all.add(inner(i, item));
      all.add(
          Stream.of(
              frame(
                  Tree.object(
                      "type", "response.output_item.done", "output_index", i, "item", item))));
    }
    return Reply.joined(all);
  }

  private Stream<Draft> inner(int index, ObjectNode item) {
    return switch (item.path("type").asString()) {
      case "reasoning" -> reasoningFrames(index, item);
      case "message" -> textFrames(index, item);
      default -> argumentFrames(index, item);
    };
  }

  private Stream<Draft> reasoningFrames(int index, ObjectNode item) {
    String text = String.valueOf(says.thinking());
    ObjectNode part = Tree.object("type", "summary_text", "text", text);
    String type = "response.reasoning_summary_";
    return Reply.joined(
        List.of(
            Stream.of(
                frame(
                    summary(type + "part.added", index, item)
                        .set("part", Tree.object("type", "summary_text", "text", "")))),
            Words.pieces(text, says.textPieces()).stream()
                .map(p -> paced(summary(type + "text.delta", index, item).put("delta", p))),
            Stream.of(
                frame(summary(type + "text.done", index, item).put("text", text)),
                frame(summary(type + "part.done", index, item).set("part", part)))));
  }

  private Stream<Draft> textFrames(int index, ObjectNode item) {
    boolean refused = says.refusal() != null;
    String text = refused ? String.valueOf(says.refusal()) : says.text();
    String name = refused ? "response.refusal." : "response.output_text.";
    JsonNode part = item.path("content").get(0);
    JsonNode begun =
        refused
            ? Tree.object("type", "refusal", "refusal", "")
            : Tree.object("type", "output_text", "text", "", "annotations", Tree.array());
    return Reply.joined(
        List.of(
            Stream.of(
                frame(content("response.content_part.added", index, item).set("part", begun))),
            Words.pieces(text, says.textPieces()).stream()
                .map(p -> paced(content(name + "delta", index, item).put("delta", p))),
            Stream.of(
                frame(content(name + "done", index, item).put(refused ? "refusal" : "text", text)),
                frame(content("response.content_part.done", index, item).set("part", part)))));
  }

  private Stream<Draft> argumentFrames(int index, ObjectNode item) {
    String name = "response.function_call_arguments.";
    String arguments = item.path("arguments").asString();
    return Stream.concat(
        Words.pieces(arguments, ARGUMENT_PIECES).stream()
            .map(p -> paced(place(name + "delta", index, item).put("delta", p))),
        Stream.of(frame(place(name + "done", index, item).put("arguments", arguments))));
  }

  private static ObjectNode place(String type, int index, ObjectNode item) {
    return Tree.object("type", type, "output_index", index, "item_id", item.path("id").asString());
  }

  private static ObjectNode summary(String type, int index, ObjectNode item) {
    return place(type, index, item).put("summary_index", 0);
  }

  private static ObjectNode content(String type, int index, ObjectNode item) {
    return place(type, index, item).put("content_index", 0);
  }

  private static Draft frame(JsonNode data) {
    return new Draft((ObjectNode) data, false);
  }

  private static Draft paced(ObjectNode data) {
    return new Draft(data, true);
  }

  /** An event before it gets its sequence number, which is when it is sent. */
  private record Draft(ObjectNode data, boolean paced) {}

  private Reply.Frame numbered(Draft draft) {
    String type = draft.data().path("type").asString();
    String text = Tree.text(draft.data().put("sequence_number", sequence++));
    return new Reply.Frame(
        type, type.equals("broken") ? text.substring(0, 12) : text, draft.paced());
  }

  /** The output items: complete, or as they look when they begin. */
  private List<ObjectNode> items(boolean complete) {
    List<ObjectNode> items = new ArrayList<>();
    String suffix = id.substring(id.length() - 24);
    if (says.thinking() != null) {
      ObjectNode part = Tree.object("type", "summary_text", "text", says.thinking());
      items.add(
          Tree.object(
              "id",
              "rs_" + suffix,
              "type",
              "reasoning",
              "summary",
              complete ? Tree.array(part) : Tree.array()));
    }
    if (says.refusal() != null || !says.text().isEmpty()) {
      ObjectNode part =
          says.refusal() != null
              ? Tree.object("type", "refusal", "refusal", says.refusal())
              : Tree.object(
                  "type", "output_text", "text", says.text(), "annotations", Tree.array());
      items.add(
          Tree.object(
              "id",
              "msg_" + suffix,
              "type",
              "message",
              "status",
              complete ? "completed" : "in_progress",
              "role",
              "assistant",
              "content",
              complete ? Tree.array(part) : Tree.array()));
    }
    for (int i = 0; i < says.calls().size(); i++) {
      Script.Call call = says.calls().get(i);
      items.add(
          Tree.object(
              "id",
              "fc_" + suffix + i,
              "type",
              "function_call",
              "status",
              complete ? "completed" : "in_progress",
              "arguments",
              complete ? call.argumentsJson() : "",
              "call_id",
              "call_" + suffix + i,
              "name",
              call.tool()));
    }
    return items;
  }

  private ObjectNode response(String status, JsonNode output) {
    String previous = asked.body().path("previous_response_id").asString(null);
    boolean cut = status.equals("completed") && "max_output_tokens".equals(script.word("finish"));
    return Tree.object(
        "id",
        id,
        "object",
        "response",
        "created_at",
        created,
        "status",
        cut ? "incomplete" : status,
        "error",
        null,
        "incomplete_details",
        cut ? Tree.object("reason", "max_output_tokens") : null,
        "instructions",
        asked.body().path("instructions").asString(null),
        "model",
        OpenAiVoice.answered(asked.model()),
        "output",
        output,
        "parallel_tool_calls",
        true,
        "previous_response_id",
        previous,
        "service_tier",
        "default",
        "store",
        asked.body().path("store").asBoolean(true),
        "usage",
        null);
  }

  private JsonNode usage() {
    if (says.usageJson() != null) {
      return Json.mapper().readTree(says.usageJson());
    }
    PromptCache.Prompt prompt = says.prompt();
    return Tree.object(
        "input_tokens", prompt.total(),
        "input_tokens_details", Tree.object("cached_tokens", prompt.read()),
        "output_tokens", says.outputTokens(),
        "output_tokens_details", Tree.object("reasoning_tokens", says.reasoningTokens()),
        "total_tokens", prompt.total() + says.outputTokens());
  }
}
