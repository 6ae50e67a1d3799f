package dev.whyops.event;

import static dev.whyops.event.IngestTesting.json;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BatchOrderTest {
  private static final int ROUNDS = 200;
  private static final int KEYS = 20;

  @Test
  @DisplayName("IN-09 batches with the same keys in opposite order do not wait for each other")
  void oppositeOrdersGoOn(@TempDir Path directory) throws Exception {
    try (IngestTesting path = new IngestTesting(directory);
        ExecutorService pool = Executors.newFixedThreadPool(2)) {
      CyclicBarrier together = new CyclicBarrier(2);
      List<Future<Integer>> saved = new ArrayList<>();
      for (boolean reversed : new boolean[] {false, true}) {
        Callable<Integer> sender =
            () -> {
              int count = 0;
              for (int round = 0; round < ROUNDS; round++) {
                String batch = batch(round, reversed);
                together.await();
                count += saved(json(path.post(path.rows, batch, Map.of(), Map.of())).toString());
              }
              return count;
            };
        saved.add(pool.submit(sender));
      }
      int both = 0;
      for (Future<Integer> sender : saved) {
        both += sender.get(25, TimeUnit.SECONDS); // a wait for each other lasts 30
      }
      assertThat(both).isEqualTo(ROUNDS * KEYS);
    }
  }

  private static String batch(int round, boolean reversed) {
    List<String> events = new ArrayList<>();
    for (int i = 0; i < KEYS; i++) {
      int key = reversed ? KEYS - 1 - i : i;
      events.add(
          "{\"eventType\":\"user_message\",\"traceId\":\"t\",\"agentName\":\"a\",\"content\":%d,\"idempotencyKey\":\"%d-%d\"}"
              .formatted(key, round, key));
    }
    return "[" + String.join(",", events) + "]";
  }

  private static int saved(String rows) {
    return (rows.length() - rows.replace("\"saved\"", "").length()) / "\"saved\"".length();
  }
}
