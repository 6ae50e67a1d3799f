package dev.whyops.load;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A project that calls without a pause over many connections: a process of its own, so that its
 * work is not on the account of those who are measured, and with what the processors have left. It
 * ends with its standard input and prints how many calls were answered and how many refused.
 */
final class Noise implements AutoCloseable {
  private static final AtomicLong ANSWERED = new AtomicLong();
  private static final AtomicLong REFUSED = new AtomicLong();

  private final Process process;

  private Noise(Process process) {
    this.process = process;
  }

  static Noise start(int port, String key, int connections) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                "nice",
                "-n",
                "19",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                Noise.class.getName(),
                String.valueOf(port),
                key,
                String.valueOf(connections)));
    Noise noise =
        new Noise(
            new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start());
    noise.process.getInputStream().read(); // the first call was answered
    return noise;
  }

  /** Ends it; what it printed. */
  String stop() throws IOException {
    process.getOutputStream().close();
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }

  /**
   * @param args port, key, connections
   */
  public static void main(String[] args) throws IOException {
    int port = Integer.parseInt(args[0]);
    byte[] call = call(args[1]);
    for (int i = 0; i < Integer.parseInt(args[2]); i++) {
      Thread.ofVirtual().start(() -> flood(port, call));
    }
    while (System.in.read() >= 0) {
      continue; // until whoever started it closes
    }
    System.out.println(" " + ANSWERED + " answered, " + REFUSED + " refused");
    System.exit(0);
  }

  static byte[] call(String key) {
    return ("POST /v1/chat/completions HTTP/1.1\r\nHost: test\r\nAuthorization: Bearer "
            + key
            + "\r\nX-Agent-Name: load\r\nContent-Type: application/json\r\nContent-Length: "
            + Rig.BODY.length()
            + "\r\n\r\n"
            + Rig.BODY)
        .getBytes(StandardCharsets.US_ASCII);
  }

  private static void flood(int port, byte[] call) {
    while (true) {
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
        socket.setTcpNoDelay(true);
        InputStream in = new BufferedInputStream(socket.getInputStream());
        while (true) {
          socket.getOutputStream().write(call);
          String head = Wire.head(in);
          Wire.body(head, in);
          boolean answered = head.startsWith("HTTP/1.1 200");
          if ((answered ? ANSWERED : REFUSED).incrementAndGet() == 1 && answered) {
            System.out.print('r');
            System.out.flush();
          }
        }
      } catch (IOException | RuntimeException e) {
        REFUSED.incrementAndGet();
      }
    }
  }
}
