package dev.whyops.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The head of a provider's answer as bytes and the places of its parts, so that headers go on
 * without becoming objects. One instance serves all answers of a connection, one after the other.
 */
final class ResponseHead {
  static final int BYTES_MAX = 64 * 1024;
  static final int HEADERS_MAX = 256;

  /** How the body ends. */
  enum Framing {
    NONE,
    LENGTH,
    CHUNKED,
    CLOSE
  }

  private byte[] bytes = new byte[0];
  private int[] places = new int[64];
  private int headerCount;
  private int status;
  private int reasonStart;
  private int reasonEnd;
  private Framing framing = Framing.NONE;
  private long contentLength;
  private boolean keepAlive;

  int status() {
    return status;
  }

  Framing framing() {
    return framing;
  }

  /** Meant for {@link Framing#LENGTH}; -1 otherwise unless the head of a HEAD answer told one. */
  long contentLength() {
    return contentLength;
  }

  /** Whether the provider lets the connection live on after this answer. */
  boolean keepAlive() {
    return keepAlive;
  }

  /**
   * Reads a complete head.
   *
   * @param head the bytes up to and including the empty line; kept until the next call
   * @param bodiless the request was HEAD
   * @return null when all is well, else what is wrong
   */
  @Nullable String read(byte[] head, int end, boolean bodiless) {
    bytes = head;
    headerCount = 0;
    String fault = readStatusLine(end);
    int at = reasonEnd + 2;
    while (fault == null && at < end - 2) {
      int lineEnd = lineEnd(at, end);
      fault = lineEnd < 0 ? "A header line is malformed." : readHeader(at, lineEnd);
      at = lineEnd + 2;
    }
    return fault != null ? fault : readFraming(bodiless);
  }

  private @Nullable String readStatusLine(int end) {
    boolean http1 =
        end > 14
            && startsWith("HTTP/1.")
            && (bytes[7] == '0' || bytes[7] == '1')
            && bytes[8] == ' ';
    int lineEnd = http1 ? lineEnd(0, end) : -1;
    if (lineEnd < 12) {
      return "The status line is malformed.";
    }
    status = 0;
    for (int i = 9; i < 12; i++) {
      int digit = bytes[i] - '0';
      if (digit < 0 || digit > 9) {
        return "The status is no number.";
      }
      status = status * 10 + digit;
    }
    if (lineEnd > 12 && bytes[12] != ' ' || status < 100 || status > 599) {
      return "The status is none of HTTP.";
    }
    reasonStart = Math.min(13, lineEnd);
    reasonEnd = lineEnd;
    keepAlive = bytes[7] == '1';
    return null;
  }

