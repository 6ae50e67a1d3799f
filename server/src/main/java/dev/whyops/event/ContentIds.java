package dev.whyops.event;

import dev.whyops.event.RawEvent.Kind;
import dev.whyops.event.RawEvent.Value;
import dev.whyops.json.Json;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Ids by which an SDK event meets what the proxy saw: the tool call it belongs to, the provider's
 * response it repeats.
 */
record ContentIds(@Nullable String toolCallId, @Nullable String responseId, boolean isError) {

  static ContentIds of(EventType type, RawEvent raw) {
    String toolCallId = text(raw, "toolCallId");
    String responseId = text(raw, "responseId");
    boolean isError = isTrue(raw.metadata.get("isError"));
    Value content = raw.fields.get("content");
    boolean tool =
        type == EventType.TOOL_CALL_REQUEST
            || type == EventType.TOOL_CALL_RESPONSE
            || type == EventType.TOOL_RESULT;
    if (tool && content != null && content.json().startsWith("{")) {
      Found found = new Found();
      found.read(content.json());
      toolCallId = toolCallId == null ? found.callId : toolCallId;
      isError |= found.isError;
    }
    return new ContentIds(toolCallId, responseId, isError);
  }

  private static @Nullable String text(RawEvent raw, String name) {
    Value value = raw.metadata.get(name);
    return value != null && value.kind() == Kind.TEXT && FieldRules.isId(value.text())
        ? value.text()
        : null;
  }

  private static boolean isTrue(@Nullable Value value) {
    return value != null && value.json().equals("true");
  }

  /** Looks at the first two levels only. */
  private static final class Found {
    @Nullable String callId;
    boolean isError;

    void read(String content) {
      try (JsonParser in = Json.mapper().createParser(content)) {
        in.nextToken();
        while (in.nextToken() == JsonToken.PROPERTY_NAME) {
          String name = in.currentName();
          JsonToken value = in.nextToken();
          if (name.equals("toolCallId") && value == JsonToken.VALUE_STRING) {
            callId = in.getString();
          } else if (name.equals("isError")) {
            isError = value == JsonToken.VALUE_TRUE;
            in.skipChildren();
          } else if (name.equals("toolCalls") && value == JsonToken.START_ARRAY) {
            firstCall(in);
          } else {
            in.skipChildren();
          }
        }
      } catch (JacksonException e) {
        callId = null;
      }
    }

    private void firstCall(JsonParser in) {
      while (in.nextToken() != JsonToken.END_ARRAY) {
        if (in.currentToken() != JsonToken.START_OBJECT) {
          in.skipChildren();
          continue;
        }
        while (in.nextToken() == JsonToken.PROPERTY_NAME) {
          boolean id = in.currentName().equals("id");
          if (in.nextToken() == JsonToken.VALUE_STRING && id && callId == null) {
            callId = in.getString();
          } else {
            in.skipChildren();
          }
        }
      }
    }
  }
}
