package dev.whyops.gateway;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A provider made of a plain socket: a script says byte for byte what it does. */
final class ScriptedUpstream implements AutoCloseable {
  /** What came in one request. */
  record Seen(String head, byte[] body) {
    String requestLine() {
      return head.substring(0, head.indexOf("\r\n"));
    }

    /** All values of a header, in order. */
    List<String> header(String name) {
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

  /** Answers one request; the connection is kept when it returns true. */
  interface Script {
    boolean answer(Seen seen, OutputStream out, Socket socket) throws Exception;
  }

  private final ServerSocket server;
  private final List<Seen> seen = new CopyOnWriteArrayList<>();
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();
  private final AtomicInteger closedByPeer = new AtomicInteger();
  private volatile Script script;

  ScriptedUpstream(Script script) throws IOException {
    this.script = script;
    this.server = new ServerSocket(0, 512, InetAddress.getByName("127.0.0.1"));
    Thread.ofVirtual().start(this::accept);
  }

  /** Answers every request with these bytes. */
  static ScriptedUpstream answering(String response) throws IOException {
    byte[] bytes = response.getBytes(StandardCharsets.ISO_8859_1);
    return new ScriptedUpstream(
        (seen, out, socket) -> {
          out.write(bytes);
          out.flush();
          return true;
        });
  }

  static String json(String body) {
    return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: "
        + body.getBytes(StandardCharsets.UTF_8).length
        + "\r\n\r\n"
        + body;
  }

  void script(Script next) {
    script = next;
  }

  int port() {
    return server.getLocalPort();
  }

  List<Seen> seen() {
    return seen;
  }

  int connections() {
    return sockets.size();
  }

  /** Connections that the gateway closed. */
  int closedByPeer() {
    return closedByPeer.get();
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        socket.setTcpNoDelay(true);
        sockets.add(socket);
        Thread.ofVirtual().start(() -> serve(socket));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      InputStream in = new BufferedInputStream(socket.getInputStream());
      boolean goOn = true;
      while (goOn) {
        Seen request = read(in);
        if (request == null) {
          closedByPeer.incrementAndGet();
          return;
        }
        seen.add(request);
        goOn = script.answer(request, socket.getOutputStream(), socket);
      }
    } catch (Exception e) {
      closedByPeer.incrementAndGet();
    }
  }

  private static @Nullable Seen read(InputStream in) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
      int b = in.read();
      if (b < 0) {
        return null;
      }
      head.write(b);
    }
    Seen headOnly = new Seen(head.toString(StandardCharsets.ISO_8859_1), new byte[0]);
    if (!headOnly.header("transfer-encoding").isEmpty()) {
      return new Seen(headOnly.head(), readChunked(in));
    }
    List<String> length = headOnly.header("content-length");
    int size = length.isEmpty() ? 0 : Integer.parseInt(length.getFirst());
    return new Seen(headOnly.head(), in.readNBytes(size));
  }

  private static byte[] readChunked(InputStream in) throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    while (true) {
      int size = Integer.parseInt(line(in), 16);
      body.write(in.readNBytes(size));
      line(in);
      if (size == 0) {
        return body.toByteArray();
      }
    }
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    int b = in.read();
    while (b >= 0 && b != '\n') {
      line.append((char) b);
      b = in.read();
    }
    return line.toString().strip();
  }

  @Override
  public void close() throws IOException {
    server.close();
    for (Socket socket : sockets) {
      socket.close();
    }
  }
}
