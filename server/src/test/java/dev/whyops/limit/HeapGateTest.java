package dev.whyops.limit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class HeapGateTest {
  private static final long KIB = 1_024;

  private final HeapGate gate = new HeapGate(100 * KIB);

  @Test
  void knowsWhatNeverFits() {
    assertThat(gate.fits(100 * KIB)).isTrue();
    assertThat(gate.fits(100 * KIB + 1)).isFalse();
    assertThat(gate.fits(1L << 50)).isFalse();
  }

  @Test
  void raisesOnlyWhatIsFreeNow() {
    try (HeapGate.Pass first = gate.enter(40 * KIB);
        HeapGate.Pass second = gate.enter(40 * KIB)) {
      assertThat(first.raise(60 * KIB)).isTrue();
      assertThat(second.raise(41 * KIB)).isFalse();
      assertThat(second.raise(1L << 50)).isFalse();
      assertThat(second.raise(10 * KIB)).as("held already").isTrue();
      first.lower(30 * KIB);
      assertThat(second.raise(70 * KIB)).isTrue();
      assertThat(second.raise(71 * KIB)).as("no more is free").isFalse();
    }
    gate.enter(100 * KIB).close();
  }

  @Test
  void raisesToAllThereIs() {
    try (HeapGate.Pass pass = gate.enter(0)) {
      assertThat(pass.raise(100 * KIB)).isTrue();
    }
  }

  @Test
  void lettingGoTwiceGivesBackOnce() {
    HeapGate.Pass pass = gate.enter(60 * KIB);
    pass.close();
    pass.close();
    pass.lower(0);
    try (HeapGate.Pass whole = gate.enter(100 * KIB)) {
      assertThat(whole.raise(101 * KIB)).isFalse();
    }
  }

  @Test
  void neverMoreAtOnceThanThereIsRoomFor() throws InterruptedException {
    AtomicLong inside = new AtomicLong();
    AtomicLong most = new AtomicLong();
    CountDownLatch done = new CountDownLatch(200);
    for (int i = 0; i < 200; i++) {
      long size = (i % 40 + 1) * KIB;
      Thread.startVirtualThread(
          () -> {
            try (HeapGate.Pass pass = gate.enter(size)) {
              most.accumulateAndGet(inside.addAndGet(size), Math::max);
              Thread.yield();
              inside.addAndGet(-size);
            }
            done.countDown();
          });
    }
    assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();
    assertThat(most.get()).isLessThanOrEqualTo(100 * KIB);
  }
}
