package dev.whyops.provider;

import java.util.Set;
import java.util.function.Consumer;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.exc.StreamConstraintsException;

/**
 * Walks the members of a large JSON object without holding it: each value is read, walked or
 * skipped where it stands. A damaged end is noted; what came before was told.
 */
public final class JsonMembers {
  /** Gets each member in order. */
  public interface Visitor {
    void member(String name, JsonMembers at);
  }

  private final byte[] source;
  private final JsonParser parser;
  private final Set<String> notes;
  private boolean taken;

  private JsonMembers(byte[] source, JsonParser parser, Set<String> notes) {
    this.source = source;
    this.parser = parser;
    this.notes = notes;
  }

  /** Walks {@code body}; notes {@link Notes#UNPARSED} when it is no JSON object. */
  public static void walk(byte[] body, Set<String> notes, Visitor visitor) {
    if (body.length == 0 || !Utf8.looksLikeText(body)) {
      notes.add(Notes.UNPARSED);
      return;
    }
    byte[] text = Utf8.repaired(body, notes);
    try (JsonParser parser = Lexer.open(text)) {
      new JsonMembers(text, parser, notes).walk(visitor);
    } catch (JacksonException e) {
      notes.add(Notes.UNPARSED);
    }
  }

  /** Reads the member's value whole. */
  public JsonValue value() {
    taken = true;
    int notesBefore = notes.size();
    JsonValue value = JsonValue.read(parser, source, notes);
    if (notes.size() > notesBefore) {
      throw new Stop();
    }
    return value;
  }

  /**
   * Hands over the elements of an array one by one, so that only one is held; any other value is
   * handed over as a single one.
   */
  public void elements(Consumer<JsonValue> each) {
    if (parser.currentToken() != JsonToken.START_ARRAY) {
      each.accept(value());
      return;
    }
    taken = true;
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      if (parser.currentToken() == null) {
        throw Lexer.endedEarly();
      }
      int notesBefore = notes.size();
      JsonValue value = JsonValue.read(parser, source, notes);
      each.accept(value);
      if (notes.size() > notesBefore) {
        throw new Stop();
      }
    }
  }

  /** True when the member's value is an array. */
  public boolean isArray() {
    return parser.currentToken() == JsonToken.START_ARRAY;
  }

  private void walk(Visitor visitor) {
    try {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        notes.add(Notes.UNPARSED);
        return;
      }
      while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
        String name = parser.currentName();
        parser.nextToken();
        taken = false;
        visitor.member(name, this);
        if (!taken) {
          parser.skipChildren();
        }
      }
    } catch (Stop e) {
      // The reader has noted why nothing more can be read.
    } catch (StreamConstraintsException e) {
      notes.add(Lexer.note(parser));
    } catch (JacksonException e) {
      notes.add(Notes.UNPARSED);
    }
  }

  /** Ends a walk inside a value that could not be read to its end. */
  private static final class Stop extends RuntimeException {
    private static final long serialVersionUID = 1;

    Stop() {
      super(null, null, false, false);
    }
  }
}
