package dev.whyops.proxy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Finds a provider's credential in what that provider sent back, so that the record does not keep
 * it. Looks at about one byte per length of the key (Horspool's search), so that it costs a call
 * next to nothing.
 */
final class EchoedKey {
  /** Shorter texts would be found by chance. */
  private static final int LENGTH_MIN = 12;

  private static final int SKIP_MAX = 127;

  private final byte[] key;
  private final byte[] skip = new byte[256];

  EchoedKey(String credential) {
    byte[] bytes = credential.getBytes(StandardCharsets.ISO_8859_1);
    key = bytes.length < LENGTH_MIN ? new byte[0] : bytes;
    Arrays.fill(skip, (byte) Math.min(SKIP_MAX, Math.max(1, key.length)));
    for (int i = 0; i < key.length - 1; i++) {
      skip[key[i] & 0xff] = (byte) Math.min(SKIP_MAX, key.length - 1 - i);
    }
  }

  /** Index of the key's first byte, or -1. */
  int indexIn(byte[] bytes, int from, int to) {
    if (key.length == 0) {
      return -1;
    }
    int last = key.length - 1;
    int at = from + last;
    while (at < to) {
      byte b = bytes[at];
      if (b == key[last] && Arrays.equals(bytes, at - last, at + 1, key, 0, key.length)) {
        return at - last;
      }
      at += skip[b & 0xff];
    }
    return -1;
  }

  /** Overwrites the key wherever it stands; the length stays. True when it was there. */
  boolean mask(byte[] bytes, int from, int to) {
    boolean found = false;
    for (int at = indexIn(bytes, from, to); at >= 0; at = indexIn(bytes, at + key.length, to)) {
      Arrays.fill(bytes, at, at + key.length, (byte) '*');
      found = true;
    }
    return found;
  }

  /** How many of the last bytes may be the beginning of the key, which the next part completes. */
  int begunAtEnd(byte[] bytes, int from, int to) {
    int most = Math.min(key.length - 1, to - from);
    for (int length = most; length > 0; length--) {
      if (Arrays.equals(bytes, to - length, to, key, 0, length)) {
        return length;
      }
    }
    return 0;
  }
}
