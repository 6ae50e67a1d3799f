package dev.whyops.why;

import dev.whyops.event.Event;
import dev.whyops.event.EventType;
import dev.whyops.json.Json;
import dev.whyops.pricing.Cost;
import dev.whyops.project.Environment;
import dev.whyops.project.ProjectId;
import dev.whyops.provider.Usage;
import dev.whyops.why.view.TraceView;
import dev.whyops.why.view.TraceViews;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Plays an agent and gives the events that the recorder would store for it. One object is one
 * trace; the conversation grows as with a real client, in the shapes of the chosen dialect.
 *
 * <p>Longer than other files: each method is one line of a script, and tests read best when all of
 * them chain on one object.
 */
public final class Run {
  /** Whose message shapes are used. */
  public enum Dialect {
    OPENAI,
    ANTHROPIC
  }

  public static final ProjectId PROJECT = new ProjectId("prj_00000000000000000000");

  private final String name;
  private final Dialect dialect;
  private final List<Event> events = new ArrayList<>();
  private final ArrayNode messages = Json.mapper().createArrayNode();
  private final ArrayNode tools = Json.mapper().createArrayNode();
  private final ObjectNode params = Json.mapper().createObjectNode();
  private final List<Pending> pending = new ArrayList<>();
  private final Map<String, String> toolByCall = new HashMap<>();
  private @Nullable String system;
  private Instant now = Instant.parse("2026-03-04T10:00:00Z"); // a Wednesday
  private int ids;
  private int steps;
  private int known;
  private String model = "model-a";
  private String provider = "openai";
  private String versionId = "ver_1";

  private record Pending(String callId, String output, boolean error) {}

  private Run(String name, Dialect dialect) {
    this.name = name;
    this.dialect = dialect;
    this.provider = dialect == Dialect.OPENAI ? "openai" : "anthropic";
  }

  public static Run of(String name, Dialect dialect) {
    return new Run(name, dialect);
  }

  public static Run openai() {
    return new Run("trc", Dialect.OPENAI);
  }

  public static Run anthropic() {
    return new Run("trc", Dialect.ANTHROPIC);
  }

  public Run model(String model) {
    this.model = model;
    return this;
  }

  public Run version(String id) {
    this.versionId = id;
    return this;
  }

  public Run at(Instant instant) {
    this.now = instant;
    return this;
  }

  public Run wait(Duration duration) {
    this.now = now.plus(duration);
    return this;
  }

  public Run param(String name, Object value) {
    params.set(name, Json.mapper().valueToTree(value));
    return this;
  }

  public Run system(String text) {
    if (dialect == Dialect.OPENAI) {
      messages.add(turn("system", text));
    } else {
      system = text;
    }
    return this;
  }

  public Run user(String text) {
    messages.add(turn("user", text));
    return this;
  }

  public Run assistant(String text) {
    messages.add(turn("assistant", text));
    return this;
  }

  public Run tool(String toolName, @Nullable String description, @Nullable String schema) {
    ObjectNode tool = Json.mapper().createObjectNode();
    ObjectNode body = dialect == Dialect.OPENAI ? tool.putObject("function") : tool;
    if (dialect == Dialect.OPENAI) {
      tool.put("type", "function");
    }
    body.put("name", toolName);
    if (description != null) {
      body.put("description", description);
    }
    if (schema != null) {
      body.set(dialect == Dialect.OPENAI ? "parameters" : "input_schema", json(schema));
    }
    tools.add(tool);
    return this;
  }

  public Run noTools() {
    tools.removeAll();
    return this;
  }

  /** Forgets all turns but the first {@code keep} and goes on with a summary. */
  public Run compact(int keep, String summary) {
    while (messages.size() > keep) {
      messages.remove(messages.size() - 1);
    }
    known = Math.min(known, keep);
    messages.add(turn("user", summary));
    return this;
  }

  /** Leaves turns out of all later requests. */
  public Run drop(int from, int to) {
    for (int i = from; i < to; i++) {
      messages.remove(from);
    }
    known = 0;
    return this;
  }

  /** Changes the text of a turn that was sent before. */
  public Run edit(int index, String text) {
    ((ObjectNode) messages.get(index)).put("content", text);
    return this;
  }

  /** What the tool gave back for a call; sent with the next request. */
  public Run result(String callId, String output) {
    return result(callId, output, false);
  }

  public Run result(String callId, String output, boolean error) {
    pending.add(new Pending(callId, output, error));
    return this;
  }

  /** A model call that ends in a text. */
  public Run answers(String text) {
    return respond(new Reply().text(text));
  }

  /** A model call that ends in one tool call; the id is {@code c} and a running number. */
  public String calls(String tool, String arguments) {
    String id = nextCallId();
    respond(new Reply().call(id, tool, arguments));
    return id;
  }

