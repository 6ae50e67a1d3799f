package dev.whyops.record;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whyops.event.IngestTesting;
import dev.whyops.pace.CallLoad;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The drain gives way to calls, and loses nothing by it. The load is told, not made. */
class DrainPaceTest {
  private static final CallLoad.Reading PRESSURE = new CallLoad.Reading(1.5, 0);
  private static final CallLoad.Reading NONE = new CallLoad.Reading(0, 1);

  @TempDir Path directory;

  private static String event(int content) {
    return "{\"eventType\":\"user_message\",\"traceId\":\"t\",\"agentName\":\"a\",\"content\":"
        + content
        + "}";
  }

  @Test
  @DisplayName("under pressure the drain rests after each batch, and goes on when it is over")
  void restsUnderPressure() throws Exception {
    AtomicReference<CallLoad.Reading> load = new AtomicReference<>(PRESSURE);
    try (IngestTesting path = new IngestTesting(directory)) {
      path.drain.yieldTo(() -> Objects.requireNonNull(load.get()));
      path.faults.appendsTake(Duration.ofMillis(500));
      path.post(event(0));
      path.settle(); // stored, and now it rests for 19 times what that took
      path.faults.appendsTake(Duration.ZERO);
      for (int i = 1; i <= 30; i++) {
        path.post(event(i));
      }
      Thread.sleep(400); // far longer than frames gather
      assertThat(path.drain.progress().behindFrames()).isEqualTo(30);
      load.set(NONE);
      path.settle();
      assertThat(path.trace("t").orElseThrow().events()).hasSize(31);
    }
  }

  @Test
  @DisplayName("the end of the process does not wait for a rest")
  void closesWhileResting() throws Exception {
    IngestTesting path = new IngestTesting(directory);
    path.drain.yieldTo(() -> PRESSURE);
    path.faults.appendsTake(Duration.ofMillis(500));
    path.post(event(0));
    path.settle();
    long beganNs = System.nanoTime();
    path.close();
    assertThat(Duration.ofNanos(System.nanoTime() - beganNs)).isLessThan(Duration.ofSeconds(5));
  }
}
