package dev.whyops.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whyops.kit.Schedule;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients that take their time, at both ends of an exchange. */
class SlowClientsIT {
  private static final int RECEIVE_BYTES = 4 * 1024;
  private static final int PER_STREAM_KIB = 64;
  private static final int FIRST_STREAMS = 400;

  /** So many that some MiB, by which the rest of the process moves, are little for each. */
  private static final int STREAMS = 1_000;

  private final List<Client> clients = new ArrayList<>();

  @AfterEach
  void closeClients() throws IOException {
    for (Client client : clients) {
      client.close();
    }
  }

  @Test
  @DisplayName("F-17 slow readers hold at most 64 KiB each, and nobody else up")
  void slowReadersHoldLittle(@TempDir Path folder) throws IOException, InterruptedException {
    // The heap is resident from the start, so that what grows is what lies outside of it.
    String heap = "-Xms160m -Xmx160m -XX:+AlwaysPreTouch -XX:+ExitOnOutOfMemoryError";
    try (Rig rig = Rig.start(folder, heap, List.of())) {
      for (int i = 0; i < 20; i++) {
        rig.call();
        try (Client whole = rig.client()) {
          whole.post(Rig.stream(500, 4_000, 0), Rig.STREAM_BODY).reply();
        }
      }
      open(rig, FIRST_STREAMS); // what the first ones bring with them is not theirs
      Vitals before = rig.vitals();
      open(rig, STREAMS);
      long grownKib = rig.vitals().residentKib() - before.residentKib();
      System.out.printf("F-17 %d KiB per stream%n", grownKib / STREAMS);
      assertThat(grownKib / STREAMS).as("KiB per stream").isLessThanOrEqualTo(PER_STREAM_KIB);
      for (int i = 0; i < 50; i++) {
        assertThat(rig.call().status()).isEqualTo(200);
      }
      rig.assertAlive();
    }
  }

  /** Clients that take the beginning of a long answer and then no more. */
  private void open(Rig rig, int streams) throws IOException, InterruptedException {
    int from = clients.size();
    for (int i = 0; i < streams; i++) {
      Client client = new Client(rig.server.gateway(), RECEIVE_BYTES);
      clients.add(client);
      client.post(Rig.stream(2_000, 4_000, 0), Rig.STREAM_BODY);
    }
    for (Client client : clients.subList(from, clients.size())) {
      assertThat(client.read(100)).as(rig.server.log()).isEqualTo(100);
    }
    Thread.sleep(2_000); // time for what would pile up
  }

  @Test
  @DisplayName("PX-10 F-21 slow heads are closed, and good requests are served meanwhile")
  void slowHeadsAreClosed(@TempDir Path folder) throws IOException, InterruptedException {
    int connections = Schedule.pick(1_000, 5_000, 5_000);
    try (Rig rig = Rig.start(folder, "", List.of())) {
      for (int i = 0; i < connections; i++) {
        Client client = rig.client();
        clients.add(client);
        client.send("POST /v1/chat/completions HTTP/1.1\r\nHost: ");
      }
      for (int i = 0; i < 100; i++) {
        assertThat(rig.call().status()).isEqualTo(200);
      }
      long until = System.nanoTime() + Duration.ofSeconds(40).toNanos();
      for (Client client : clients) {
        long left = Math.max(1, (until - System.nanoTime()) / 1_000_000);
        assertThat(client.closesWithin(Duration.ofMillis(left))).as("closed").isTrue();
      }
      rig.assertAlive();
    }
  }
}
