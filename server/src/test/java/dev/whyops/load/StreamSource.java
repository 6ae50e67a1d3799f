package dev.whyops.load;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A provider that answers as the query says: {@code ?chunks=N&bytes=B&pause=MS} is a stream of N
 * chunks of about B bytes, without it an answer of 1 KB. It reads bodies away, however large.
 */
final class StreamSource implements AutoCloseable {
  private static final int BACKLOG = 4_096;
  private static final String PLAIN =
      "{\"id\":\"chatcmpl-%d\",\"object\":\"chat.completion\",\"model\":\"gpt-4o\",\"choices\":[{"
          + "\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"On its way.\"},"
          + "\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":4,"
          + "\"total_tokens\":13}}";
  private static final String CHUNK =
      "data:"
          + " {\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"model\":\"gpt-4o\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"%s\"},\"finish_reason\":null}]}\n\n";

  private final ServerSocket listener;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final AtomicLong served = new AtomicLong();
  private final AtomicInteger running = new AtomicInteger();

  StreamSource() throws IOException {
    listener = new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
    Thread.startVirtualThread(this::accept);
  }

  URI url() {
    return URI.create("http://127.0.0.1:" + listener.getLocalPort());
  }

  /** Calls that were answered to their end, or as far as the other side took it. */
  long served() {
    return served.get();
  }

  /** Answers that have begun and not ended. */
  int running() {
    return running.get();
  }

  private void accept() {
    try {
      while (true) {
        Socket socket = listener.accept();
        open.add(socket);
        Thread.startVirtualThread(() -> serve(socket));
      }
    } catch (IOException e) {
      // closed with the test
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      InputStream in = new BufferedInputStream(socket.getInputStream());
      for (String head = Wire.head(in); !head.isEmpty(); head = Wire.head(in)) {
        in.skipNBytes(Wire.contentLength(head));
        running.incrementAndGet();
        try {
          answer(head, socket.getOutputStream());
        } finally {
          running.decrementAndGet();
        }
        served.incrementAndGet();
      }
    } catch (IOException e) {
      // the other side left
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      open.remove(socket);
    }
  }

  private void answer(String head, OutputStream out) throws IOException, InterruptedException {
    int chunks = number(head, "chunks=");
    if (chunks == 0) {
      String body = PLAIN.formatted(served.get());
      out.write(
          ascii(
              "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: "
                  + body.length()
                  + "\r\n\r\n"
                  + body));
      return;
    }
    out.write(
        ascii(
            "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
                + "Transfer-Encoding: chunked\r\n\r\n"));
    byte[] chunk = chunk(CHUNK.formatted("x".repeat(number(head, "bytes="))));
    int pauseMs = number(head, "pause=");
    for (int i = 0; i < chunks; i++) {
      out.write(chunk);
      Thread.sleep(pauseMs);
    }
    out.write(chunk("data: [DONE]\n\n"));
    out.write(ascii("0\r\n\r\n"));
  }

  private static byte[] chunk(String text) {
    return ascii(Integer.toHexString(text.length()) + "\r\n" + text + "\r\n");
  }

  private static int number(String head, String name) {
    Matcher matcher = Pattern.compile(name + "(\\d+)").matcher(head);
    return matcher.find() ? Integer.parseInt(matcher.group(1)) : 0;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  @Override
  public void close() throws IOException {
    listener.close();
    for (Socket socket : open) {
      socket.close();
    }
  }
}
