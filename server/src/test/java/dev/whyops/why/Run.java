package dev.whyops.why;

import dev.whyops.event.Event;
import dev.whyops.event.EventType;
import dev.whyops.json.Json;
import dev.whyops.pricing.Cost;
import dev.whyops.project.Environment;
import dev.whyops.project.ProjectId;
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
      messages.add(Turns.turn("system", text));
    } else {
      system = text;
    }
    return this;
  }

  public Run user(String text) {
    messages.add(Turns.turn("user", text));
    return this;
  }

  public Run assistant(String text) {
    messages.add(Turns.turn("assistant", text));
    return this;
  }

  public Run tool(String toolName, @Nullable String description, @Nullable String schema) {
    tools.add(Turns.tool(dialect, toolName, description, schema));
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
    messages.add(Turns.turn("user", summary));
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

  public Run respond(Reply reply) {
    String span = "span" + name + events.size();
    List<Event> request = request(span);
    now = now.plusMillis(reply.latencyMs);
    if (reply.thinking != null) {
      ObjectNode content = Turns.object().put("kind", "thinking").put("text", reply.thinking);
      add(EventType.LLM_THINKING, span, content, Turns.object(), facts(), Event.Source.PROXY);
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
    add(EventType.LLM_RESPONSE, span, content, Turns.object(), facts, Event.Source.PROXY);
    messages.add(Turns.answer(dialect, reply));
    known = messages.size();
    request.clear();
    return this;
  }

  /** A model call that the provider refused. */
  public Run fails(int status, String code, String message) {
    String span = "span" + name + events.size();
    request(span);
    now = now.plusMillis(300);
    ObjectNode content =
        Turns.object().put("message", message).put("status", status).put("code", code);
    content.put("source", "provider");
    add(
        EventType.ERROR,
        span,
        content,
        Turns.object(),
        PlainFacts.of("error", null, null),
        Event.Source.PROXY);
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
    Event.Facts facts = PlainFacts.of("ok", tool, callId);
    events.add(
        event(
            type,
            span,
            parentSpan,
            ++steps,
            null,
            Turns.json(content),
            Turns.object(),
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
            Turns.json("\"x\""),
            Turns.object(),
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
      messages.add(Turns.result(dialect, result.callId(), result.output(), result.error()));
    }
    ObjectNode turns = Turns.object();
    turns.set("messages", messages.deepCopy());
    turns.put("newFrom", newFrom);
    ObjectNode metadata = requestMetadata();
    List<Event> added = new ArrayList<>();
    for (int i = 0; i < pending.size(); i++) {
      Pending result = pending.get(i);
      ObjectNode content = Turns.object();
      content.put("toolCallId", result.callId()).put("output", result.output());
      if (result.error()) {
        content.put("isError", true);
      }
      Event.Facts facts = PlainFacts.of("ok", toolByCall.get(result.callId()), result.callId());
      ObjectNode about = i == 0 ? metadata.setAll(turns) : Turns.object();
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
    ObjectNode metadata = Turns.object();
    if (system != null) {
      metadata.putArray("system").addObject().put("type", "text").put("text", system);
    }
    metadata.set("tools", tools.deepCopy());
    metadata.set("params", params.deepCopy());
    return metadata;
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
    return PlainFacts.of("ok", null, null);
  }
}
