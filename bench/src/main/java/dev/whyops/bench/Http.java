package dev.whyops.bench;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** The one request that tells whether a leg is up. */
final class Http {
  static final String CHAT =
      "{\"model\":\"gpt-4o\",\"messages\":[{\"role\":\"user\",\"content\":\"Where is my order? "
          + "x".repeat(900)
          + "\"}]}";

  private Http() {}

  static void awaitAnswer(int port, String path, String key, int seconds)
      throws IOException, InterruptedException {
    awaitAnswer(port, path, key, Map.of(), seconds);
  }

  static void awaitAnswer(
      int port, String path, String key, Map<String, String> headers, int seconds)
      throws IOException, InterruptedException {
    long until = System.nanoTime() + seconds * 1_000_000_000L;
    String last = "no connection";
    while (System.nanoTime() < until) {
      try {
        last = statusLine(port, path, key, headers);
        if (last.startsWith("HTTP/1.1 200")) {
          return;
        }
      } catch (IOException e) {
        last = String.valueOf(e.getMessage());
      }
      Thread.sleep(10);
    }
    throw new IOException("port " + port + " gave no good answer: " + last);
  }

  private static String statusLine(int port, String path, String key, Map<String, String> headers)
      throws IOException {
    StringBuilder extra = new StringBuilder();
    headers.forEach((name, value) -> extra.append("\r\n").append(name).append(": ").append(value));
    try (Socket socket = new Socket("127.0.0.1", port)) {
      socket.setSoTimeout(5_000);
      socket
          .getOutputStream()
          .write(
              ("POST "
                      + path
                      + " HTTP/1.1\r\nHost: bench\r\nConnection: close\r\nX-Agent-Name: bench\r\n"
                      + "Content-Type: application/json\r\nAuthorization: Bearer "
                      + key
                      + extra
                      + "\r\nContent-Length: "
                      + CHAT.length()
                      + "\r\n\r\n"
                      + CHAT)
                  .getBytes(StandardCharsets.US_ASCII));
      InputStream in = socket.getInputStream();
      StringBuilder line = new StringBuilder();
      for (int b = in.read(); b >= 0 && b != '\r'; b = in.read()) {
        line.append((char) b);
      }
      return line.toString();
    }
  }
}
