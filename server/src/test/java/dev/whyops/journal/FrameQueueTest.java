package dev.whyops.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whyops.journal.FrameQueue.Entry;
import dev.whyops.journal.FrameQueue.Rest;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
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

  /** What the consumer takes when these came since the last time. */
  private Rest restAfter(FrameType... types) {
    for (FrameType type : types) {
      queue.offer(entry(type));
    }
    return Rest.after(Objects.requireNonNull(queue.takeAll()));
  }

  @Test
  void gathersHalvesOfCallsThatComeInNumbers() {
    FrameType half = FrameType.CALL_CHUNK;
    assertThat(restAfter(half)).isEqualTo(Rest.NAP);
    assertThat(restAfter(half, half, half)).isEqualTo(Rest.NAP);
    assertThat(restAfter(half, FrameType.CALL_OPEN, half, FrameType.CALL_END)).isEqualTo(Rest.DOZE);
    assertThat(restAfter(half, half, half, half, half)).isEqualTo(Rest.DOZE);
    assertThat(restAfter(half, half, half, FrameType.EVENTS)).isEqualTo(Rest.NAP);
    assertThat(restAfter(FrameType.TOMBSTONE, half, half, half)).isEqualTo(Rest.NAP);
    assertThat(restAfter(half, half, half, half, FrameType.EVENTS)).isEqualTo(Rest.DOZE);
  }

  @Test
  void holdsAsMuchAsItMayAndGivesRoomBack() {
    Entry whole = new Entry(FrameType.EVENTS, new byte[975], Journal.Receipt.NONE);
    assertThat(queue.offer(whole)).isTrue();
    assertThat(queue.bytes()).isEqualTo(1_000);
    assertThat(queue.offer(new Entry(FrameType.EVENTS, new byte[0], Journal.Receipt.NONE)))
        .isFalse();
    assertThat(queue.bytes()).isEqualTo(1_000);
    queue.release(whole.frameBytes());
    assertThat(queue.bytes()).isZero();
  }

  @Test
  @DisplayName("a frame that somebody waits for ends a nap")
  void anAwaitedFrameEndsANap() throws Exception {
    for (FrameType type : new FrameType[] {FrameType.EVENTS, FrameType.CALL_END}) {
      Duration shortest = Duration.ofHours(1);
      for (int i = 0; i < 40; i++) { // a busy machine is late at times, not forty times
        queue.takeAll();
        queue.release(queue.bytes());
        Duration rested = restUntil(Rest.NAP, type);
        shortest = rested.compareTo(shortest) < 0 ? rested : shortest;
      }
      assertThat(shortest).as(type.name()).isLessThan(Duration.ofMillis(2));
    }
  }

  @Test
  void aFrameThatSomebodyWaitsForLetsNobodyNapThoughOthersCameAfterIt() {
    queue.offer(entry(FrameType.EVENTS));
    queue.offer(entry(FrameType.CALL_OPEN));
    long beganNs = System.nanoTime();
    for (int i = 0; i < 1_000; i++) {
      queue.await(Rest.NAP);
    }
    assertThat(Duration.ofNanos(System.nanoTime() - beganNs)).isLessThan(Duration.ofSeconds(1));
  }
}
