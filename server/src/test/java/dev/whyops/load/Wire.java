package dev.whyops.load;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Just enough HTTP/1.1 for both ends of these tests. */
final class Wire {
  private static final int HEAD_MAX = 16 * 1024;

  private Wire() {}

  /** Up to and with the empty line; empty at the end of the connection. */
  static String head(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    for (int b = in.read(); b >= 0; b = in.read()) {
      head.append((char) b);
      int length = head.length();
      if (b == '\n' && length >= 4 && head.charAt(length - 3) == '\n') {
        return head.toString();
      }
      if (length > HEAD_MAX) {
        throw new IOException("a head without end");
      }
    }
    return "";
  }

  static long contentLength(String head) {
    String value = header(head, "content-length");
    return value.isEmpty() ? 0 : Long.parseLong(value);
  }

  /** Empty where it is absent. */
  static String header(String head, String name) {
    return head.lines()
        .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(name + ":"))
        .map(line -> line.substring(name.length() + 1).strip())
        .findFirst()
        .orElse("");
  }

  /**
   * Reads the body that belongs to the head.
   *
   * @throws EOFException when it breaks off
   */
  static String body(String head, InputStream in) throws IOException {
    if (header(head, "transfer-encoding").isEmpty()) {
      byte[] body = in.readNBytes((int) contentLength(head));
      if (body.length < contentLength(head)) {
        throw new EOFException("the body broke off");
      }
      return new String(body, StandardCharsets.UTF_8);
    }
    StringBuilder body = new StringBuilder();
    while (true) {
      int size = Integer.parseInt(line(in), 16);
      body.append(new String(in.readNBytes(size), StandardCharsets.UTF_8));
      line(in);
      if (size == 0) {
        return body.toString();
      }
    }
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        throw new EOFException("the body broke off");
      }
      line.append((char) b);
    }
    return line.toString().strip();
  }
}
