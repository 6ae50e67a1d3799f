package dev.whyops.fake;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads HTTP/1.1 requests strictly enough for a test server: what is malformed ends in an error.
 */
final class Wire {
  private static final int HEAD_MAX_BYTES = 1 << 20;
  private static final int KEPT_BODY_MAX_BYTES = 64 << 20;

  private Wire() {}

  /** The head of the next request, or null at a clean end of the connection. */
  static Seen.@Nullable Head readHead(InputStream in) throws IOException {
    String line = readLine(in, true);
    if (line == null) {
      return null;
    }
    String[] parts = line.split(" ");
    if (parts.length != 3 || !parts[2].startsWith("HTTP/1.")) {
      throw new IOException("malformed request line");
    }
    List<Map.Entry<String, String>> headers = new ArrayList<>();
    while (true) {
      String header = readLine(in, false);
      if (header == null) {
        throw new EOFException("connection ended inside a head");
      }
      if (header.isEmpty()) {
        return new Seen.Head(parts[0], parts[1], headers);
      }
      int colon = header.indexOf(':');
      if (colon <= 0) {
        throw new IOException("malformed header");
      }
      headers.add(Map.entry(header.substring(0, colon), header.substring(colon + 1).trim()));
    }
  }

  /** Reads the body that the head announces; an early end gives an incomplete one. */
  static Seen readBody(InputStream in, long connection, Seen.Head head) throws IOException {
    Sink sink = new Sink();
    boolean complete;
    String length = value(head, "content-length");
    String coding = value(head, "transfer-encoding");
    if (coding != null && coding.toLowerCase(Locale.ROOT).endsWith("chunked")) {
      complete = readChunks(in, sink);
    } else if (length != null) {
      complete = copy(in, Long.parseLong(length), sink);
    } else {
      complete = true;
    }
    return new Seen(
        connection, head, sink.kept.toByteArray(), sink.length, complete, sink.sha256());
  }

  static @Nullable String value(Seen.Head head, String name) {
    for (Map.Entry<String, String> header : head.headers()) {
      if (header.getKey().equalsIgnoreCase(name)) {
        return header.getValue();
      }
    }
    return null;
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static boolean readChunks(InputStream in, Sink sink) throws IOException {
    while (true) {
      String size = readLine(in, false);
      if (size == null) {
        return false;
      }
      int semicolon = size.indexOf(';');
      long bytes = Long.parseLong((semicolon < 0 ? size : size.substring(0, semicolon)).trim(), 16);
      if (bytes == 0) {
        String trailer = readLine(in, false);
        while (trailer != null && !trailer.isEmpty()) {
          trailer = readLine(in, false);
        }
        return trailer != null;
      }
      if (!copy(in, bytes, sink) || readLine(in, false) == null) {
        return false;
      }
    }
  }

  private static boolean copy(InputStream in, long bytes, Sink sink) throws IOException {
    byte[] buffer = new byte[(int) Math.min(64 * 1024, Math.max(1, bytes))];
    long left = bytes;
    while (left > 0) {
      int n = in.read(buffer, 0, (int) Math.min(buffer.length, left));
      if (n < 0) {
        return false;
      }
      sink.write(buffer, n);
      left -= n;
    }
    return true;
  }

  private static @Nullable String readLine(InputStream in, boolean endIsClean) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream(80);
    int c = in.read();
    while (c != '\n') {
      if (c < 0) {
        if (line.size() > 0 && endIsClean) {
          throw new EOFException("connection ended inside a line");
        }
        return null;
      }
      if (line.size() == HEAD_MAX_BYTES) {
        throw new IOException("line too long");
      }
      line.write(c);
      c = in.read();
    }
    String text = line.toString(StandardCharsets.UTF_8);
    return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
  }

  /** Hashes everything, keeps the start. */
  private static final class Sink {
    private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
    private final MessageDigest digest = Wire.sha256();
    private long length;

    void write(byte[] bytes, int n) {
      digest.update(bytes, 0, n);
      kept.write(bytes, 0, Math.min(n, KEPT_BODY_MAX_BYTES - kept.size()));
      length += n;
    }

    String sha256() {
      return HexFormat.of().formatHex(digest.digest());
    }
  }
}
