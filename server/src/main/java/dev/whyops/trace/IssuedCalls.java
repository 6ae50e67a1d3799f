package dev.whyops.trace;

import dev.whyops.json.Json;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** Reads the ids of the tool calls that an answer issued. */
final class IssuedCalls {
  private IssuedCalls() {}

  static List<String> in(String contentJson) {
    if (!contentJson.contains("\"toolCalls\"")) {
      return List.of();
    }
    List<String> ids = new ArrayList<>();
    try (JsonParser in = Json.mapper().createParser(contentJson)) {
      if (in.nextToken() != JsonToken.START_OBJECT) {
        return List.of();
      }
      while (in.nextToken() == JsonToken.PROPERTY_NAME) {
        boolean calls = in.currentName().equals("toolCalls");
        JsonToken value = in.nextToken();
        if (calls && value == JsonToken.START_ARRAY) {
          readCalls(in, ids);
        } else {
          in.skipChildren();
        }
      }
    } catch (JacksonException e) {
      return ids;
    }
    return ids;
  }

  private static void readCalls(JsonParser in, List<String> ids) {
    while (in.nextToken() == JsonToken.START_OBJECT) {
      while (in.nextToken() == JsonToken.PROPERTY_NAME) {
        boolean id = in.currentName().equals("id");
        if (in.nextToken() == JsonToken.VALUE_STRING && id) {
          ids.add(in.getString());
        } else {
          in.skipChildren();
        }
      }
    }
  }
}
