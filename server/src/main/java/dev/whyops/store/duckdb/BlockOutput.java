package dev.whyops.store.duckdb;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Bytes of a block while it is written; small numbers take few of them. One thread. */
final class BlockOutput {
  private byte[] bytes = new byte[1 << 12];
  private int size;

  int size() {
    return size;
  }

  void clear() {
    size = 0;
  }

  /** A number that is seldom negative, seven bits a byte. */
  void number(long n) {
    room(10);
    while ((n & ~0x7fL) != 0) {
      bytes[size++] = (byte) (n | 0x80);
      n >>>= 7;
    }
    bytes[size++] = (byte) n;
  }

  /** A number of either sign. */
  void signed(long n) {
    number(n << 1 ^ n >> 63);
  }

  /** Eight bytes for a number that has no small values. */
  void fixed(long n) {
    room(8);
    for (int shift = 0; shift < 64; shift += 8) {
      bytes[size++] = (byte) (n >>> shift);
    }
  }

  /** Adds a text and tells how many bytes it took. */
  int text(String text) {
    byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
    room(encoded.length);
    System.arraycopy(encoded, 0, bytes, size, encoded.length);
    size += encoded.length;
    return encoded.length;
  }

  void add(BlockOutput other) {
    room(other.size);
    System.arraycopy(other.bytes, 0, bytes, size, other.size);
    size += other.size;
  }

  byte[] toBytes() {
    return Arrays.copyOf(bytes, size);
  }

  private void room(int more) {
    if (bytes.length - size < more) {
      bytes = Arrays.copyOf(bytes, Math.max(Math.addExact(size, more), bytes.length * 2));
    }
  }
}
