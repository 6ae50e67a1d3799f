package dev.whyops.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whyops.kit.Schedule;
import dev.whyops.kit.ServerProcess;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients whose machine loses its power or its network: neither an end nor a reset comes. */
class VanishedClientIT {
  private static final Duration BOUND = Duration.ofSeconds(75);
  private static final byte[] HEAD =
      ascii(
          "HTTP/1.1 200 OK\r\n"
              + "Content-Type: text/event-stream\r\n"
              + "Transfer-Encoding: chunked\r\n\r\n");
  private static final byte[] CHUNK = ascii("9\r\ndata: 1\n\n\r\n");

  /** When the provider's connection of a call ended, by the call's query. */
  private final Map<String, Long> endedNs = new ConcurrentHashMap<>();

  @Test
  @DisplayName(
      "F-19 clients that vanish, heard or not: the provider's side closes within 75 s, client_gone")
  void callsOfVanishedClientsEnd(@TempDir Path folder) throws Exception {
    Assumptions.assumeTrue(Schedule.pick(0, 1, 1) == 1, "F-19: takes 75 s; runs every night");
    try (CutNetwork network = CutNetwork.create();
        ServerSocket provider = new ServerSocket(0, 64, InetAddress.getLoopbackAddress())) {
      Thread.ofPlatform().daemon().start(() -> accept(provider));
      URI url = URI.create("http://127.0.0.1:" + provider.getLocalPort());
      try (ServerProcess server =
          ServerProcess.start(folder, url, Map.of("WHYOPS_HOST", "0.0.0.0"))) {
        Process silent = network.send(server.gateway().getPort(), call("silent"));
        Process speaking = network.send(server.gateway().getPort(), call("speaking"));
        assertThat(silent.getInputStream().read()).isEqualTo('H');
        assertThat(speaking.getInputStream().read()).isEqualTo('H');
        network.cut();
        long cutNs = System.nanoTime();
        Rig.await("both ended", BOUND.plusSeconds(10), () -> endedNs.size() == 2);
        endedNs.forEach(
            (call, ns) -> {
              Duration took = Duration.ofNanos(ns - cutNs);
              System.out.printf("F-19 %s client: closed after %s%n", call, took);
              assertThat(took).as(call).isLessThanOrEqualTo(BOUND);
            });
        for (String call : endedNs.keySet()) {
          Rig.await(
              "client_gone of " + call,
              Duration.ofSeconds(30),
              () -> server.getJson("/api/traces/" + call).toString().contains("client_gone"));
        }
        silent.destroy();
        speaking.destroy();
      }
    }
  }

  /** The query goes on to the provider; the trace has its name. */
  private static String call(String name) {
    return Client.head(Rig.CHAT + "?" + name, Rig.STREAM_BODY.length())
            .replace("X-Agent-Name", "X-Trace-ID: " + name + "\r\nX-Agent-Name")
        + Rig.STREAM_BODY;
  }

  private void accept(ServerSocket provider) {
    try {
      while (true) {
        Socket socket = provider.accept();
        Thread.startVirtualThread(() -> serve(socket));
      }
    } catch (IOException e) {
      // closed with the test
    }
  }

  private void serve(Socket socket) {
    String call = "";
    try (socket) {
      BufferedInputStream in = new BufferedInputStream(socket.getInputStream());
      String head = Wire.head(in);
      call = head.contains("?silent") ? "silent" : "speaking";
      in.skipNBytes(Wire.contentLength(head));
      OutputStream out = socket.getOutputStream();
      out.write(HEAD);
      out.write(CHUNK);
      socket.setSoTimeout(100);
      while (!isOver(in)) {
        if (call.equals("speaking")) {
          out.write(CHUNK);
        }
      }
      endedNs.put(call, System.nanoTime());
    } catch (IOException e) {
      endedNs.put(call, System.nanoTime()); // a reset ends it too
    }
  }

  /** Waits a tenth of a second for the end. */
  private static boolean isOver(BufferedInputStream in) throws IOException {
    try {
      return in.read() < 0;
    } catch (SocketTimeoutException e) {
      return false;
    }
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
