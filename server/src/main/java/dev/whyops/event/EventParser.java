package dev.whyops.event;

import dev.whyops.event.RawEvent.Kind;
import dev.whyops.event.RawEvent.Value;
import dev.whyops.http.ApiException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.json.JsonFactory;

/**
 * Reads one event or an array of events in one pass. {@code content} is not looked into: its text
 * is kept as it came, so numbers, repeated names and odd escapes survive. Everywhere else a
 * repeated name is a fault, because two readers might choose differently.
 */
final class EventParser {
  /** Never bound: who somebody is follows from the key alone. */
  private static final Set<String> IDENTITY =
      Set.of(
          "userId", "tenantId", "projectId", "environmentId", "providerId", "entityId", "agentId");

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(1_000)
                  .maxStringLength(IngestLimits.BODY_BYTES_MAX)
                  .maxNameLength(IngestLimits.NAME_CHARS_MAX)
                  .maxNumberLength(1_000)
                  .build())
          .build();

  private final String body;
  private final List<RawEvent> events = new ArrayList<>();
  private int index;

  private EventParser(String body) {
    this.body = body;
  }

  /**
   * @throws ApiException when the body is no JSON, or no event and no array of 1-1000
   */
  static List<RawEvent> parse(String body) {
    return new EventParser(body).parse();
  }

  private List<RawEvent> parse() {
    try (JsonParser in = FACTORY.createParser(ObjectReadContext.empty(), body)) {
      JsonToken first = in.nextToken();
      if (first == JsonToken.START_ARRAY) {
        while (in.nextToken() != JsonToken.END_ARRAY) {
          if (index == IngestLimits.BATCH_MAX) {
            throw batchSize();
          }
          events.add(event(in));
          index++;
        }
        if (events.isEmpty()) {
          throw batchSize();
        }
      } else if (first != null) {
        events.add(event(in));
      }
      if (first == null || in.nextToken() != null) {
        throw notJson("There must be exactly one JSON value.", "invalid_json");
      }
      return events;
    } catch (StreamConstraintsException e) {
      throw notJson("A name, number or nesting is beyond the limits.", limitCode(e));
    } catch (JacksonException e) {
      throw notJson("The body is not JSON.", "invalid_json");
    }
  }

  private static String limitCode(StreamConstraintsException e) {
    String message = String.valueOf(e.getOriginalMessage());
    return message.contains("depth")
        ? "json_too_deep"
        : message.contains("ame length") ? "name_too_long" : "number_too_long";
  }

  private ApiException notJson(String message, String code) {
    return new ApiException(
        400,
        "validation_failed",
        message,
        List.of(new ApiException.Detail(index, "", message, code)),
        Map.of());
  }

  private static ApiException batchSize() {
    String message = "A batch holds 1 to " + IngestLimits.BATCH_MAX + " events.";
    return new ApiException(
        400,
        "validation_failed",
        message,
        List.of(new ApiException.Detail(0, "", message, "batch_size")),
        Map.of());
  }

  private RawEvent event(JsonParser in) {
    RawEvent event = new RawEvent(index);
    int from = at(in);
    if (in.currentToken() != JsonToken.START_OBJECT) {
      event.fault("", "must be an object", "bad_type");
      skip(in, event, "");
      return event;
    }
    while (in.nextToken() != JsonToken.END_OBJECT) {
      String name = name(in, event, "");
      in.nextToken();
      if (name.equals("metadata") && in.currentToken() == JsonToken.START_OBJECT) {
        put(event, event.fields, name, new Value(Kind.OBJECT, "", ""), "");
        metadata(in, event);
      } else if (name.equals("content")) {
        put(event, event.fields, name, verbatim(in, event, name), "");
      } else if (IDENTITY.contains(name)) {
        event.identityIgnored = true;
        skip(in, event, name);
      } else {
        put(event, event.fields, name, value(in, event, name), "");
      }
    }
    event.bytes = utf8Length(from, end(in));
    return event;
  }

  private void metadata(JsonParser in, RawEvent event) {
    while (in.nextToken() != JsonToken.END_OBJECT) {
      String name = name(in, event, "metadata.");
      in.nextToken();
      if (name.equals("usage") && in.currentToken() == JsonToken.START_OBJECT) {
        int from = at(in);
        while (in.nextToken() != JsonToken.END_OBJECT) {
          String member = name(in, event, "metadata.usage.");
          in.nextToken();
          put(
              event,
              event.usage,
              member,
              value(in, event, "metadata.usage." + member),
              "metadata.usage.");
        }
        String json = body.substring(from, end(in));
        put(event, event.metadata, name, new Value(Kind.OBJECT, json, json), "metadata.");
      } else {
        put(event, event.metadata, name, value(in, event, "metadata." + name), "metadata.");
      }
    }
  }

  private static void put(
      RawEvent event, Map<String, Value> target, String name, Value value, String prefix) {
    if (target.putIfAbsent(name, value) != null) {
      event.fault(prefix + name, "stands there twice", "duplicate_name");
    }
  }

  private static String name(JsonParser in, RawEvent event, String prefix) {
    String name = in.currentName();
    if (name.indexOf('\0') >= 0) {
      event.fault(prefix, "a name may not hold NUL", "bad_name");
    }
    return name;
  }

  /** A value outside of content. */
  private Value value(JsonParser in, RawEvent event, String field) {
    return switch (in.currentToken()) {
      case VALUE_STRING -> {
        int from = at(in);
        String text = in.getString();
        yield new Value(Kind.TEXT, text, body.substring(from, end(in)));
      }
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> {
        String number = in.getString();
        if (number.length() > IngestLimits.FIELD_NUMBER_CHARS_MAX) {
          event.fault(field, "has too many digits", "number_too_long");
        }
        yield new Value(Kind.NUMBER, number, number);
      }
      case VALUE_TRUE -> new Value(Kind.BOOLEAN, "true", "true");
      case VALUE_FALSE -> new Value(Kind.BOOLEAN, "false", "false");
      case START_OBJECT, START_ARRAY -> {
        Kind kind = in.currentToken() == JsonToken.START_OBJECT ? Kind.OBJECT : Kind.ARRAY;
        int from = at(in);
        skipStrictly(in, event, field);
        String json = body.substring(from, end(in));
        yield new Value(kind, json, json);
      }
      default -> new Value(Kind.NULL, "null", "null");
    };
  }

  /** The content, byte for byte. */
  private Value verbatim(JsonParser in, RawEvent event, String field) {
    int from = at(in);
    skip(in, event, field);
    String json = body.substring(from, end(in));
    return new Value(Kind.OBJECT, json, json);
  }

  /** Moves to the end of the value; only its depth and syntax are looked at. */
  private static void skip(JsonParser in, RawEvent event, String field) {
    int depth = 0;
    boolean tooDeep = false;
    JsonToken token = in.currentToken();
    while (true) {
      if (token.isStructStart()) {
        tooDeep |= ++depth > IngestLimits.DEPTH_MAX;
      } else if (token.isStructEnd()) {
        depth--;
      } else if (token == JsonToken.VALUE_STRING) {
        in.getStringLength(); // read to its end, so that faults inside are seen here
      }
      if (depth == 0) {
        break;
      }
      token = in.nextToken();
    }
    if (tooDeep) {
      event.fault(field, "is nested deeper than " + IngestLimits.DEPTH_MAX, "json_too_deep");
    }
  }

  /** The same, and no name may stand twice in one object. */
  private static void skipStrictly(JsonParser in, RawEvent event, String field) {
    Deque<Set<String>> names = new ArrayDeque<>();
    boolean tooDeep = false;
    JsonToken token = in.currentToken();
    while (true) {
      if (token.isStructStart()) {
        names.push(new HashSet<>());
        tooDeep |= names.size() > IngestLimits.DEPTH_MAX;
      } else if (token.isStructEnd()) {
        names.pop();
      } else if (token == JsonToken.PROPERTY_NAME
          && !names.getFirst().add(name(in, event, field))) {
        event.fault(field, "has a name that stands there twice", "duplicate_name");
      } else if (token == JsonToken.VALUE_STRING) {
        in.getStringLength();
      }
      if (names.isEmpty()) {
        break;
      }
      token = in.nextToken();
    }
    if (tooDeep) {
      event.fault(field, "is nested deeper than " + IngestLimits.DEPTH_MAX, "json_too_deep");
    }
  }

  private static int at(JsonParser in) {
    return (int) in.currentTokenLocation().getCharOffset();
  }

  private static int end(JsonParser in) {
    return (int) in.currentLocation().getCharOffset();
  }

  private int utf8Length(int from, int to) {
    int chars = to - from;
    if (chars * 3 <= IngestLimits.EVENT_BYTES_MAX) {
      return chars;
    }
    int bytes = 0;
    for (int i = from; i < to; i++) {
      char c = body.charAt(i);
      bytes += c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
    }
    return bytes;
  }
}
