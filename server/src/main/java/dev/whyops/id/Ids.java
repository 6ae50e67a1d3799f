package dev.whyops.id;

import java.time.Clock;
import java.util.Arrays;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Makes ids: a prefix and 20 characters of Crockford base32 over 96 bits, 48 of milliseconds and 48
 * random ones. Ids of one prefix sort by the time they were made.
 *
 * <p>Thread-safe when its random source is ({@code SecureRandom} is).
 */
public final class Ids {
  private static final char[] ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ".toCharArray();
  private static final int[] VALUES = values();
  private static final int CHARACTERS = 20;
  private static final int BITS_BYTES = 12;

  private final Clock clock;
  private final RandomGenerator random;

  public Ids(Clock clock, RandomGenerator random) {
    this.clock = clock;
    this.random = random;
  }

  /** A new id, for instance {@code prj_} and its 20 characters. */
  public String next(String prefix) {
    byte[] bits = new byte[BITS_BYTES];
    long millis = clock.millis();
    long noise = random.nextLong();
    for (int i = 0; i < 6; i++) {
      bits[i] = (byte) (millis >>> (40 - 8 * i));
      bits[6 + i] = (byte) (noise >>> (40 - 8 * i));
    }
    return encode(prefix, bits);
  }

  /** The id whose 96 bits these are. */
  public static String encode(String prefix, byte[] bits) {
    if (bits.length != BITS_BYTES) {
      throw new IllegalArgumentException("an id has 96 bits, not " + 8 * bits.length);
    }
    StringBuilder text = new StringBuilder(prefix.length() + CHARACTERS).append(prefix);
    int buffer = 0;
    int bitCount = 4; // 20 characters hold 100 bits: the first four are zero
    for (byte b : bits) {
      buffer = (buffer << 8) | (b & 0xff);
      bitCount += 8;
      while (bitCount >= 5) {
        bitCount -= 5;
        text.append(ALPHABET[(buffer >>> bitCount) & 31]);
      }
    }
    return text.toString();
  }

  /** The 96 bits of an id that {@link #encode} made; empty for any other text. */
  public static Optional<byte[]> decode(String prefix, String id) {
    if (id.length() != prefix.length() + CHARACTERS || !id.startsWith(prefix)) {
      return Optional.empty();
    }
    byte[] bits = new byte[BITS_BYTES];
    int buffer = 0;
    int bitCount = -4;
    int at = 0;
    for (int i = prefix.length(); i < id.length(); i++) {
      char c = id.charAt(i);
      int value = c < VALUES.length ? VALUES[c] : -1;
      if (value < 0 || (i == prefix.length() && value > 1)) {
        return Optional.empty();
      }
      buffer = (buffer << 5) | value;
      bitCount += 5;
      if (bitCount >= 8) {
        bitCount -= 8;
        bits[at++] = (byte) (buffer >>> bitCount);
      }
    }
    return Optional.of(bits);
  }

  private static int[] values() {
    int[] values = new int[128];
    Arrays.fill(values, -1);
    for (int i = 0; i < ALPHABET.length; i++) {
      values[ALPHABET[i]] = i;
    }
    return values;
  }
}
