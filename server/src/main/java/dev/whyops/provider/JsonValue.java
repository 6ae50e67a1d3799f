package dev.whyops.provider;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.exc.StreamConstraintsException;

/**
 * A JSON value that knows which bytes it came from, so that what is told of it is what was sent:
 * numbers keep their text, objects their spelling. Strings are decoded when they are asked for.
 *
 * <p>Elements of an array of numbers (vectors, token lists) are counted, not kept.
 */
public final class JsonValue {
  /** What it is; {@code MISSING} stands for a member that is not there. */
  public enum Kind {
    OBJECT,
    ARRAY,
    STRING,
    NUMBER,
    BOOLEAN,
    NULL,
    MISSING
  }

  /** No value at all; every question is answered as for an empty one. */
  public static final JsonValue MISSING = new JsonValue(Kind.MISSING, new byte[0], 0, 0);

  private final Kind kind;
  private final byte[] source;
  private final int start;
  private int end;
  private @Nullable Map<String, JsonValue> members;
  private @Nullable List<JsonValue> elements;
  private int size;

  private JsonValue(Kind kind, byte[] source, int start, int end) {
    this.kind = kind;
    this.source = source;
    this.start = start;
    this.end = end;
  }

  /**
   * Reads one value from the start of {@code body}; what stands behind it is not looked at. A body
   * that is damaged or ends early gives what was complete before, and a note.
   */
  public static JsonValue parse(byte[] body, Set<String> notes) {
    if (!Utf8.looksLikeText(body)) {
      notes.add(Notes.UNPARSED);
      return MISSING;
    }
    byte[] text = Utf8.repaired(body, notes);
    try (JsonParser parser = Lexer.open(text)) {
      if (parser.nextToken() == null) {
        notes.add(Notes.UNPARSED);
        return MISSING;
      }
      return read(parser, text, notes);
    } catch (JacksonException e) {
      notes.add(Notes.UNPARSED);
      return MISSING;
    }
  }

  /** Reads the value that the parser stands on and leaves it on its last token. */
  static JsonValue read(JsonParser parser, byte[] source, Set<String> notes) {
    JsonValue root = one(parser, source);
    Deque<JsonValue> open = new ArrayDeque<>();
    if (root.isContainer()) {
      open.push(root);
    }
    try {
      while (!open.isEmpty()) {
        JsonToken token = parser.nextToken();
        JsonValue container = open.getFirst();
        if (token == null) {
          throw Lexer.endedEarly();
        } else if (token == JsonToken.END_OBJECT || token == JsonToken.END_ARRAY) {
          container.end = Lexer.endOffset(parser);
          open.pop();
        } else if (token != JsonToken.PROPERTY_NAME) {
          JsonValue child = one(parser, source);
          container.add(parser, child);
          if (child.isContainer()) {
            open.push(child);
          }
        }
      }
    } catch (StreamConstraintsException e) {
      notes.add(Lexer.note(parser));
      close(open, parser);
    } catch (JacksonException e) {
      notes.add(Notes.UNPARSED);
      close(open, parser);
    }
    return root;
  }

  public Kind kind() {
    return kind;
  }

  public boolean isMissing() {
    return kind == Kind.MISSING;
  }

  /** Neither missing nor {@code null}. */
  public boolean isPresent() {
    return kind != Kind.MISSING && kind != Kind.NULL;
  }

  public boolean isString() {
    return kind == Kind.STRING;
  }

  public boolean isArray() {
    return kind == Kind.ARRAY;
  }

  public boolean isObject() {
    return kind == Kind.OBJECT;
  }

  /** A member of an object; of two with one name the last. */
  public JsonValue get(String name) {
    return members == null ? MISSING : members.getOrDefault(name, MISSING);
  }

  public JsonValue get(String name, String inner) {
    return get(name).get(inner);
  }

  /** Members in order; empty when it is no object. */
  public Map<String, JsonValue> members() {
    return members == null ? Map.of() : members;
  }

  /** Elements in order; empty when it is no array or one of numbers. */
  public List<JsonValue> elements() {
    return elements == null ? List.of() : elements;
  }

  /** Elements of an array, those of an array of numbers included. */
  public int size() {
    return size;
  }

  /** The text of a string; empty for anything else. */
  public String text() {
    String text = textOrNull();
    return text == null ? "" : text;
  }

  /** The text of a string; null for anything else. */
  public @Nullable String textOrNull() {
    return kind == Kind.STRING ? Lexer.unquote(source, start, end) : null;
  }

  public boolean isTrue() {
    return kind == Kind.BOOLEAN && source[start] == 't';
  }

  /** The bytes as sent, as text; empty when missing. */
  public String raw() {
    return new String(source, start, end - start, StandardCharsets.UTF_8);
  }

  public Span span() {
    return new Span(start, end);
  }

  /** A whole number that fits; otherwise {@code otherwise}. */
  public int intOr(int otherwise) {
    if (kind != Kind.NUMBER || end - start > 10) {
      return otherwise;
    }
    try {
      return Integer.parseInt(raw());
    } catch (NumberFormatException e) {
      return otherwise;
    }
  }

  private boolean isContainer() {
    return kind == Kind.OBJECT || kind == Kind.ARRAY;
  }

  private void add(JsonParser parser, JsonValue child) {
    size++;
    if (kind == Kind.OBJECT) {
      if (members == null) {
        members = new LinkedHashMap<>();
      }
      // The parser has already moved into a child that is a container.
      String name =
          child.isContainer()
              ? parser.streamReadContext().getParent().currentName()
              : parser.currentName();
      members.put(name == null ? "" : name, child);
    } else if (child.kind != Kind.NUMBER) {
      if (elements == null) {
        elements = new ArrayList<>();
      }
      elements.add(child);
    }
  }

  private static JsonValue one(JsonParser parser, byte[] source) {
    int from = Lexer.startOffset(parser);
    return switch (parser.currentToken()) {
      case START_OBJECT -> new JsonValue(Kind.OBJECT, source, from, from);
      case START_ARRAY -> new JsonValue(Kind.ARRAY, source, from, from);
      case VALUE_STRING -> new JsonValue(Kind.STRING, source, from, Lexer.endOffset(parser));
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT ->
          new JsonValue(Kind.NUMBER, source, from, Lexer.endOffset(parser));
      case VALUE_TRUE, VALUE_FALSE ->
          new JsonValue(Kind.BOOLEAN, source, from, Lexer.endOffset(parser));
      default -> new JsonValue(Kind.NULL, source, from, Lexer.endOffset(parser));
    };
  }

  private static void close(Deque<JsonValue> open, JsonParser parser) {
    int reached = Lexer.startOffset(parser);
    while (!open.isEmpty()) {
      JsonValue container = open.pop();
      container.end = Math.max(container.start, reached);
    }
  }
}
