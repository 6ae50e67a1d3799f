package dev.whyops.event.otlp;

import dev.whyops.json.Json;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JsonNode;

/**
 * Reads an export request in the JSON form of OTLP: ids in hex, 64-bit numbers also as text. One
 * span at a time becomes a tree; the tree of a whole request is many times as large as its text.
 */
final class JsonSpans {
  private final List<OtlpSpan> spans = new ArrayList<>();

  private final SpanRoom room;

  private JsonSpans(SpanRoom room) {
    this.room = room;
  }

  /**
   * @throws IllegalArgumentException when it is no export request
   * @throws tools.jackson.core.JacksonException when it is no JSON
   */
  static List<OtlpSpan> read(byte[] body, SpanRoom room) {
    JsonSpans reading = new JsonSpans(room);
    try (JsonParser in = Json.mapper().createParser(body)) {
      if (in.nextToken() != JsonToken.START_OBJECT) {
        throw new IllegalArgumentException("an object is expected");
      }
      members(in, Map.of("resourceSpans", () -> elements(in, () -> reading.resource(in))));
      if (in.nextToken() != null) {
        throw new IllegalArgumentException("something follows the object");
      }
    }
    return reading.spans;
  }

  private void resource(JsonParser in) {
    Map<String, Object> about = new LinkedHashMap<>(); // its spans may come first
    Runnable read =
        () ->
            about.putAll(
                attributes(in.<JsonNode>readValueAsTree().path("attributes"), new ArrayList<>()));
    members(in, Map.of("resource", read, "scopeSpans", () -> elements(in, () -> scope(in, about))));
  }

  private void scope(JsonParser in, Map<String, Object> about) {
    int first = spans.size();
    StringBuilder name = new StringBuilder(); // its spans may come first
    Runnable read = () -> name.append(in.<JsonNode>readValueAsTree().path("name").asString(""));
    Runnable span = () -> spans.add(room.hold(span(in.readValueAsTree(), "", about)));
    members(in, Map.of("scope", read, "spans", () -> elements(in, span)));
    if (!name.isEmpty()) {
      String scope = name.toString();
      spans.subList(first, spans.size()).replaceAll(one -> one.withScope(scope));
    }
  }

  /** Runs what is to be done with each member of an object, at its value; passes the others by. */
  private static void members(JsonParser in, Map<String, Runnable> wanted) {
    while (in.nextToken() == JsonToken.PROPERTY_NAME) {
      Runnable found = wanted.get(in.currentName());
      in.nextToken();
      if (found == null) {
        in.skipChildren();
      } else {
        found.run();
      }
    }
  }

  /** Runs it at each object of an array; passes by what is neither. */
  private static void elements(JsonParser in, Runnable each) {
    if (in.currentToken() != JsonToken.START_ARRAY) {
      in.skipChildren();
      return;
    }
    while (in.nextToken() != JsonToken.END_ARRAY) {
      if (in.currentToken() == JsonToken.START_OBJECT) {
        each.run();
      } else {
        in.skipChildren();
      }
    }
  }

  private static OtlpSpan span(JsonNode span, String scope, Map<String, Object> resource) {
    List<String> faults = new ArrayList<>();
    Map<String, Object> attributes = attributes(span.path("attributes"), faults);
    String traceId = span.path("traceId").asString("").toLowerCase(Locale.ROOT);
    String spanId = span.path("spanId").asString("").toLowerCase(Locale.ROOT);
    long end = number(span.path("endTimeUnixNano"));
    OtlpSpan.check(traceId, spanId, end, attributes, faults);
    int kind = span.path("kind").asInt(0);
    int status = span.path("status").path("code").asInt(0);
    if (kind < 0 || kind > 5 || status < 0 || status > 2) {
      faults.add("unknown kind or status");
    }
    List<OtlpSpan.SpanEvent> events = new ArrayList<>();
    for (JsonNode event : span.path("events")) {
      events.add(
          new OtlpSpan.SpanEvent(
              event.path("name").asString(""),
              number(event.path("timeUnixNano")),
              attributes(event.path("attributes"), faults)));
    }
    String parent = span.path("parentSpanId").asString("").toLowerCase(Locale.ROOT);
    return new OtlpSpan(
        traceId,
        spanId,
        parent.isEmpty() ? null : parent,
        span.path("name").asString(""),
        scope,
        number(span.path("startTimeUnixNano")),
        end,
        attributes,
        resource,
        events,
        status,
        span.path("status").path("message").asString(""),
        faults);
  }

  private static long number(JsonNode node) {
    try {
      return node.isString() ? Long.parseLong(node.stringValue()) : node.asLong(0);
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  private static Map<String, Object> attributes(JsonNode list, List<String> faults) {
    Map<String, Object> attributes = new LinkedHashMap<>();
    for (JsonNode pair : list) {
      if (attributes.put(pair.path("key").asString(""), value(pair.path("value"))) != null) {
        faults.add("an attribute stands there twice");
      }
    }
    return attributes;
  }

  private static Object value(JsonNode value) {
    if (value.has("stringValue")) {
      return value.path("stringValue").asString("");
    }
    if (value.has("intValue")) {
      return number(value.path("intValue"));
    }
    if (value.has("doubleValue")) {
      return value.path("doubleValue").asDouble(0);
    }
    if (value.has("boolValue")) {
      return value.path("boolValue").asBoolean(false);
    }
    if (value.has("arrayValue")) {
      List<Object> values = new ArrayList<>();
      value.path("arrayValue").path("values").forEach(v -> values.add(value(v)));
      return values;
    }
    if (value.has("kvlistValue")) {
      return attributes(value.path("kvlistValue").path("values"), new ArrayList<>());
    }
    if (value.has("bytesValue")) {
      return Base64.getDecoder().decode(value.path("bytesValue").asString(""));
    }
    return "";
  }
}
