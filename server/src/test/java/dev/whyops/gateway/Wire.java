package dev.whyops.gateway;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** What a provider puts on the wire. */
final class Wire {
  static final String SSE_HEAD =
      "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";
  static final String LAST = "0\r\n\r\n";

  private Wire() {}

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** One write, so mostly one segment. */
  static void write(OutputStream out, byte[] bytes) throws IOException {
    out.write(bytes);
    out.flush();
  }

  static void write(OutputStream out, String text) throws IOException {
    write(out, utf8(text));
  }

  static byte[] chunk(byte[] payload) {
    return concat(utf8(Integer.toHexString(payload.length) + "\r\n"), payload, utf8("\r\n"));
  }

  static byte[] chunk(String payload) {
    return chunk(utf8(payload));
  }

  /** A whole answer with a stream in one chunk. */
  static byte[] stream(String payload) {
    return concat(utf8(SSE_HEAD), chunk(payload), utf8(LAST));
  }

  static byte[] concat(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }
}
