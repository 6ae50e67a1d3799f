package dev.whyops.provider;

import org.jspecify.annotations.Nullable;

/** Writes JSON text piece by piece; lone surrogates are escaped, so that UTF-8 keeps them. */
public final class JsonText {
  private final StringBuilder out = new StringBuilder();
  private boolean first = true;

  /** Opens an object or array. */
  public JsonText open(char bracket) {
    out.append(bracket);
    first = true;
    return this;
  }

  public JsonText close(char bracket) {
    out.append(bracket);
    first = false;
    return this;
  }

  /** Writes a name; its value must follow. */
  public JsonText name(String name) {
    separate();
    quote(name);
    out.append(':');
    first = true;
    return this;
  }

  /** A string, or {@code null}. */
  public JsonText text(@Nullable String value) {
    separate();
    if (value == null) {
      out.append("null");
    } else {
      quote(value);
    }
    return this;
  }

  /** JSON text that is already written. */
  public JsonText raw(String json) {
    separate();
    out.append(json);
    return this;
  }

  /** Separates elements where a bracket follows. */
  public JsonText next() {
    separate();
    first = true;
    return this;
  }

  public JsonText member(String name, @Nullable String value) {
    return name(name).text(value);
  }

  public JsonText memberIfPresent(String name, @Nullable String value) {
    return value == null ? this : name(name).text(value);
  }

  @Override
  public String toString() {
    return out.toString();
  }

  private void separate() {
    if (!first) {
      out.append(',');
    }
    first = false;
  }

  private void quote(String text) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        default -> {
          if (c < 0x20 || isLone(text, i)) {
            out.append(String.format("\\u%04x", (int) c));
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('"');
  }

  private static boolean isLone(String text, int i) {
    char c = text.charAt(i);
    if (Character.isHighSurrogate(c)) {
      return i + 1 == text.length() || !Character.isLowSurrogate(text.charAt(i + 1));
    }
    return Character.isLowSurrogate(c)
        && (i == 0 || !Character.isHighSurrogate(text.charAt(i - 1)));
  }
}
