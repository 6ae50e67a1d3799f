package dev.whyops.gateway;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/**
 * Collects a body. Grows with what comes and never beyond a length that was announced, so that the
 * whole needs no further copy.
 */
final class BodyBytes {
  private static final int FIRST = 2_048;
  private static final byte[] NONE = new byte[0];

  private final int announced;
  private byte[] bytes = NONE;
  private int size;

  /**
   * @param announced 0 where no length was
   */
  BodyBytes(int announced) {
    this.announced = announced;
  }

  int size() {
    return size;
  }

  void append(ByteBuf part) {
    int length = part.readableBytes();
    if (size + length > bytes.length) {
      int grown = Math.max(size + length, Math.max(FIRST, 2 * bytes.length));
      bytes = Arrays.copyOf(bytes, size + length <= announced ? Math.min(grown, announced) : grown);
    }
    part.getBytes(part.readerIndex(), bytes, size, length);
    size += length;
  }

  /** The whole body, which is not held here any longer. */
  byte[] take() {
    byte[] whole = size == bytes.length ? bytes : Arrays.copyOf(bytes, size);
    bytes = NONE;
    size = 0;
    return whole;
  }
}
