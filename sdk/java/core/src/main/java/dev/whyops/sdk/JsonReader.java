package dev.whyops.sdk;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the server's small answers: maps, lists, text, {@code Double}, {@code Boolean}, null. */
final class JsonReader {
  private static final int DEPTH_MAX = 64;

  private final String text;
  private int at;

  private JsonReader(String text) {
    this.text = text;
  }

  /**
   * @throws IllegalArgumentException when the text is no JSON
   */
  static @Nullable Object read(String text) {
    try {
      JsonReader reader = new JsonReader(text);
      Object value = reader.value(0);
      reader.space();
      if (reader.at != text.length()) {
        throw reader.bad();
      }
      return value;
    } catch (IndexOutOfBoundsException cutOff) {
      throw new IllegalArgumentException("JSON ends too early", cutOff);
    }
  }

  /** The object of an answer; empty when it is none. */
  static Map<?, ?> object(String text) {
    try {
      return read(text) instanceof Map<?, ?> map ? map : Map.of();
    } catch (IllegalArgumentException noJson) {
      return Map.of();
    }
  }

  private @Nullable Object value(int depth) {
    if (depth > DEPTH_MAX) {
      throw bad();
    }
    space();
    return switch (text.charAt(at)) {
      case '{' -> map(depth);
      case '[' -> list(depth);
      case '"' -> string();
      case 't' -> word("true", Boolean.TRUE);
      case 'f' -> word("false", Boolean.FALSE);
      case 'n' -> word("null", null);
      default -> number();
    };
  }

  private Map<String, @Nullable Object> map(int depth) {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    at++;
    space();
    while (text.charAt(at) != '}') {
      space();
      String name = string();
      space();
      expect(':');
      map.put(name, value(depth + 1));
      separator('}');
    }
    at++;
    return map;
  }

  private List<@Nullable Object> list(int depth) {
    List<@Nullable Object> list = new ArrayList<>();
    at++;
    space();
    while (text.charAt(at) != ']') {
      list.add(value(depth + 1));
      separator(']');
    }
    at++;
    return list;
  }

  private void separator(char end) {
    space();
    if (text.charAt(at) == ',') {
      at++;
      space();
      if (text.charAt(at) == end) {
        throw bad();
      }
    } else if (text.charAt(at) != end) {
      throw bad();
    }
  }

  private String string() {
    expect('"');
    StringBuilder out = new StringBuilder();
    while (text.charAt(at) != '"') {
      char character = text.charAt(at++);
      out.append(character == '\\' ? escaped() : character);
    }
    at++;
    return out.toString();
  }

  private char escaped() {
    char kind = text.charAt(at++);
    return switch (kind) {
      case '"', '\\', '/' -> kind;
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' -> {
        at += 4;
        yield (char) Integer.parseInt(text, at - 4, at, 16);
      }
      default -> throw bad();
    };
  }

  private @Nullable Object word(String word, @Nullable Object value) {
    if (!text.startsWith(word, at)) {
      throw bad();
    }
    at += word.length();
    return value;
  }

  private Double number() {
    int start = at;
    while (at < text.length() && "+-.eE0123456789".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
    if (start == at) {
      throw bad();
    }
    return Double.valueOf(text.substring(start, at));
  }

  private void expect(char wanted) {
    if (text.charAt(at) != wanted) {
      throw bad();
    }
    at++;
  }

  private void space() {
    while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
  }

  private IllegalArgumentException bad() {
    return new IllegalArgumentException("no JSON at character " + at);
  }
}
