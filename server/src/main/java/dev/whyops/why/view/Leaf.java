package dev.whyops.why.view;

import org.jspecify.annotations.Nullable;

/**
 * A scalar inside a JSON text.
 *
 * @param path such as {@code $.items[0].id}
 * @param key name of the nearest member around it; null at the top
 * @param text a string's value, or the lexeme of a number, {@code true}, {@code false}, {@code
 *     null}
 */
public record Leaf(String path, @Nullable String key, Kind kind, String text) {
  /** Kinds of scalars. */
  public enum Kind {
    STRING,
    NUMBER,
    BOOLEAN,
    NULL
  }
}
