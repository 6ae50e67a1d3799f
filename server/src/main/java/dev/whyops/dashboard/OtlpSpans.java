package dev.whyops.dashboard;

import dev.whyops.event.Event;
import dev.whyops.event.EventType;
import dev.whyops.json.Json;
import dev.whyops.provider.Usage;
import dev.whyops.trace.TraceSummary;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonEncoding;
import tools.jackson.core.JsonGenerator;

/**
 * Writes a trace as spans in the JSON form of OTLP, with the attribute names of OpenTelemetry's
 * conventions for generative AI. Ids of traces and spans are texts here and bytes there, so they
 * are hashed; the texts ride along as attributes.
 */
final class OtlpSpans {
  private static final int SPAN_ID_BYTES = 8;
  private static final int TRACE_ID_BYTES = 16;
  private static final int KIND_INTERNAL = 1;
  private static final int KIND_CLIENT = 3;
  private static final int STATUS_ERROR = 2;

  private final JsonGenerator json;
  private final String traceId;
  private final Plan plan;
  private final Map<String, List<Event>> open = new HashMap<>();

  /**
   * @param plan has seen all events; it is used up
   */
  OtlpSpans(TraceSummary trace, Plan plan, OutputStream out) {
    this.plan = plan;
    this.traceId = trace.traceId();
    this.json = Json.mapper().createGenerator(out, JsonEncoding.UTF8);
    json.writeStartObject();
    json.writeName("resourceSpans");
    json.writeStartArray();
    json.writeStartObject();
    json.writeName("resource");
    json.writeStartObject();
    attributes();
    attribute("service.name", trace.agentName());
    attribute("deployment.environment.name", trace.environment().name());
    json.writeEndArray();
    json.writeEndObject();
    json.writeName("scopeSpans");
    json.writeStartArray();
    json.writeStartObject();
    json.writeName("scope");
    json.writeStartObject();
    json.writeStringProperty("name", "whyops");
    json.writeEndObject();
    json.writeName("spans");
    json.writeStartArray();
  }

  /**
   * When each span begins and ends, and with which event: events of one span may lie apart, and a
   * span is written once. Holds a few hundred bytes for each span.
   */
  static final class Plan {
    private record Extent(Instant start, Instant end, UUID last) {
      Extent plus(Extent more) {
        return new Extent(
            start.isBefore(more.start) ? start : more.start,
            end.isAfter(more.end) ? end : more.end,
            more.last);
      }
    }

    private final Map<String, Extent> spans = new HashMap<>();

    void see(Event event) {
      Instant end = event.timestamp();
      @Nullable Long latency = event.facts().latencyUs();
      Instant start = latency == null ? end : end.minusNanos(latency * 1_000);
      spans.merge(event.place().spanId(), new Extent(start, end, event.id()), Extent::plus);
    }
  }

  /** Takes an event in; its span is written when it was the last one. */
  void write(Event event) {
    String spanId = event.place().spanId();
    Plan.Extent extent = plan.spans.get(spanId);
    if (extent == null) {
      return; // landed after the plan was made
    }
    open.computeIfAbsent(spanId, _ -> new ArrayList<>()).add(event);
    if (event.id().equals(extent.last())) {
      plan.spans.remove(spanId);
      span(extent, Objects.requireNonNull(open.remove(spanId)));
    }
  }

  /** Ends the file; without this it is cut off, and no reader takes it for whole. */
  void end() {
    json.close(); // ends every array and object that is open
  }

  /** The answer says what a call was; what else happened in the span stands in it as events. */
  private static Event closing(List<Event> events) {
    return events.stream()
        .filter(
            event ->
                event.type() == EventType.LLM_RESPONSE
                    || event.type() == EventType.EMBEDDING_RESPONSE)
        .reduce((_, later) -> later)
        .orElse(events.getLast());
  }

