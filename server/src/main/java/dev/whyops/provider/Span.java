package dev.whyops.provider;

import java.util.Arrays;

/** Bytes {@code start} (inclusive) to {@code end} (exclusive) of a decoded body. */
public record Span(int start, int end) {
  public Span {
    if (start < 0 || end < start) {
      throw new IllegalArgumentException("span " + start + "-" + end);
    }
  }

  public int length() {
    return end - start;
  }

  /** A copy of the bytes that the span covers. */
  public byte[] of(byte[] body) {
    return Arrays.copyOfRange(body, start, end);
  }
}
