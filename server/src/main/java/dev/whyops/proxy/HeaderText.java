package dev.whyops.proxy;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Reads and checks texts that users put into headers. */
final class HeaderText {
  private static final int TRACE_ID_LENGTH_MAX = 200;

  private HeaderText() {}

  /** The codec made one character of each byte; null when the bytes are no UTF-8. */
  static @Nullable String utf8(String latin1) {
    for (int i = 0; i < latin1.length(); i++) {
      if (latin1.charAt(i) >= 0x80) {
        return strictUtf8(latin1.getBytes(StandardCharsets.ISO_8859_1));
      }
    }
    return latin1;
  }

  private static @Nullable String strictUtf8(byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      return null;
    }
  }

  /** Null when an escape is malformed or the result is no UTF-8. */
  static @Nullable String percentDecoded(String text) {
    byte[] bytes = new byte[text.length()];
    int length = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '%') {
        int high = i + 2 < text.length() ? Character.digit(text.charAt(i + 1), 16) : -1;
        int low = high < 0 ? -1 : Character.digit(text.charAt(i + 2), 16);
        if (low < 0) {
          return null;
        }
        bytes[length++] = (byte) (high << 4 | low);
        i += 2;
      } else {
        bytes[length++] = (byte) c;
      }
    }
    return strictUtf8(java.util.Arrays.copyOf(bytes, length));
  }

  /** Visible ASCII, and not a name that paths give a meaning to. */
  static boolean isTraceId(String text) {
    if (text.isEmpty() || text.length() > TRACE_ID_LENGTH_MAX) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) <= ' ' || text.charAt(i) >= 0x7f) {
        return false;
      }
    }
    return !text.equals(".") && !text.equals("..");
  }
}
