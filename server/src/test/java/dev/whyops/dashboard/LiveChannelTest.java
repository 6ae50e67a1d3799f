package dev.whyops.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class LiveChannelTest {
  private static final Duration NOW = Duration.ZERO;
  private final LiveChannel channel = new LiveChannel(1);

  @Test
  void aReaderGetsWhatStandsBehindItsPlace() throws InterruptedException {
    publish(3);
    long place = channel.end();
    publish(2);
    LiveChannel.Batch batch = channel.read(place, NOW);
    assertThat(batch.gap()).isFalse();
    assertThat(batch.notes()).hasSize(2);
    assertThat(batch.next()).isEqualTo(place + 2);
    assertThat(channel.read(batch.next(), NOW).notes()).isEmpty();
  }

  @Test
  void aPlaceThatIsGoneOrWasNeverHereIsAGap() throws InterruptedException {
    long first = channel.end();
    publish(LiveChannel.KEPT_MAX + 1);
    assertThat(channel.read(first, NOW).gap()).isTrue();
    assertThat(channel.read(first + 1, NOW).gap()).isFalse();
    assertThat(channel.read(channel.end() + 1, NOW).gap()).isTrue();
    assertThat(channel.read(0, NOW).gap()).isTrue();
  }

  @Test
  void aResetIsAGapForEveryReader() throws InterruptedException {
    publish(1);
    long place = channel.end();
    channel.reset();
    assertThat(channel.read(place, NOW).gap()).isTrue();
  }

  @Test
  void wakesAWaitingReader() throws InterruptedException {
    long place = channel.end();
    Thread.startVirtualThread(() -> publish(1));
    assertThat(channel.read(place, Duration.ofSeconds(5)).notes()).hasSize(1);
  }

  private void publish(int count) {
    for (int i = 0; i < count; i++) {
      channel.publish(
          new LiveFeed.Note("event", null, null, "{}".getBytes(StandardCharsets.UTF_8)));
    }
  }
}
