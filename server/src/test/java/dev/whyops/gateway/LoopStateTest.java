package dev.whyops.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whyops.proxy.Lane;
import io.netty.channel.DefaultEventLoop;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class LoopStateTest {
  private static final long MS = 1_000_000;

  @Test
  @DisplayName("F-23 a loop that was late does not keep up, and does again after two seconds")
  void lateTicks() {
    DefaultEventLoop loop = new DefaultEventLoop();
    try {
      LoopState state = new LoopState(new Lane(loop));
      long now = System.nanoTime() + 10;
      state.tick(now);
      assertThat(state.keepsUp(now + 999 * MS)).isTrue();
      assertThat(state.keepsUp(now + 1_000 * MS)).as("no tick for a second").isFalse();
      state.tick(now + 1_500 * MS);
      assertThat(state.keepsUp(now + 1_501 * MS)).as("a tick came late").isFalse();
      for (long ms = 1_600; ms <= 3_500; ms += 100) {
        assertThat(state.keepsUp(now + ms * MS - 1)).as("%d ms", ms).isFalse();
        state.tick(now + ms * MS);
      }
      assertThat(state.keepsUp(now + 3_500 * MS)).isTrue();
    } finally {
      loop.shutdownGracefully();
    }
  }
}