  private boolean startsWith(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (bytes[i] != text.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /** Index of the CR of the line's CRLF; -1 when a bare CR, LF or a NUL comes before it. */
  private int lineEnd(int from, int end) {
    for (int i = from; i < end; i++) {
      byte b = bytes[i];
      if (b == '\r') {
        return i + 1 < end && bytes[i + 1] == '\n' ? i : -1;
      }
      if (b == '\n' || b == 0) {
        return -1;
      }
    }
    return -1;
  }

  private @Nullable String readHeader(int from, int end) {
    int colon = from;
    while (colon < end && isToken(bytes[colon])) {
      colon++;
    }
    if (colon == from || colon == end || bytes[colon] != ':') {
      return "A header name is malformed.";
    }
    if (headerCount == HEADERS_MAX) {
      return "It has too many headers.";
    }
    int valueStart = colon + 1;
    while (valueStart < end && isBlank(bytes[valueStart])) {
      valueStart++;
    }
    int valueEnd = end;
    while (valueEnd > valueStart && isBlank(bytes[valueEnd - 1])) {
      valueEnd--;
    }
    int slot = headerCount * 4;
    if (slot == places.length) {
      places = java.util.Arrays.copyOf(places, places.length * 2);
    }
    places[slot] = from;
    places[slot + 1] = colon;
    places[slot + 2] = valueStart;
    places[slot + 3] = valueEnd;
    headerCount++;
    return null;
  }

  private static boolean isBlank(byte b) {
    return b == ' ' || b == '\t';
  }

  private static boolean isToken(byte b) {
    return b > ' ' && b < 0x7f && "()<>@,;:\\\"/[]?={}".indexOf(b) < 0;
  }

  private @Nullable String readFraming(boolean bodiless) {
    contentLength = -1;
    boolean chunked = false;
    for (int i = 0; i < headerCount; i++) {
      if (nameIs(i, "content-length")) {
        long length = digits(i);
        if (length < 0 || contentLength >= 0 && contentLength != length) {
          return "Its Content-Length is invalid.";
        }
        contentLength = length;
      } else if (nameIs(i, "transfer-encoding")) {
        if (chunked || !valueIs(i, "chunked")) {
          return "Its Transfer-Encoding is unknown.";
        }
        chunked = true;
      } else if (nameIs(i, "connection")) {
        keepAlive = connectionKeepsAlive(i);
      }
    }
    if (chunked && contentLength >= 0) {
      return "It has both a Content-Length and a Transfer-Encoding.";
    }
    framing = framing(bodiless, chunked);
    keepAlive &= framing != Framing.CLOSE;
    return null;
  }

  private Framing framing(boolean bodiless, boolean chunked) {
    if (bodiless || status < 200 || status == 204 || status == 304) {
      return Framing.NONE;
    }
    if (chunked) {
      return Framing.CHUNKED;
    }
    return contentLength >= 0 ? Framing.LENGTH : Framing.CLOSE;
  }

  private boolean connectionKeepsAlive(int header) {
    if (valueIs(header, "keep-alive")) {
      return true;
    }
    String value = valueText(header).toLowerCase(java.util.Locale.ROOT);
    return keepAlive && !value.contains("close");
  }

  private long digits(int header) {
    int from = places[header * 4 + 2];
    int to = places[header * 4 + 3];
    if (to == from || to - from > 18) {
      return -1;
    }
    long value = 0;
    for (int i = from; i < to; i++) {
      int digit = bytes[i] - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      value = value * 10 + digit;
    }
    return value;
  }

  /** First value of a header as text, or null. */
  @Nullable String value(String lowerCaseName) {
    for (int i = 0; i < headerCount; i++) {
      if (nameIs(i, lowerCaseName)) {
        return valueText(i);
      }
    }
    return null;
  }

  private String valueText(int header) {
    int from = places[header * 4 + 2];
    return new String(bytes, from, places[header * 4 + 3] - from, StandardCharsets.ISO_8859_1);
  }

  private boolean nameIs(int header, String lowerCase) {
    return regionIs(places[header * 4], places[header * 4 + 1], lowerCase);
  }

  private boolean valueIs(int header, String lowerCase) {
    return regionIs(places[header * 4 + 2], places[header * 4 + 3], lowerCase);
  }

  private boolean regionIs(int from, int to, String lowerCase) {
    return to - from == lowerCase.length() && regionStarts(from, lowerCase);
  }

  private boolean regionStarts(int from, String lowerCase) {
    for (int i = 0; i < lowerCase.length(); i++) {
      if (lower(bytes[from + i]) != lowerCase.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private static int lower(byte b) {
    return b >= 'A' && b <= 'Z' ? b + 32 : b;
  }

  /**
   * Status code and reason phrase as the provider sent them; the usual phrase where it sent none.
   */
  void writeStatus(ByteBuf out) {
    if (reasonEnd > reasonStart) {
      out.writeBytes(bytes, 9, reasonEnd - 9);
    } else {
      out.writeCharSequence(
          HttpResponseStatus.valueOf(status).toString(), StandardCharsets.US_ASCII);
    }
  }

  /** Writes every header of the allow-list but those of the framing, as it came. */
  void writeAllowed(ByteBuf out, Tap tap) {
    for (int i = 0; i < headerCount; i++) {
      if (isAllowed(i) && !echoesKey(i, tap)) {
        int from = places[i * 4];
        int colon = places[i * 4 + 1];
        int valueStart = places[i * 4 + 2];
        out.writeBytes(bytes, from, colon - from);
        out.writeByte(':').writeByte(' ');
        out.writeBytes(bytes, valueStart, places[i * 4 + 3] - valueStart);
        out.writeByte('\r').writeByte('\n');
      }
    }
  }

  /** A header with our credential in it stays here, whatever its name. */
  private boolean echoesKey(int header, Tap tap) {
    EchoedKey key = tap.key();
    int from = places[header * 4 + 2];
    int to = places[header * 4 + 3];
    boolean echoes = key != null && key.indexIn(bytes, from, to) >= 0;
    if (echoes) {
      tap.noteEchoedKey();
    }
    return echoes;
  }

  private boolean isAllowed(int header) {
    int from = places[header * 4];
    int length = places[header * 4 + 1] - from;
    return switch (lower(bytes[from])) {
      case 'c' ->
          nameIs(header, "content-type")
              || nameIs(header, "content-encoding")
              || nameIs(header, "content-disposition")
              || nameIs(header, "cache-control");
      case 'd' -> nameIs(header, "date");
      case 'r' ->
          nameIs(header, "retry-after")
              || nameIs(header, "retry-after-ms")
              || nameIs(header, "request-id");
      case 'x' ->
          nameIs(header, "x-request-id")
              || nameIs(header, "x-should-retry")
              || length > 12 && regionStarts(from, "x-ratelimit-");
      case 'a' -> length > 10 && regionStarts(from, "anthropic-");
      case 'o' -> length > 7 && regionStarts(from, "openai-");
      default -> false;
    };
  }
}