  public String nextCallId() {
    return "c" + name + "_" + (toolByCall.size() + 1);
  }

  /** What a model call ends in. */
  public static final class Reply {
    private @Nullable String text;
    private @Nullable String refusal;
    private @Nullable String finish;
    private @Nullable String thinking;
    private String status = "ok";
    private final List<String[]> calls = new ArrayList<>();
    private Usage usage = new Usage(1_000L, 0L, null, null, 50L, null, "OA_CHAT", false);
    private @Nullable Long costNano = 1_000_000L;
    private long latencyMs = 800;
    private boolean metadata = true;

    public Reply text(@Nullable String value) {
      this.text = value;
      return this;
    }

    public Reply refusal(String value) {
      this.refusal = value;
      return this;
    }

    public Reply finish(String value) {
      this.finish = value;
      return this;
    }

    public Reply status(String value) {
      this.status = value;
      return this;
    }

    public Reply thinking(String value) {
      this.thinking = value;
      return this;
    }

    public Reply call(String id, String tool, String arguments) {
      calls.add(new String[] {id, tool, arguments});
      return this;
    }

    public Reply tokens(long input, long cacheRead, long output) {
      this.usage = new Usage(input, cacheRead, null, null, output, null, "OA_CHAT", false);
      return this;
    }

    public Reply usage(Usage value) {
      this.usage = value;
      return this;
    }

    public Reply cost(@Nullable Long nano) {
      this.costNano = nano;
      return this;
    }

    public Reply latency(long ms) {
      this.latencyMs = ms;
      return this;
    }

    public Reply anonymous() {
      this.metadata = false;
      return this;
    }
  }

  public Run respond(Reply reply) {
    String span = "span" + name + events.size();
    List<Event> request = request(span);
    now = now.plusMillis(reply.latencyMs);
    if (reply.thinking != null) {
      ObjectNode content = object().put("kind", "thinking").put("text", reply.thinking);
      add(EventType.LLM_THINKING, span, content, object(), facts(), Event.Source.PROXY);
    }
    ObjectNode content = Json.mapper().createObjectNode();
    content.put("content", reply.text);
    ArrayNode calls = content.putArray("toolCalls");
    for (String[] call : reply.calls) {
      toolByCall.put(call[0], call[1]);
      calls
          .addObject()
          .put("id", call[0])
          .putObject("function")
          .put("name", call[1])
          .put("arguments", call[2]);
    }
    if (reply.refusal != null) {
      content.put("refusal", reply.refusal);
    }
    String finish =
        reply.finish != null ? reply.finish : reply.calls.isEmpty() ? "stop" : "tool_calls";
    content.put("finishReason", finish);
    Event.Facts facts =
        new Event.Facts(
            reply.metadata ? provider : null,
            reply.metadata ? model : null,
            reply.metadata ? model : null,
            null,
            null,
            "resp_" + name + events.size(),
            finish,
            reply.status,
            "header",
            reply.usage,
            reply.costNano == null
                ? Cost.NONE
                : new Cost(reply.costNano, Cost.Kind.COMPUTED, "row", 1, null),
            reply.latencyMs * 1_000,
            100_000L,
            500L);
    add(EventType.LLM_RESPONSE, span, content, object(), facts, Event.Source.PROXY);
    remember(reply);
    request.clear();
    return this;
  }

  /** A model call that the provider refused. */
  public Run fails(int status, String code, String message) {
    String span = "span" + name + events.size();
    request(span);
    now = now.plusMillis(300);
    ObjectNode content = object().put("message", message).put("status", status).put("code", code);
    content.put("source", "provider");
    add(EventType.ERROR, span, content, object(), facts("error", null, null), Event.Source.PROXY);
    return this;
  }

  /** An event of an SDK, with content as JSON text. */
  public Run sdk(EventType type, String span, String content, @Nullable String tool) {
    return sdk(type, span, content, tool, null, null);
  }

  public Run sdk(
      EventType type,
      String span,
      String content,
      @Nullable String tool,
      @Nullable String callId,
      @Nullable String parentSpan) {
    now = now.plusMillis(10);
    Event.Facts facts = facts("ok", tool, callId);
    events.add(
        event(
            type,
            span,
            parentSpan,
            ++steps,
            null,
            json(content),
            object(),
            facts,
            Event.Source.SDK));
    return this;
  }

  /** An event with explicit place, for broken trees. */
  public Run placed(
      EventType type,
      String span,
      @Nullable String parentSpan,
      @Nullable Integer step,
      @Nullable Integer parentStep) {
    now = now.plusMillis(10);
    events.add(
        event(
            type,
            span,
            parentSpan,
            step,
            parentStep,
            json("\"x\""),
            object(),
            facts(),
            Event.Source.SDK));
    return this;
  }

  public List<Event> events() {
    return List.copyOf(events);
  }

