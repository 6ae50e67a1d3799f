package dev.whyops.bench;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.zip.CRC32;

/** The calls of the bench, as text, and the one that tells whether a leg is up. */
final class Requests {
  static final String CHAT = "/v1/chat/completions";

  /** Opens nothing but gateways that the bench starts. */
  static final String KEY = key();

  private static final String BODY_HEAD =
      "{\"model\":\"gpt-4o\",\"messages\":[{\"role\":\"user\",\"content\":\"Where is my order? ";
  private static final String STREAM_HEAD =
      "{\"model\":\"gpt-4o\",\"stream\":true,\"stream_options\":{\"include_usage\":true},"
          + "\"messages\":[{\"role\":\"user\",\"content\":\"Where is my order? ";
  private static final String BODY_END = "\"}]}";

  private Requests() {}

  /** The body up to the place where the text that fills it begins. */
  static String bodyHead(boolean stream) {
    return stream ? STREAM_HEAD : BODY_HEAD;
  }

  static String bodyEnd() {
    return BODY_END;
  }

  /** A call with headers, about 1 KB. */
  static byte[] call(String path, Map<String, String> headers, boolean stream, int number) {
    String body = bodyHead(stream) + number + " " + "x".repeat(850) + BODY_END;
    StringBuilder text = new StringBuilder("POST ").append(path).append(" HTTP/1.1\r\nHost: bench");
    headers.forEach((name, value) -> text.append("\r\n").append(name).append(": ").append(value));
    text.append("\r\nX-Agent-Name: bench\r\nContent-Type: application/json\r\n");
    text.append("Authorization: Bearer ").append(KEY).append("\r\nContent-Length: ");
    text.append(body.length()).append("\r\n\r\n").append(body);
    return text.toString().getBytes(StandardCharsets.US_ASCII);
  }

  /**
   * @return seconds that it took
   */
  static double awaitAnswer(int port, Map<String, String> headers, int secondsMax)
      throws IOException, InterruptedException {
    byte[] call = call(CHAT, headers, false, 0);
    long began = System.nanoTime();
    String last = "no connection";
    while (System.nanoTime() - began < secondsMax * 1_000_000_000L) {
      try {
        last = answer(port, call);
        if (last.startsWith("HTTP/1.1 200")) {
          return (System.nanoTime() - began) / 1e9;
        }
      } catch (IOException e) {
        last = String.valueOf(e.getMessage());
      }
      Thread.sleep(10);
    }
    throw new IOException("no good answer within " + secondsMax + " s: " + last);
  }

  /** The first bytes of the answer. */
  static String answer(int port, byte[] request) throws IOException {
    try (Socket socket = new Socket("127.0.0.1", port)) {
      socket.setSoTimeout(5_000);
      socket.getOutputStream().write(request);
      InputStream in = socket.getInputStream();
      byte[] first = new byte[4_096];
      int length = in.read(first);
      return length < 0 ? "closed" : new String(first, 0, length, StandardCharsets.US_ASCII);
    }
  }

  private static String key() {
    String alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    String body = "whyops_test_" + "bench0bench0bench0bench0bench0";
    CRC32 crc = new CRC32();
    crc.update(body.getBytes(StandardCharsets.US_ASCII));
    long rest = crc.getValue();
    StringBuilder checksum = new StringBuilder();
    for (int i = 0; i < 6; i++) {
      checksum.insert(0, alphabet.charAt((int) (rest % 62)));
      rest /= 62;
    }
    return body + checksum;
  }
}
