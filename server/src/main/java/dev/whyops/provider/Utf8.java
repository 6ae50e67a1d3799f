package dev.whyops.provider;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/** What is and is not UTF-8 in a captured copy. */
final class Utf8 {
  private Utf8() {}

  static boolean hasByteOrderMark(byte[] text) {
    return text.length >= 3
        && text[0] == (byte) 0xEF
        && text[1] == (byte) 0xBB
        && text[2] == (byte) 0xBF;
  }

  /** False for UTF-16 and UTF-32, which are not read. */
  static boolean looksLikeText(byte[] text) {
    for (int i = 0; i < Math.min(4, text.length); i++) {
      if (text[i] == 0 || text[i] == (byte) 0xFE || text[i] == (byte) 0xFF) {
        return false;
      }
    }
    return true;
  }

  /**
   * The same bytes when they are UTF-8; else a copy of the same length with {@code ?} for every
   * byte that is not, so that offsets hold.
   */
  static byte[] repaired(byte[] text, Set<String> notes) {
    if (isAscii(text)) {
      return text;
    }
    CharsetDecoder decoder =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    ByteBuffer in = ByteBuffer.wrap(text);
    CharBuffer out = CharBuffer.allocate(Math.clamp(text.length, 16, 8 * 1024));
    byte[] repaired = text;
    while (true) {
      CoderResult result = decoder.decode(in, out, true);
      out.clear();
      if (result.isUnderflow()) {
        return repaired;
      }
      if (result.isError()) {
        if (repaired == text) {
          repaired = text.clone();
          notes.add(Notes.INVALID_UTF8);
        }
        for (int i = 0; i < result.length(); i++) {
          repaired[in.position()] = '?';
          in.position(in.position() + 1);
        }
      }
    }
  }

  private static boolean isAscii(byte[] text) {
    int high = 0;
    for (byte one : text) {
      high |= one;
    }
    return high >= 0;
  }
}
