package dev.whyops.record;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Writes JSON text around pieces that are JSON already, and commas where they belong. */
final class JsonOut {
  private final StringBuilder out = new StringBuilder(512);
  private boolean comma;

  JsonOut open(char bracket) {
    separate();
    out.append(bracket);
    comma = false;
    return this;
  }

  JsonOut close(char bracket) {
    out.append(bracket);
    comma = true;
    return this;
  }

  JsonOut name(String name) {
    separate();
    quote(name);
    out.append(':');
    comma = false;
    return this;
  }

  JsonOut text(@Nullable String value) {
    separate();
    if (value == null) {
      out.append("null");
    } else {
      quote(value);
    }
    return this;
  }

  JsonOut raw(String json) {
    separate();
    out.append(json);
    return this;
  }

  JsonOut member(String name, @Nullable String value) {
    return name(name).text(value);
  }

  JsonOut member(String name, long value) {
    return name(name).raw(Long.toString(value));
  }

  JsonOut member(String name, boolean value) {
    return name(name).raw(Boolean.toString(value));
  }

  /** Left out when null. */
  JsonOut optional(String name, @Nullable String value) {
    return value == null ? this : member(name, value);
  }

  @Override
  public String toString() {
    return out.toString();
  }

  private void separate() {
    if (comma) {
      out.append(',');
    }
    comma = true;
  }

  private void quote(String text) {
    out.append('"');
    int clean = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= ' ' && c != '"' && c != '\\' && !Character.isSurrogate(c)) {
        continue;
      }
      if (Character.isHighSurrogate(c)
          && i + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        i++;
        continue;
      }
      out.append(text, clean, i);
      clean = i + 1;
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        default -> out.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
      }
    }
    out.append(text, clean, text.length()).append('"');
  }
}
