package dev.whyops.load;

import dev.whyops.kit.ServerProcess;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** One connection to the gateway or the dashboard. */
final class Client implements AutoCloseable {
  private static final int PATIENCE_MS = 60_000;

  /** What came back; {@code tookMs} from the first byte that was sent. */
  record Reply(int status, String head, String body, long tookMs) {
    String header(String name) {
      return Wire.header(head, name);
    }
  }

  private final Socket socket = new Socket();
  private final InputStream in;
  private long sentNs;

  Client(URI listener) throws IOException {
    this(listener, 0);
  }

  /**
   * @param receiveBytes how much the kernel may hold for us; 0 for what is usual
   */
  Client(URI listener, int receiveBytes) throws IOException {
    if (receiveBytes > 0) {
      socket.setReceiveBufferSize(receiveBytes);
    }
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(PATIENCE_MS);
    socket.connect(new InetSocketAddress("127.0.0.1", listener.getPort()), PATIENCE_MS);
    in = new BufferedInputStream(socket.getInputStream(), 1_024);
  }

  /** The head of a POST with the key of the tests. */
  static String head(String path, long length) {
    return "POST "
        + path
        + " HTTP/1.1\r\nHost: test\r\nAuthorization: Bearer "
        + ServerProcess.KEY
        + "\r\nX-Agent-Name: load\r\nContent-Type: application/json\r\nContent-Length: "
        + length
        + "\r\n\r\n";
  }

  Client send(String text) throws IOException {
    return send(text.getBytes(StandardCharsets.US_ASCII));
  }

  Client send(byte[] bytes) throws IOException {
    sentNs = sentNs == 0 ? System.nanoTime() : sentNs;
    socket.getOutputStream().write(bytes);
    return this;
  }

  Client post(String path, String body) throws IOException {
    return send(head(path, body.length()) + body);
  }

  Client get(String path) throws IOException {
    return send("GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
  }

  /**
   * Waits for an answer and reads it to its end.
   *
   * @throws IOException when the connection or the body breaks off before
   */
  Reply reply() throws IOException {
    String head = Wire.head(in);
    if (head.isEmpty()) {
      throw new IOException("closed without an answer");
    }
    int status = Integer.parseInt(head.substring(9, 12));
    String body = Wire.body(head, in);
    long tookMs = Duration.ofNanos(System.nanoTime() - sentNs).toMillis();
    sentNs = 0;
    return new Reply(status, head, body, tookMs);
  }

  /** The same, or null when nothing comes in time. */
  @Nullable Reply replyWithin(Duration time) throws IOException {
    socket.setSoTimeout((int) time.toMillis());
    try {
      return reply();
    } catch (SocketTimeoutException e) {
      return null;
    }
  }

  /** Reads nothing more than this many bytes. */
  int read(int bytes) throws IOException {
    return in.readNBytes(bytes).length;
  }

  /** What is left of an answer whose beginning was read before; up to its last chunk. */
  String rest() throws IOException {
    StringBuilder rest = new StringBuilder();
    while (rest.indexOf("0\r\n\r\n", Math.max(0, rest.length() - 5)) < 0) {
      int b = in.read();
      if (b < 0) {
        throw new IOException("the body broke off");
      }
      rest.append((char) b);
    }
    return rest.toString();
  }

  /** Waits until the other side closes; false when it does not. */
  boolean closesWithin(Duration time) throws IOException {
    socket.setSoTimeout((int) time.toMillis());
    try {
      while (in.read() >= 0) {
        // what comes before the end does not matter
      }
      return true;
    } catch (SocketTimeoutException e) {
      return false;
    } catch (IOException e) {
      return true; // a reset ends it too
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
