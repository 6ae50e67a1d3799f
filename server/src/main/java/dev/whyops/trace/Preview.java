package dev.whyops.trace;

import dev.whyops.json.Json;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** The first words of a user, for lists. Reads no further than it must. */
public final class Preview {
  private static final int CHARS_MAX = 200;

  private Preview() {}

  /**
   * The text of the last message whose role is {@code user}, else the first text there is; null
   * when there is none.
   */
  public static @Nullable String of(String contentJson) {
    String user = null;
    String any = null;
    try (JsonParser in = Json.mapper().createParser(contentJson)) {
      String role = "user";
      String name = "";
      for (JsonToken token = in.nextToken(); token != null; token = in.nextToken()) {
        if (token == JsonToken.PROPERTY_NAME) {
          name = in.currentName();
        } else if (token == JsonToken.VALUE_STRING) {
          if (name.equals("role")) {
            role = in.getString();
          } else if (name.isEmpty()
              || name.equals("content")
              || name.equals("text")
              || name.equals("input")) {
            if (role.equals("user")) {
              user = in.getString();
            } else if (any == null) {
              any = in.getString();
            }
          }
        }
      }
    } catch (JacksonException e) {
      return null;
    }
    String text = user == null ? any : user;
    return text == null ? null : shorten(text);
  }

  private static String shorten(String text) {
    String line = text.strip();
    if (line.length() <= CHARS_MAX) {
      return line;
    }
    int end = Character.isHighSurrogate(line.charAt(CHARS_MAX - 1)) ? CHARS_MAX - 1 : CHARS_MAX;
    return line.substring(0, end);
  }
}