  public TraceView view() {
    return TraceViews.of(name, true, events);
  }

  public Instant now() {
    return now;
  }

  private List<Event> request(String span) {
    now = now.plusMillis(20);
    int newFrom = known;
    for (Pending result : pending) {
      messages.add(resultTurn(result));
    }
    ObjectNode turns = object();
    turns.set("messages", messages.deepCopy());
    turns.put("newFrom", newFrom);
    ObjectNode metadata = requestMetadata();
    List<Event> added = new ArrayList<>();
    for (int i = 0; i < pending.size(); i++) {
      Pending result = pending.get(i);
      ObjectNode content = object();
      content.put("toolCallId", result.callId()).put("output", result.output());
      if (result.error()) {
        content.put("isError", true);
      }
      Event.Facts facts = facts("ok", toolByCall.get(result.callId()), result.callId());
      ObjectNode about = i == 0 ? metadata.setAll(turns) : object();
      added.add(add(EventType.TOOL_RESULT, span, content, about, facts, Event.Source.PROXY));
    }
    if (pending.isEmpty()) {
      added.add(add(EventType.USER_MESSAGE, span, turns, metadata, facts(), Event.Source.PROXY));
    }
    pending.clear();
    known = messages.size();
    return added;
  }

  private ObjectNode requestMetadata() {
    ObjectNode metadata = object();
    if (system != null) {
      metadata.putArray("system").addObject().put("type", "text").put("text", system);
    }
    metadata.set("tools", tools.deepCopy());
    metadata.set("params", params.deepCopy());
    return metadata;
  }

  private void remember(Reply reply) {
    ObjectNode turn = object().put("role", "assistant");
    if (dialect == Dialect.OPENAI) {
      turn.put("content", reply.text);
      if (!reply.calls.isEmpty()) {
        ArrayNode calls = turn.putArray("tool_calls");
        for (String[] call : reply.calls) {
          calls
              .addObject()
              .put("id", call[0])
              .put("type", "function")
              .putObject("function")
              .put("name", call[1])
              .put("arguments", call[2]);
        }
      }
    } else {
      ArrayNode blocks = turn.putArray("content");
      if (reply.text != null) {
        blocks.addObject().put("type", "text").put("text", reply.text);
      }
      for (String[] call : reply.calls) {
        ObjectNode use = blocks.addObject().put("type", "tool_use").put("id", call[0]);
        use.put("name", call[1]).set("input", json(call[2]));
      }
    }
    messages.add(turn);
    known = messages.size();
  }

  private ObjectNode resultTurn(Pending result) {
    if (dialect == Dialect.OPENAI) {
      return object()
          .put("role", "tool")
          .put("tool_call_id", result.callId())
          .put("content", result.output());
    }
    ObjectNode turn = object().put("role", "user");
    ObjectNode block =
        turn.putArray("content")
            .addObject()
            .put("type", "tool_result")
            .put("tool_use_id", result.callId())
            .put("content", result.output());
    if (result.error()) {
      block.put("is_error", true);
    }
    return turn;
  }

  private Event add(
      EventType type,
      String span,
      JsonNode content,
      JsonNode metadata,
      Event.Facts facts,
      Event.Source source) {
    Event event = event(type, span, null, ++steps, null, content, metadata, facts, source);
    events.add(event);
    return event;
  }

  private Event event(
      EventType type,
      String span,
      @Nullable String parentSpan,
      @Nullable Integer step,
      @Nullable Integer parentStep,
      JsonNode content,
      JsonNode metadata,
      Event.Facts facts,
      Event.Source source) {
    UUID id = UUID.nameUUIDFromBytes((name + ":" + ids++).getBytes(StandardCharsets.UTF_8));
    return new Event(
        id,
        type,
        PROJECT,
        Environment.PRODUCTION,
        source,
        new Event.Agent("agent", "agt_1", versionId),
        new Event.Place(name, name, span, parentSpan, step, parentStep, null),
        now,
        false,
        facts,
        content.toString(),
        metadata.toString());
  }

  private Event.Facts facts() {
    return facts("ok", null, null);
  }

  private static Event.Facts facts(
      String status, @Nullable String tool, @Nullable String toolCallId) {
    return new Event.Facts(
        null,
        null,
        null,
        tool,
        toolCallId,
        null,
        null,
        status,
        null,
        null,
        Cost.NONE,
        null,
        null,
        null);
  }

  private static ObjectNode turn(String role, String text) {
    return object().put("role", role).put("content", text);
  }

  private static ObjectNode object() {
    return Json.mapper().createObjectNode();
  }

  private static JsonNode json(String text) {
    try {
      return Json.mapper().readTree(text);
    } catch (tools.jackson.core.JacksonException e) {
      return Json.mapper().getNodeFactory().stringNode(text);
    }
  }
}
