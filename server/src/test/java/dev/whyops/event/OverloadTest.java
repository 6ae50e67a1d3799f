package dev.whyops.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whyops.http.ApiException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** More than the disk takes: what is not taken is refused, what is taken is kept. */
class OverloadTest {
  private static final int SENDERS = 16;
  private static final int EVENTS_EACH = 30;
  private static final int QUEUE_BYTES = 48 * 1024;

  @TempDir Path directory;

  @Test
  @DisplayName("overloadRefusesNeverDrops: 503 with Retry-After, or stored exactly once")
  void overloadRefusesNeverDrops() throws Exception {
    Set<String> acknowledged = ConcurrentHashMap.newKeySet();
    AtomicInteger refused = new AtomicInteger();
    AtomicInteger odd = new AtomicInteger();
    try (IngestTesting path = new IngestTesting(directory, Clock.systemUTC(), QUEUE_BYTES)) {
      CountDownLatch done = new CountDownLatch(SENDERS);
      for (int s = 0; s < SENDERS; s++) {
        int sender = s;
        Thread.ofVirtual()
            .start(
                () -> {
                  for (int i = 0; i < EVENTS_EACH; i++) {
                    String id = sender + "-" + i;
                    try {
                      if (send(path, id) == 202) {
                        acknowledged.add(id);
                      }
                    } catch (ApiException e) {
                      boolean told = e.status() == 503 && e.headers().containsKey("Retry-After");
                      (told ? refused : odd).incrementAndGet();
                    } catch (Exception e) {
                      odd.incrementAndGet();
                    }
                  }
                  done.countDown();
                });
      }
      assertThat(done.await(60, TimeUnit.SECONDS)).isTrue();
      path.settle();
      List<Event> stored = path.trace("t").orElseThrow().events();
      assertThat(odd).hasValue(0);
      assertThat(refused.get()).isPositive();
      assertThat(acknowledged.size() + refused.get()).isEqualTo(SENDERS * EVENTS_EACH);
      assertThat(stored).hasSize(acknowledged.size());
      assertThat(
              stored.stream()
                  .map(event -> event.contentJson().substring(1, event.contentJson().indexOf(' ')))
                  .collect(Collectors.toSet()))
          .isEqualTo(acknowledged);
    }
  }

  private static int send(IngestTesting path, String id) throws Exception {
    String body =
        "{\"eventType\":\"user_message\",\"traceId\":\"t\",\"agentName\":\"a\",\"content\":\""
            + id
            + " "
            + "x".repeat(20_000)
            + "\"}";
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    return path.post(path.counts, bytes, Map.of(), Map.of(), IngestTesting.PROJECT).status();
  }
}
