package dev.whyops.store.duckdb;

import java.nio.charset.StandardCharsets;

/** Reads what {@link BlockOutput} wrote. One thread. */
final class BlockInput {
  private final byte[] bytes;
  private int at;

  BlockInput(byte[] bytes, int at) {
    this.bytes = bytes;
    this.at = at;
  }

  long number() {
    long n = 0;
    for (int shift = 0; ; shift += 7) {
      byte b = bytes[at++];
      n |= (b & 0x7fL) << shift;
      if (b >= 0) {
        return n;
      }
    }
  }

  int small() {
    return Math.toIntExact(number());
  }

  long signed() {
    long n = number();
    return n >>> 1 ^ -(n & 1);
  }

  long fixed() {
    long n = 0;
    for (int shift = 0; shift < 64; shift += 8) {
      n |= (bytes[at++] & 0xffL) << shift;
    }
    return n;
  }

  /** The text of so many bytes that stands here. */
  String text(int length) {
    String text = new String(bytes, at, length, StandardCharsets.UTF_8);
    at += length;
    return text;
  }
}
