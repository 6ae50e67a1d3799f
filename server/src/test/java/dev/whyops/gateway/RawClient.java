package dev.whyops.gateway;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Speaks HTTP/1.1 byte by byte, so that nothing between hides what is on the wire. */
final class RawClient implements AutoCloseable {
  /**
   * An answer as it came.
   *
   * @param body payload without chunk framing
   * @param clean false when the body broke off
   */
  record Reply(int status, String head, byte[] body, boolean clean) {
    Optional<String> header(String name) {
      return headers(name).stream().findFirst();
    }

    List<String> headers(String name) {
      return head.lines()
          .skip(1)
          .filter(l -> l.toLowerCase(Locale.ROOT).startsWith(name.toLowerCase(Locale.ROOT) + ":"))
          .map(l -> l.substring(name.length() + 1).strip())
          .toList();
    }

    String text() {
      return new String(body, StandardCharsets.UTF_8);
    }
  }

  private final Socket socket;
  private final InputStream in;

  RawClient(int port) throws IOException {
    socket = new Socket("127.0.0.1", port);
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(10_000);
    in = new BufferedInputStream(socket.getInputStream());
  }

  Socket socket() {
    return socket;
  }

  RawClient send(String latin1) throws IOException {
    return send(latin1.getBytes(StandardCharsets.ISO_8859_1));
  }

  RawClient send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    socket.getOutputStream().flush();
    return this;
  }

  /** A POST with a body of known length and the usual headers. */
  RawClient post(String path, String body, String... extraHeaders) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    StringBuilder head = new StringBuilder("POST " + path + " HTTP/1.1\r\nHost: x\r\n");
    head.append("Authorization: Bearer ").append(Harness.KEY).append("\r\n");
    head.append("X-Agent-Name: tester\r\nContent-Type: application/json\r\n");
    for (String header : extraHeaders) {
      head.append(header).append("\r\n");
    }
    head.append("Content-Length: ").append(bytes.length).append("\r\n\r\n");
    send(head.toString());
    return send(bytes);
  }

  Reply read() throws IOException {
    return read(false);
  }

  Reply read(boolean toHead) throws IOException {
    String head = head();
    int status = Integer.parseInt(head.substring(9, 12));
    Reply bare = new Reply(status, head, new byte[0], true);
    if (toHead || status == 204 || status == 304 || status < 200) {
      return bare;
    }
    if (bare.header("transfer-encoding").isPresent()) {
      return chunked(bare);
    }
    Optional<String> length = bare.header("content-length");
    if (length.isPresent()) {
      int expected = Integer.parseInt(length.get());
      byte[] body = readUpTo(expected);
      return new Reply(status, head, body, body.length == expected);
    }
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    boolean clean = true;
    try {
      in.transferTo(body);
    } catch (IOException e) {
      clean = false;
    }
    return new Reply(status, head, body.toByteArray(), clean);
  }

  String head() throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
      int b = in.read();
      if (b < 0) {
        throw new IOException("closed in the head: " + head);
      }
      head.write(b);
    }
    return head.toString(StandardCharsets.ISO_8859_1);
  }

  private byte[] readUpTo(int length) {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    try {
      while (body.size() < length) {
        int b = in.read();
        if (b < 0) {
          break;
        }
        body.write(b);
      }
    } catch (IOException e) {
      // What came before the reset is the answer.
    }
    return body.toByteArray();
  }

  private Reply chunked(Reply bare) {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    try {
      while (true) {
        int size = Integer.parseInt(line(), 16);
        byte[] part = in.readNBytes(size);
        body.writeBytes(part);
        if (part.length < size) {
          return new Reply(bare.status(), bare.head(), body.toByteArray(), false);
        }
        if (!line().isEmpty()) {
          throw new IOException("no CRLF after a chunk");
        }
        if (size == 0) {
          return new Reply(bare.status(), bare.head(), body.toByteArray(), true);
        }
      }
    } catch (IOException | NumberFormatException e) {
      return new Reply(bare.status(), bare.head(), body.toByteArray(), false);
    }
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    int b = in.read();
    while (b >= 0 && b != '\n') {
      line.append((char) b);
      b = in.read();
    }
    if (b < 0) {
      throw new IOException("closed");
    }
    return line.toString().strip();
  }

  /** The payload of the next chunk; empty for the last one. */
  String nextChunk() throws IOException {
    int size = Integer.parseInt(line(), 16);
    String payload = new String(in.readNBytes(size), StandardCharsets.UTF_8);
    line();
    return payload;
  }

  int readByte() throws IOException {
    return in.read();
  }

  /** Whether the server has closed the connection, waiting for it a moment. */
  boolean isClosed() {
    try {
      return in.read() < 0;
    } catch (java.net.SocketTimeoutException e) {
      return false;
    } catch (IOException e) {
      return true;
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
