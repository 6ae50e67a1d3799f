package dev.whyops.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whyops.kit.Schedule;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bodies that together are far larger than the heap. */
class MemoryIT {
  private static final String SMALL_HEAP = "-Xmx128m -XX:+ExitOnOutOfMemoryError";
  private static final int PIECE = 64 * 1024;

  @Test
  @DisplayName("F-22 32 MiB bodies at once with a heap of 128 MB are relayed or refused, no OOM")
  void largeCallsDoNotFillTheHeap(@TempDir Path folder) throws Exception {
    int calls = Schedule.pick(24, 100, 100);
    String head = "{\"model\":\"gpt-4o\",\"messages\":[{\"role\":\"user\",\"content\":\"";
    String late = "{\"messages\":[{\"role\":\"user\",\"content\":\"";
    try (Rig rig = Rig.start(folder, SMALL_HEAP, List.of())) {
      Map<Integer, Integer> statuses =
          manyAtOnce(
              calls,
              number ->
                  number % 2 == 0
                      ? large(rig, Rig.CHAT, head, "\"}]}", 32 << 20)
                      : large(rig, Rig.CHAT, late, "\"}],\"model\":\"gpt-4o\"}", 32 << 20));
      System.out.println("F-22 calls by status: " + statuses);
      assertThat(statuses.keySet()).as("200, or refused as told").isSubsetOf(200, 429, 503);
      assertThat(rig.server.log()).doesNotContain("java.lang.OutOfMemoryError");
      rig.assertAlive();
    }
  }

  @Test
  @DisplayName("F-22 large batches of events with a heap of 128 MB are kept or refused, no OOM")
  void largeBatchesDoNotFillTheHeap(@TempDir Path folder) throws Exception {
    int batches = Schedule.pick(40, 100, 400);
    String head =
        "[{\"eventType\":\"tool_result\",\"traceId\":\"big\",\"agentName\":\"load\","
            + "\"metadata\":{\"tool\":\"search\"},\"content\":\"";
    try (Rig rig = Rig.start(folder, SMALL_HEAP, List.of())) {
      Map<Integer, Integer> statuses =
          manyAtOnce(batches, number -> large(rig, "/api/events/ingest", head, "\"}]", 900 * 1024));
      System.out.println("F-22 batches by status: " + statuses);
      assertThat(statuses.keySet()).as("kept, or refused as told").isSubsetOf(202, 429, 503);
      assertThat(statuses).as("some are kept").containsKey(202);
      assertThat(rig.server.log()).doesNotContain("java.lang.OutOfMemoryError");
      rig.assertAlive();
    }
  }

  /** Answers a status. */
  @FunctionalInterface
  private interface Attempt {
    int status(int number) throws IOException;
  }

  private static Map<Integer, Integer> manyAtOnce(int count, Attempt attempt)
      throws InterruptedException {
    Map<Integer, Integer> statuses = new ConcurrentHashMap<>();
    Thread[] threads = new Thread[count];
    for (int i = 0; i < count; i++) {
      int number = i;
      threads[i] =
          Thread.startVirtualThread(
              () -> {
                int status;
                try {
                  status = attempt.status(number);
                } catch (IOException e) {
                  System.out.println("no answer: " + e);
                  status = -1;
                }
                statuses.merge(status, 1, Integer::sum);
              });
    }
    for (Thread thread : threads) {
      thread.join();
    }
    return statuses;
  }

  private static int large(Rig rig, String path, String head, String tail, int size)
      throws IOException {
    byte[] piece = "x".repeat(PIECE).getBytes(StandardCharsets.US_ASCII);
    try (Client client = rig.client()) {
      client.send(Client.head(path, size) + head);
      int left = size - head.length() - tail.length();
      try {
        for (; left > 0; left -= piece.length) {
          client.send(left >= piece.length ? piece : "x".repeat(left).getBytes("US-ASCII"));
        }
        client.send(tail);
      } catch (IOException e) {
        // refused before all was sent: the answer is there to be read
      }
      return client.reply().status();
    }
  }
}
