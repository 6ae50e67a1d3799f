package dev.whyops.why.view;

import dev.whyops.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.TokenStreamContext;

/** Walks the scalars of a JSON text in order, keeping the text of numbers. Linear in the text. */
public final class Leaves {
  private Leaves() {}

  /**
   * All leaves of an object or array, {@code limit} at most; empty when the text is no JSON object
   * or array.
   */
  public static Optional<List<Leaf>> of(String text, int limit) {
    String start = text.stripLeading();
    if (start.isEmpty() || (start.charAt(0) != '{' && start.charAt(0) != '[')) {
      return Optional.empty();
    }
    List<Leaf> leaves = new ArrayList<>();
    try (JsonParser in = Json.mapper().createParser(text)) {
      for (JsonToken token = in.nextToken(); token != null; token = in.nextToken()) {
        Leaf.Kind kind = kind(token);
        if (kind != null && leaves.size() < limit) {
          TokenStreamContext at = in.streamReadContext();
          leaves.add(new Leaf(path(at), key(at), kind, in.getString()));
        }
      }
    } catch (JacksonException e) {
      return Optional.empty();
    }
    return Optional.of(leaves);
  }

  /** A member's step in a path. */
  public static String member(String name) {
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (!Character.isLetterOrDigit(c) && c != '_' && c != '-') {
        return "['" + name.replace("\\", "\\\\").replace("'", "\\'") + "']";
      }
    }
    return name.isEmpty() ? "['']" : "." + name;
  }

  /** A path with every index replaced, so that equal places of lists are one. */
  public static String shape(String path) {
    StringBuilder shape = new StringBuilder(path.length());
    for (int i = 0; i < path.length(); i++) {
      char c = path.charAt(i);
      shape.append(c);
      if (c == '[') {
        int end = i + 1;
        while (end < path.length() && Character.isDigit(path.charAt(end))) {
          end++;
        }
        if (end > i + 1 && end < path.length() && path.charAt(end) == ']') {
          shape.append('*');
          i = end - 1;
        }
      }
    }
    return shape.toString();
  }

  private static Leaf.@Nullable Kind kind(JsonToken token) {
    return switch (token) {
      case VALUE_STRING -> Leaf.Kind.STRING;
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> Leaf.Kind.NUMBER;
      case VALUE_TRUE, VALUE_FALSE -> Leaf.Kind.BOOLEAN;
      case VALUE_NULL -> Leaf.Kind.NULL;
      default -> null;
    };
  }

  private static String path(TokenStreamContext at) {
    List<String> steps = new ArrayList<>();
    for (TokenStreamContext c = at; c != null && !c.inRoot(); c = c.getParent()) {
      steps.add(
          c.inArray()
              ? "[" + c.getCurrentIndex() + "]"
              : member(c.currentName() == null ? "" : c.currentName()));
    }
    StringBuilder path = new StringBuilder("$");
    for (String step : steps.reversed()) {
      path.append(step);
    }
    return path.toString();
  }

  private static @Nullable String key(TokenStreamContext at) {
    for (TokenStreamContext c = at; c != null && !c.inRoot(); c = c.getParent()) {
      if (c.inObject()) {
        return c.currentName();
      }
    }
    return null;
  }
}
