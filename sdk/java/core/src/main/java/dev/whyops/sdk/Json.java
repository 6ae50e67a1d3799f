package dev.whyops.sdk;

import java.lang.reflect.Array;
import java.lang.reflect.RecordComponent;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Writes whatever the host hands over as JSON: maps, iterables, arrays, records, text, numbers.
 * What has no JSON form becomes its text, of at most 1,000 characters. Always valid, depth at most
 * 60, never throws because of a value.
 */
final class Json {
  private static final int DEPTH_MAX = 60;
  private static final int TEXT_MAX = 1_000;
  private static final String HEX = "0123456789abcdef";

  private Json() {}

  static String write(@Nullable Object value) {
    StringBuilder out = new StringBuilder(256);
    write(out, value, 0);
    return out.toString();
  }

  private static void write(StringBuilder out, @Nullable Object value, int depth) {
    int start = out.length();
    try {
      writeUnguarded(out, value, depth);
    } catch (RuntimeException | ReflectiveOperationException failingValue) {
      // A value whose own methods fail, or that changed while it was read.
      out.setLength(start);
      writeText(out, "<" + (value == null ? "null" : value.getClass().getSimpleName()) + ">");
    }
  }

  private static void writeUnguarded(StringBuilder out, @Nullable Object value, int depth)
      throws ReflectiveOperationException {
    if (value == null || value instanceof Boolean) {
      out.append(value);
    } else if (value instanceof CharSequence text) {
      writeText(out, text);
    } else if (value instanceof Number number) {
      writeNumber(out, number);
    } else if (depth >= DEPTH_MAX) {
      writeText(out, "[deeper levels left out]");
    } else if (value instanceof Map<?, ?> map) {
      writeMap(out, map, depth);
    } else if (value instanceof Iterable<?> items) {
      writeItems(out, items, depth);
    } else if (value instanceof Optional<?> optional) {
      write(out, optional.orElse(null), depth + 1);
    } else if (value instanceof byte[] bytes) {
      writeText(out, Base64.getEncoder().encodeToString(bytes));
    } else if (value.getClass().isArray()) {
      writeArray(out, value, depth);
    } else if (value instanceof Record) {
      writeRecord(out, value, depth);
    } else {
      String text = String.valueOf(value);
      writeText(out, text.length() > TEXT_MAX ? text.substring(0, TEXT_MAX) : text);
    }
  }

  private static void writeNumber(StringBuilder out, Number number) {
    if (number instanceof Double || number instanceof Float) {
      double value = number.doubleValue();
      if (Double.isNaN(value) || Double.isInfinite(value)) {
        writeText(out, String.valueOf(value));
        return;
      }
      if (value == Math.rint(value) && Math.abs(value) < 1e15) {
        out.append((long) value);
        return;
      }
    }
    out.append(number);
  }

  private static void writeMap(StringBuilder out, Map<?, ?> map, int depth) {
    out.append('{');
    boolean first = true;
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      if (!first) {
        out.append(',');
      }
      first = false;
      writeText(out, String.valueOf(entry.getKey()));
      out.append(':');
      write(out, entry.getValue(), depth + 1);
    }
    out.append('}');
  }

  private static void writeItems(StringBuilder out, Iterable<?> items, int depth) {
    out.append('[');
    boolean first = true;
    for (Object item : items) {
      if (!first) {
        out.append(',');
      }
      first = false;
      write(out, item, depth + 1);
    }
    out.append(']');
  }

  private static void writeArray(StringBuilder out, Object array, int depth) {
    out.append('[');
    for (int index = 0; index < Array.getLength(array); index++) {
      if (index > 0) {
        out.append(',');
      }
      write(out, Array.get(array, index), depth + 1);
    }
    out.append(']');
  }

  private static void writeRecord(StringBuilder out, Object record, int depth)
      throws ReflectiveOperationException {
    out.append('{');
    boolean first = true;
    for (RecordComponent component : record.getClass().getRecordComponents()) {
      if (!first) {
        out.append(',');
      }
      first = false;
      writeText(out, component.getName());
      out.append(':');
      var accessor = component.getAccessor();
      accessor.setAccessible(true);
      write(out, accessor.invoke(record), depth + 1);
    }
    out.append('}');
  }

  /** ASCII only, so that half a surrogate pair is still valid JSON in valid UTF-8. */
  private static void writeText(StringBuilder out, CharSequence text) {
    out.append('"');
    for (int index = 0; index < text.length(); index++) {
      char character = text.charAt(index);
      switch (character) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        default -> {
          if (character >= 0x20 && character < 0x7f) {
            out.append(character);
          } else {
            out.append("\\u")
                .append(HEX.charAt(character >> 12))
                .append(HEX.charAt(character >> 8 & 15))
                .append(HEX.charAt(character >> 4 & 15))
                .append(HEX.charAt(character & 15));
          }
        }
      }
    }
    out.append('"');
  }
}
