package dev.whyops.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whyops.journal.FrameQueue.Entry;
import dev.whyops.journal.FrameQueue.Rest;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class FrameQueueTest {
  private final FrameQueue queue = new FrameQueue(1_000);

  private static Entry entry(FrameType type) {
    return new Entry(type, new byte[10], Journal.Receipt.NONE);
  }

  /** How long a consumer rested that was at rest before the frame came. */
  private Duration restUntil(Rest how, FrameType type) throws Exception {
    CompletableFuture<Duration> rested = new CompletableFuture<>();
    Thread consumer =
        Thread.ofPlatform()
            .start(
                () -> {
                  long beganNs = System.nanoTime();
                  queue.await(how);
                  rested.complete(Duration.ofNanos(System.nanoTime() - beganNs));
                });
    while (consumer.getState() != Thread.State.TIMED_WAITING && !rested.isDone()) {
      Thread.onSpinWait();
    }
    queue.offer(entry(type));
    return rested.get(10, TimeUnit.SECONDS);
  }

  @Test
  void anyFrameEndsASleep() throws Exception {
    Duration shortest = Duration.ofHours(1);
    for (int i = 0; i < 20; i++) { // a busy machine may be slow to wake it, not twenty times
      queue.takeAll();
      Duration rested = restUntil(Rest.SLEEP, FrameType.CALL_OPEN);
      shortest = rested.compareTo(shortest) < 0 ? rested : shortest;
    }
    assertThat(shortest).isLessThan(Duration.ofMillis(50));
  }

  @Test
  void aFrameThatWasThereBeforeLetsNobodySleep() {
    queue.offer(entry(FrameType.CALL_END));
    long beganNs = System.nanoTime();
    for (int i = 0; i < 1_000; i++) {
      queue.await(Rest.SLEEP);
    }
    assertThat(Duration.ofNanos(System.nanoTime() - beganNs)).isLessThan(Duration.ofSeconds(50));
  }

  @Test
  void aFrameThatNobodyWaitsForDoesNotEndANap() throws Exception {
    assertThat(restUntil(Rest.NAP, FrameType.CALL_OPEN)).isGreaterThan(Duration.ofMillis(1));
  }

  @Test
  void takesWhatFitsInOrder() {
    assertThat(queue.offer(entry(FrameType.CALL_OPEN))).isTrue();
    assertThat(queue.offer(entry(FrameType.CALL_END))).isTrue();
    assertThat(queue.offer(new Entry(FrameType.EVENTS, new byte[990], Journal.Receipt.NONE)))
        .isFalse();
    Entry first = Objects.requireNonNull(queue.takeAll());
    assertThat(first.type).isEqualTo(FrameType.CALL_OPEN);
    assertThat(first.next).isNotNull();
    assertThat(queue.takeAll()).isNull();
  }
}
