package dev.whyops.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whyops.kit.Schedule;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a refusal costs next to what it saves: with too much of it nothing else gets done. */
class RefusalCostIT {
  private static final String INGEST = "/api/events/ingest";
  private static final int ACCEPTED = 150;
  private static final int REFUSED = Schedule.pick(3_000, 6_000, 6_000);
  private static final int WARM = 300;

  /** Of a heap of 128 MiB, an eighth is for bodies and four fifths of that for one project. */
  private static final int LARGE_BYTES = 6 << 20;

  private static final int REST_BYTES = 700_000;

  private static final String BATCH =
      "["
          + "{\"eventType\":\"tool_result\",\"traceId\":\"t\",\"agentName\":\"load\",\"metadata\":{\"tool\":\"search\"},\"content\":\"%s\"},"
              .formatted("event text ".repeat(180))
              .repeat(99)
          + "{\"eventType\":\"tool_result\",\"traceId\":\"t\",\"agentName\":\"load\",\"metadata\":{\"tool\":\"search\"},\"content\":\"\"}]";

  @Test
  @DisplayName(
      "F-24 a refused batch costs less than a sixth of a stored one, although its body is read")
  void refusalsAreCheap(@TempDir Path folder) throws Exception {
    try (Rig rig = Rig.start(folder, "-Xmx128m -XX:+ExitOnOutOfMemoryError", List.of())) {
      send(rig, WARM, 202);
      double acceptedMs = send(rig, ACCEPTED, 202);
      List<Client> holders = new ArrayList<>();
      try {
        holders.add(hold(rig, LARGE_BYTES));
        holders.add(hold(rig, LARGE_BYTES));
        Rig.await("there is no room", Duration.ofSeconds(20), () -> isFull(rig, holders));
        send(rig, WARM, 503);
        double refusedMs = send(rig, REFUSED, 503);
        System.out.printf(
            "F-24 a batch of %d KB costs %.2f ms of CPU when it is stored, %.3f ms when refused%n",
            BATCH.length() / 1_000, acceptedMs, refusedMs);
        assertThat(refusedMs).isLessThanOrEqualTo(acceptedMs / 6);
      } finally {
        for (Client holder : holders) {
          holder.close();
        }
      }
      rig.assertAlive();
    }
  }

  /** All of a body but its last byte. */
  private static Client hold(Rig rig, int bytes) throws IOException {
    return rig.client().send(Client.head(INGEST, bytes + 1)).send(new byte[bytes]);
  }

  /** Takes the rest, again and again: it is refused where a batch of ours is just being read. */
  private static boolean isFull(Rig rig, List<Client> holders)
      throws IOException, InterruptedException {
    Client rest = hold(rig, REST_BYTES);
    holders.add(rest);
    Thread.sleep(300);
    if (status(rig) == 503) {
      return true;
    }
    rest.close();
    return false;
  }

  /** One after the other, each on a connection of its own; milliseconds of CPU for one. */
  private static double send(Rig rig, int count, int expected) throws Exception {
    long before = rig.vitals().cpuMs();
    for (int i = 0; i < count; i++) {
      assertThat(status(rig)).isEqualTo(expected);
    }
    Rig.await("all is stored", Duration.ofMinutes(2), () -> behind(rig) == 0);
    return (double) (rig.vitals().cpuMs() - before) / count;
  }

  private static int status(Rig rig) throws IOException {
    try (Client client = rig.client()) {
      return client.post(INGEST, BATCH).reply().status();
    }
  }

  private static long behind(Rig rig) throws IOException, InterruptedException {
    return rig.server.getJson("/api/ingestion").path("journal").path("lagFrames").asLong(-1);
  }
}
