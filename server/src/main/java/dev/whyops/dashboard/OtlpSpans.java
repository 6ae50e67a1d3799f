package dev.whyops.dashboard;

import dev.whyops.event.Event;
import dev.whyops.json.Json;
import dev.whyops.provider.Usage;
import dev.whyops.trace.TraceSummary;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonEncoding;
import tools.jackson.core.JsonGenerator;

/**
 * Writes events as spans in the JSON form of OTLP, with the attribute names of OpenTelemetry's
 * conventions for generative AI. Ids of traces and spans are texts here and bytes there, so they
 * are hashed; the texts ride along as attributes.
 */
final class OtlpSpans implements AutoCloseable {
  private static final int SPAN_ID_BYTES = 8;
  private static final int TRACE_ID_BYTES = 16;
  private static final int KIND_INTERNAL = 1;
  private static final int KIND_CLIENT = 3;
  private static final int STATUS_ERROR = 2;

  private final JsonGenerator json;
  private final String traceId;

  OtlpSpans(TraceSummary trace, OutputStream out) {
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

  void write(Event event) {
    Event.Place place = event.place();
    Event.Facts facts = event.facts();
    boolean call = facts.provider() != null;
    Instant end = event.timestamp();
    @Nullable Long latency = facts.latencyUs();
    Instant start = latency == null ? end : end.minusNanos(latency * 1_000);
    json.writeStartObject();
    json.writeStringProperty("traceId", hash(traceId, TRACE_ID_BYTES));
    json.writeStringProperty("spanId", hash(place.spanId(), SPAN_ID_BYTES));
    @Nullable String parent = place.parentSpanId();
    if (parent != null) {
      json.writeStringProperty("parentSpanId", hash(parent, SPAN_ID_BYTES));
    }
    json.writeStringProperty("name", name(event));
    json.writeNumberProperty("kind", call ? KIND_CLIENT : KIND_INTERNAL);
    json.writeStringProperty("startTimeUnixNano", nanos(start));
    json.writeStringProperty("endTimeUnixNano", nanos(end));
    attributes();
    attribute("whyops.trace_id", traceId);
    attribute("whyops.span_id", place.spanId());
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
    json.writeEndArray();
    json.writeName("status");
    json.writeStartObject();
    if (!facts.status().equals("ok")) {
      json.writeNumberProperty("code", STATUS_ERROR);
      json.writeStringProperty("message", facts.status());
    }
    json.writeEndObject();
    json.writeEndObject();
  }

  @Override
  public void close() {
    json.close(); // ends every array and object that is open
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
