package dev.whyops.store.duckdb;

import dev.whyops.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;

/**
 * A text that is looked for in JSON, in either case and as clients write it there: plain or with
 * escapes. Letters outside ASCII may stand as themselves or as numbers. Thread-safe.
 *
 * <p>ASCII alone is found with the shifts of Horspool (Software: Practice and Experience 10, 1980),
 * which looks at few of the bytes.
 */
final class Needle {
  private static final byte[] FOLD = new byte[256];

  static {
    for (int b = 0; b < FOLD.length; b++) {
      FOLD[b] = (byte) (b >= 'A' && b <= 'Z' ? b + 32 : b);
    }
  }

  /** Per character the ways to write it; the bytes are folded. */
  private final byte[][][] units;

  private final boolean[] starts = new boolean[256];
  private final byte[] plain;
  private final int[] shifts = new int[256];

  Needle(String text) {
    units = text.codePoints().mapToObj(Needle::spellings).toArray(byte[][][]::new);
    if (units.length > 0) {
      for (byte[] spelling : units[0]) {
        starts[spelling[0] & 0xff] = true;
      }
    }
    boolean ascii = text.chars().allMatch(c -> c < 0x80);
    plain = ascii ? joined(units) : new byte[0];
    Arrays.fill(shifts, Math.max(1, plain.length));
    for (int i = 0; i + 1 < plain.length; i++) {
      shifts[plain[i] & 0xff] = plain.length - 1 - i;
    }
  }

  private static byte[][] spellings(int codePoint) {
    String lower = Character.toString(codePoint).toLowerCase(Locale.ROOT);
    String upper = lower.toUpperCase(Locale.ROOT);
    Set<String> ways = new LinkedHashSet<>();
    for (String letter : new String[] {lower, upper}) {
      String quoted = Json.mapper().writeValueAsString(letter);
      ways.add(quoted.substring(1, quoted.length() - 1));
      if (codePoint >= 0x80) {
        StringBuilder escaped = new StringBuilder();
        letter.chars().forEach(c -> escaped.append(String.format(Locale.ROOT, "\\u%04x", c)));
        ways.add(escaped.toString());
      }
    }
    return ways.stream().map(Needle::folded).toArray(byte[][]::new);
  }

  private static byte[] folded(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = FOLD[bytes[i] & 0xff];
    }
    return bytes;
  }

  private static byte[] joined(byte[][][] units) {
    byte[] all = new byte[Arrays.stream(units).mapToInt(unit -> unit[0].length).sum()];
    int at = 0;
    for (byte[][] unit : units) {
      System.arraycopy(unit[0], 0, all, at, unit[0].length);
      at += unit[0].length;
    }
    return all;
  }

  /** Whether it stands between the two places. */
  boolean isIn(byte[] bytes, int from, int to) {
    if (units.length == 0) {
      return true;
    }
    return plain.length > 0 ? isPlainIn(bytes, from, to) : isSpelledIn(bytes, from, to);
  }

  private boolean isPlainIn(byte[] bytes, int from, int to) {
    int last = plain.length - 1;
    int at = from;
    while (at + last < to) {
      byte end = FOLD[bytes[at + last] & 0xff];
      if (end == plain[last] && matches(plain, bytes, at, to)) {
        return true;
      }
      at += shifts[end & 0xff];
    }
    return false;
  }

  private boolean isSpelledIn(byte[] bytes, int from, int to) {
    for (int at = from; at < to; at++) {
      if (starts[FOLD[bytes[at] & 0xff] & 0xff] && isSpelledAt(bytes, at, to)) {
        return true;
      }
    }
    return false;
  }

  private boolean isSpelledAt(byte[] bytes, int from, int to) {
    int at = from;
    for (byte[][] unit : units) {
      int length = 0;
      for (byte[] spelling : unit) {
        if (length == 0 && matches(spelling, bytes, at, to)) {
          length = spelling.length;
        }
      }
      if (length == 0) {
        return false;
      }
      at += length;
    }
    return true;
  }

  private static boolean matches(byte[] text, byte[] bytes, int at, int to) {
    if (at + text.length > to) {
      return false;
    }
    for (int i = 0; i < text.length; i++) {
      if (FOLD[bytes[at + i] & 0xff] != text[i]) {
        return false;
      }
    }
    return true;
  }
}