  private void span(Plan.Extent extent, List<Event> events) {
    Event event = closing(events);
    json.writeStartObject();
    json.writeStringProperty("traceId", hash(traceId, TRACE_ID_BYTES));
    json.writeStringProperty("spanId", hash(event.place().spanId(), SPAN_ID_BYTES));
    @Nullable String parent = event.place().parentSpanId();
    if (parent != null) {
      json.writeStringProperty("parentSpanId", hash(parent, SPAN_ID_BYTES));
    }
    json.writeStringProperty("name", name(event));
    boolean call = event.facts().provider() != null;
    json.writeNumberProperty("kind", call ? KIND_CLIENT : KIND_INTERNAL);
    json.writeStringProperty("startTimeUnixNano", nanos(extent.start()));
    json.writeStringProperty("endTimeUnixNano", nanos(extent.end()));
    attributes();
    attribute("whyops.trace_id", traceId);
    attribute("whyops.span_id", event.place().spanId());
    facts(event);
    json.writeEndArray();
    events(events.stream().filter(each -> each != event).toList());
    json.writeName("status");
    json.writeStartObject();
    if (!event.facts().status().equals("ok")) {
      json.writeNumberProperty("code", STATUS_ERROR);
      json.writeStringProperty("message", event.facts().status());
    }
    json.writeEndObject();
    json.writeEndObject();
  }

  private void events(List<Event> events) {
    if (events.isEmpty()) {
      return;
    }
    json.writeName("events");
    json.writeStartArray();
    for (Event event : events) {
      json.writeStartObject();
      json.writeStringProperty("timeUnixNano", nanos(event.timestamp()));
      json.writeStringProperty("name", name(event));
      attributes();
      facts(event);
      json.writeEndArray();
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private void facts(Event event) {
    Event.Place place = event.place();
    Event.Facts facts = event.facts();
    attribute("whyops.event_type", event.type().wireName());
    attribute("gen_ai.conversation.id", place.threadId());
    attribute("gen_ai.agent.name", event.agent().name());
    attribute("user.id", place.externalUserId());
    attribute("gen_ai.provider.name", facts.provider());
    attribute("gen_ai.request.model", facts.requestedModel());
    attribute("gen_ai.response.model", facts.model());
    attribute("gen_ai.response.id", facts.responseId());
    attribute("gen_ai.tool.name", facts.tool());
    attribute("gen_ai.tool.call.id", facts.toolCallId());
    usage(facts.usage());
    attribute("whyops.content", event.contentJson());
  }

  private void usage(@Nullable Usage usage) {
    if (usage != null) {
      number("gen_ai.usage.input_tokens", usage.allInput());
      number("gen_ai.usage.output_tokens", usage.allOutput());
      number("gen_ai.usage.cache_read.input_tokens", usage.allCacheRead());
    }
  }

  private static String name(Event event) {
    @Nullable String tool = event.facts().tool();
    @Nullable String model = event.facts().model();
    return switch (event.type()) {
      case LLM_RESPONSE -> model == null ? "chat" : "chat " + model;
      case TOOL_CALL_REQUEST, TOOL_CALL_RESPONSE, TOOL_RESULT ->
          tool == null ? "execute_tool" : "execute_tool " + tool;
      case EMBEDDING_REQUEST, EMBEDDING_RESPONSE ->
          model == null ? "embeddings" : "embeddings " + model;
      case USER_MESSAGE, LLM_THINKING, AGENT_MESSAGE, SYSTEM_MESSAGE, ERROR ->
          event.type().wireName();
    };
  }

  private void attributes() {
    json.writeName("attributes");
    json.writeStartArray();
  }

  private void attribute(String key, @Nullable String value) {
    if (value != null) {
      json.writeStartObject();
      json.writeStringProperty("key", key);
      json.writeName("value");
      json.writeStartObject();
      json.writeStringProperty("stringValue", value);
      json.writeEndObject();
      json.writeEndObject();
    }
  }

  /** OTLP writes whole numbers as texts. */
  private void number(String key, @Nullable Long value) {
    if (value != null) {
      json.writeStartObject();
      json.writeStringProperty("key", key);
      json.writeName("value");
      json.writeStartObject();
      json.writeStringProperty("intValue", value.toString());
      json.writeEndObject();
      json.writeEndObject();
    }
  }

  private static String nanos(Instant at) {
    return at.getEpochSecond() + String.format(Locale.ROOT, "%09d", at.getNano());
  }

  private static String hash(String text, int bytes) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
