package dev.whyops.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whyops.kit.Schedule;
import dev.whyops.kit.ServerProcess;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How long a provider goes on working for a client that has left. */
class ClientGoneIT {
  private static final int TRIES = Schedule.pick(100, 1_000, 10_000);
  private static final double BOUND_MS = 100;
  private static final byte[] BEGUN =
      "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n9\r\ndata: 1\n\n\r\n"
          .getBytes(StandardCharsets.US_ASCII);

  /** What a provider sees of one call: that it was asked, then when its connection ended. */
  private final SynchronousQueue<Boolean> asked = new SynchronousQueue<>();

  private final SynchronousQueue<Long> endedNs = new SynchronousQueue<>();

  @Test
  @DisplayName("PX-76 F-19 the provider's connection closes within 100 ms of the client's, at p99")
  void closesWithinTheBound(@TempDir Path folder) throws Exception {
    try (ServerSocket provider = new ServerSocket(0, 64, InetAddress.getLoopbackAddress())) {
      Thread.ofPlatform().daemon().start(() -> serve(provider));
      URI url = URI.create("http://127.0.0.1:" + provider.getLocalPort());
      try (ServerProcess server = ServerProcess.start(folder, url, Map.of())) {
        for (int i = 0; i < 20; i++) {
          leave(server, i); // code is compiled before it counts
        }
        Vitals before = Vitals.of(server.pid());
        List<Double> tookMs = new ArrayList<>();
        for (int i = 0; i < TRIES; i++) {
          tookMs.add(leave(server, i));
        }
        double starved = Vitals.of(server.pid()).starvationSince(before);
        Collections.sort(tookMs);
        double p99 = tookMs.get(TRIES * 99 / 100 - 1);
        System.out.printf(
            "PX-76 client gone, provider closed: %.1f ms at the median, %.1f ms at p99, %.1f ms at"
                + " most of %d; the machine made the server wait %.1f-fold%n",
            tookMs.get(TRIES / 2), p99, tookMs.getLast(), TRIES, starved);
        assertThat(p99).isLessThanOrEqualTo(BOUND_MS * starved);
      }
    }
  }

  /** Calls, leaves in the midst, and tells how long the provider was kept. */
  private double leave(ServerProcess server, int number) throws Exception {
    long leftNs;
    try (Client client = new Client(server.gateway())) {
      client.post(Rig.CHAT, Rig.STREAM_BODY);
      assertThat(asked.poll(30, TimeUnit.SECONDS)).as("asked, try %d", number).isNotNull();
      if (number % 2 == 0) {
        client.read(1); // within the answer; else perhaps before its head
      }
      leftNs = System.nanoTime();
    }
    Long ended = endedNs.poll(30, TimeUnit.SECONDS);
    assertThat(ended).as("closed, try %d", number).isNotNull();
    return (ended - leftNs) / 1e6;
  }

  private void serve(ServerSocket provider) {
    while (true) {
      try (Socket socket = provider.accept()) {
        InputStream in = new BufferedInputStream(socket.getInputStream());
        in.skipNBytes(Wire.contentLength(Wire.head(in)));
        socket.getOutputStream().write(BEGUN);
        asked.put(true);
        awaitEnd(in);
        endedNs.put(System.nanoTime());
      } catch (IOException e) {
        return; // closed with the test
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private static void awaitEnd(InputStream in) {
    try {
      while (in.read() >= 0) {
        // nothing more is expected
      }
    } catch (IOException e) {
      return; // a reset ends it too
    }
  }
}
