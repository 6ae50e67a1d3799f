package dev.whyops.journal;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Builds the body of a frame: numbers as zig-zag varints, texts and bytes by length, absent values
 * by one byte. What was written in an order is read in the same order by {@link BodyReader}.
 */
public final class BodyWriter {
  private byte[] buffer;
  private int size;

  public BodyWriter(int expectedBytes) {
    buffer = new byte[Math.max(64, expectedBytes)];
  }

  public BodyWriter put(long value) {
    return unsigned((value << 1) ^ (value >> 63));
  }

  public BodyWriter put(boolean value) {
    return put(value ? 1 : 0);
  }

  public BodyWriter put(Enum<?> value) {
    return put(value.ordinal());
  }

  /** Eight bytes, for values whose bits are all in use, such as halves of a UUID. */
  public BodyWriter fixed(long value) {
    room(8);
    for (int shift = 56; shift >= 0; shift -= 8) {
      buffer[size++] = (byte) (value >>> shift);
    }
    return this;
  }

  public BodyWriter put(@Nullable String value) {
    return put(value == null ? null : value.getBytes(StandardCharsets.UTF_8));
  }

  public BodyWriter put(@Nullable Long value) {
    if (value == null) {
      return put(false);
    }
    return put(true).put(value.longValue());
  }

  public BodyWriter put(@Nullable Integer value) {
    return put(value == null ? null : Long.valueOf(value));
  }

  public BodyWriter put(byte @Nullable [] value) {
    if (value == null) {
      return unsigned(0);
    }
    unsigned(value.length + 1L);
    room(value.length);
    System.arraycopy(value, 0, buffer, size, value.length);
    size += value.length;
    return this;
  }

  public byte[] bytes() {
    return Arrays.copyOf(buffer, size);
  }

  public int size() {
    return size;
  }

  private BodyWriter unsigned(long value) {
    room(10);
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      buffer[size++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    buffer[size++] = (byte) rest;
    return this;
  }

  private void room(int bytes) {
    if (size + bytes > buffer.length) {
      buffer = Arrays.copyOf(buffer, Math.max(buffer.length * 2, size + bytes));
    }
  }
}
