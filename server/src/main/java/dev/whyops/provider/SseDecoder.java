package dev.whyops.provider;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/**
 * Splits a byte stream into server-sent events by the rules of the WHATWG HTML standard, "parsing
 * an event stream": LF, CR and CRLF end a line, also when cut between them; one byte order mark is
 * dropped; comments, {@code id} and {@code retry} change nothing that is told here.
 *
 * <p>One thing is different: an event that the end of the stream cuts off is told all the same, by
 * {@link #finish}, with {@link Event#unfinished}. Linear in the bytes, and no more than {@link
 * #EVENT_MAX_BYTES} of an event are held. Not thread-safe.
 */
public final class SseDecoder {
  /** Data of one event beyond this is dropped and {@link Event#truncated} set. */
  public static final int EVENT_MAX_BYTES = 1 << 20;

  private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

  /**
   * One event.
   *
   * @param name of its {@code event} field; {@code message} without one
   * @param data lines joined by LF, as the bytes came
   * @param truncated data was longer than is held
   * @param unfinished the stream ended before the blank line
   */
  public record Event(String name, byte[] data, boolean truncated, boolean unfinished) {}

  private final Consumer<Event> sink;
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();
  private final ByteArrayOutputStream data = new ByteArrayOutputStream();
  private String name = "";
  private boolean hasData;
  private boolean truncated;
  private boolean afterCr;
  private int markBytes;

  public SseDecoder(Consumer<Event> sink) {
    this.sink = sink;
  }

  public void accept(byte[] bytes) {
    accept(bytes, 0, bytes.length);
  }

  /** Takes the next bytes, cut anywhere. */
  public void accept(byte[] bytes, int from, int to) {
    int position = skipByteOrderMark(bytes, from, to);
    int lineStart = position;
    while (position < to) {
      byte b = bytes[position];
      if (b == '\n' && afterCr) {
        afterCr = false;
        lineStart = position + 1;
      } else if (b == '\n' || b == '\r') {
        keep(bytes, lineStart, position);
        endLine();
        afterCr = b == '\r';
        lineStart = position + 1;
      } else {
        afterCr = false;
      }
      position++;
    }
    keep(bytes, lineStart, to);
  }

  /** Ends the stream. One that ends within a byte order mark holds no event. */
  public void finish() {
    if (line.size() > 0) {
      endLine();
    }
    if (hasData) {
      dispatch(true);
    }
  }

  private int skipByteOrderMark(byte[] bytes, int from, int to) {
    int position = from;
    while (markBytes < BYTE_ORDER_MARK.length && position < to) {
      if (bytes[position] != BYTE_ORDER_MARK[markBytes]) {
        // No mark after all: what looked like one belongs to the first line.
        int seen = markBytes;
        markBytes = BYTE_ORDER_MARK.length;
        keep(BYTE_ORDER_MARK, 0, seen);
        return position;
      }
      markBytes++;
      position++;
    }
    return position;
  }

  private void keep(byte[] bytes, int from, int to) {
    int room = EVENT_MAX_BYTES + 16 - line.size();
    if (to - from > room) {
      truncated = true;
    }
    line.write(bytes, from, Math.clamp(to - from, 0, Math.max(0, room)));
  }

  private void endLine() {
    byte[] text = line.toByteArray();
    line.reset();
    if (text.length == 0) {
      dispatch(false);
      return;
    }
    int colon = 0;
    while (colon < text.length && text[colon] != ':') {
      colon++;
    }
    int value = Math.min(colon + 1, text.length);
    if (value < text.length && text[value] == ' ') {
      value++;
    }
    if (is(text, colon, "data")) {
      addData(text, value);
    } else if (is(text, colon, "event")) {
      name = new String(text, value, text.length - value, StandardCharsets.UTF_8);
    }
  }

  private void addData(byte[] text, int from) {
    if (hasData) {
      data.write('\n');
    }
    hasData = true;
    int room = EVENT_MAX_BYTES - data.size();
    if (text.length - from > room) {
      truncated = true;
    }
    data.write(text, from, Math.clamp(text.length - from, 0, Math.max(0, room)));
  }

  private void dispatch(boolean unfinished) {
    if (hasData) {
      String type = name.isEmpty() ? "message" : name;
      sink.accept(new Event(type, data.toByteArray(), truncated, unfinished));
    }
    name = "";
    hasData = false;
    truncated = false;
    data.reset();
  }

  private static boolean is(byte[] text, int length, String field) {
    if (length != field.length()) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (text[i] != field.charAt(i)) {
        return false;
      }
    }
    return true;
  }
}
