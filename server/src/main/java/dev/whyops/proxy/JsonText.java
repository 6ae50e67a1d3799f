package dev.whyops.proxy;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Decodes the escapes of one JSON string. */
final class JsonText {
  private JsonText() {}

  /** The text between the quotes of a string literal; null when an escape is malformed. */
  static @Nullable String unquote(byte[] literal) {
    return unescape(literal, 1, literal.length - 1);
  }

  /** Index after the first slash of a string literal that has one, however it is written. */
  static int afterSlash(byte[] literal) {
    for (int i = 1; i < literal.length; i++) {
      if (literal[i] == '/') {
        return i + 1;
      }
      if (literal[i] == '\\') {
        StringBuilder decoded = new StringBuilder();
        int length = escape(literal, i + 1, literal.length, decoded);
        if (decoded.toString().equals("/")) {
          return i + 1 + length;
        }
        i += Math.max(1, length);
      }
    }
    throw new IllegalArgumentException("no slash");
  }

  /** Null when an escape is malformed. */
  static @Nullable String unescape(byte[] bytes, int from, int to) {
    int backslash = from;
    while (backslash < to && bytes[backslash] != '\\') {
      backslash++;
    }
    if (backslash == to) {
      return new String(bytes, from, to - from, StandardCharsets.UTF_8);
    }
    StringBuilder text = new StringBuilder();
    ByteArrayOutputStream plain = new ByteArrayOutputStream();
    int i = from;
    while (i < to) {
      if (bytes[i] != '\\') {
        plain.write(bytes[i++]);
        continue;
      }
      text.append(plain.toString(StandardCharsets.UTF_8));
      plain.reset();
      int length = escape(bytes, i + 1, to, text);
      if (length < 0) {
        return null;
      }
      i += 1 + length;
    }
    return text.append(plain.toString(StandardCharsets.UTF_8)).toString();
  }

  /** Appends what stands after a backslash; answers its length, or -1. */
  private static int escape(byte[] bytes, int at, int to, StringBuilder text) {
    if (at >= to) {
      return -1;
    }
    if (bytes[at] == 'u') {
      return unicode(bytes, at + 1, to, text);
    }
    int which = "\"\\/bfnrt".indexOf(bytes[at]);
    if (which < 0) {
      return -1;
    }
    text.append("\"\\/\b\f\n\r\t".charAt(which));
    return 1;
  }

  private static int unicode(byte[] bytes, int at, int to, StringBuilder text) {
    if (at + 4 > to) {
      return -1;
    }
    int code = 0;
    for (int i = at; i < at + 4; i++) {
      int digit = Character.digit(bytes[i], 16);
      if (digit < 0) {
        return -1;
      }
      code = code << 4 | digit;
    }
    text.append((char) code);
    return 5;
  }
}
