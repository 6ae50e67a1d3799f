package dev.whyops.journal;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads what {@link BodyWriter} wrote, in the same order.
 *
 * <p>A body has passed its checksum, so a failure here means a bug or a foreign version: all
 * methods then throw {@link JournalException} {@code bad_frame}.
 */
public final class BodyReader {
  private final byte[] body;
  private int at;

  public BodyReader(byte[] body) {
    this.body = body;
  }

  public long number() {
    long value = unsigned();
    return (value >>> 1) ^ -(value & 1);
  }

  public int count() {
    long number = number();
    if (number != (int) number) {
      throw bad();
    }
    return (int) number;
  }

  /** How many elements follow; each of them takes a byte at least, so that no size is absurd. */
  public int size() {
    int size = count();
    if (size < 0 || size > body.length - at) {
      throw bad();
    }
    return size;
  }

  /** Seconds since 1970, then nanoseconds. */
  public Instant instant() {
    try {
      return Instant.ofEpochSecond(number(), number());
    } catch (DateTimeException | ArithmeticException e) {
      throw bad();
    }
  }

  public boolean flag() {
    return number() != 0;
  }

  public <E> E choice(E[] all) {
    int ordinal = count();
    if (ordinal < 0 || ordinal >= all.length) {
      throw bad();
    }
    return all[ordinal];
  }

  public long fixed() {
    require(8);
    long value = 0;
    for (int i = 0; i < 8; i++) {
      value = value << 8 | body[at++] & 0xFF;
    }
    return value;
  }

  public @Nullable String textOrNull() {
    int length = length();
    if (length < 0) {
      return null;
    }
    String text = new String(body, at, length, StandardCharsets.UTF_8);
    at += length;
    return text;
  }

  public String text() {
    String text = textOrNull();
    if (text == null) {
      throw bad();
    }
    return text;
  }

  public @Nullable Long longOrNull() {
    return flag() ? number() : null;
  }

  public @Nullable Integer intOrNull() {
    return flag() ? Integer.valueOf(count()) : null;
  }

  public byte[] bytes() {
    int length = length();
    if (length < 0) {
      throw bad();
    }
    at += length;
    return Arrays.copyOfRange(body, at - length, at);
  }

  private int length() {
    long coded = unsigned();
    if (coded == 0) {
      return -1;
    }
    if (coded < 0 || coded - 1 > body.length - at) { // below 0: beyond 63 bits
      throw bad();
    }
    return (int) (coded - 1);
  }

  private long unsigned() {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      require(1);
      byte b = body[at++];
      value |= (long) (b & 0x7F) << shift;
      if (b >= 0) {
        return value;
      }
    }
    throw bad();
  }

  private void require(int bytes) {
    if (body.length - at < bytes) {
      throw bad();
    }
  }

  private static JournalException bad() {
    return new JournalException("bad_frame", "a journal frame holds something unknown");
  }
}
