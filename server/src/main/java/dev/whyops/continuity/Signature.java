package dev.whyops.continuity;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * An invisible signature: {@code U+2063}, 92 symbols of two bits each, {@code U+2063}. The bits are
 * a version, the trace's reference and the start of a MAC over both under the project's key, so
 * that only what this project signed is ever believed.
 */
final class Signature {
  static final char EDGE = '\u2063';
  static final int SYMBOLS = 92;
  static final int CHARS = SYMBOLS + 2;
  static final int PAYLOAD_BYTES = SYMBOLS / 4;

  private static final char[] ALPHABET = {'\u200B', '\u200C', '\u200D', '\u2060'};
  private static final byte VERSION = 1;
  private static final int SIGNED_BYTES = 1 + TraceRef.BYTES;

  private Signature() {}

  /** The value of a symbol, or -1 for any other character. */
  static int value(int character) {
    return switch (character) {
      case '\u200B' -> 0;
      case '\u200C' -> 1;
      case '\u200D' -> 2;
      case '\u2060' -> 3;
      default -> -1;
    };
  }

  static String encode(byte[] key, TraceRef trace) {
    ByteBuffer payload = ByteBuffer.allocate(PAYLOAD_BYTES);
    payload.put(VERSION);
    trace.write(payload);
    byte[] mac = mac(key, payload.array());
    payload.put(mac, 0, PAYLOAD_BYTES - SIGNED_BYTES);
    StringBuilder text = new StringBuilder(CHARS).append(EDGE);
    for (byte b : payload.array()) {
      for (int shift = 6; shift >= 0; shift -= 2) {
        text.append(ALPHABET[b >>> shift & 3]);
      }
    }
    return text.append(EDGE).toString();
  }

  /** The trace that a payload names; null when another key, or nobody, signed it. */
  static @Nullable TraceRef verify(byte[] key, byte[] payload) {
    if (payload.length != PAYLOAD_BYTES || payload[0] != VERSION) {
      return null;
    }
    byte[] expected = Arrays.copyOf(mac(key, payload), PAYLOAD_BYTES - SIGNED_BYTES);
    byte[] claimed = Arrays.copyOfRange(payload, SIGNED_BYTES, PAYLOAD_BYTES);
    return MessageDigest.isEqual(expected, claimed)
        ? TraceRef.read(ByteBuffer.wrap(payload, 1, TraceRef.BYTES))
        : null;
  }

  private static byte[] mac(byte[] key, byte[] payload) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      mac.update(payload, 0, SIGNED_BYTES);
      return mac.doFinal();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JVM has HMAC-SHA-256", e);
    }
  }
}
