package dev.whyops.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ReadingTest {
  @Test
  void readsInOrderSoThatAQuestionFindsWhatWasToldBefore() throws Exception {
    try (Reading reading = new Reading(Runnable::run)) {
      List<Integer> read = new ArrayList<>();
      CountDownLatch asked = new CountDownLatch(1);
      for (int i = 0; i < 100; i++) {
        int number = i;
        assertThat(reading.submit(() -> read.add(number), 1_000, false)).isTrue();
      }
      assertThat(reading.submit(asked::countDown, 1_000, true)).isTrue();
      assertThat(asked.await(10, TimeUnit.SECONDS)).isTrue();
      assertThat(read).hasSize(100).isSorted();
    }
  }

  @Test
  void readsLongTextsElsewhere() {
    List<String> threads = new ArrayList<>();
    try (Reading reading = new Reading(Runnable::run)) {
      reading.submit(() -> threads.add(Thread.currentThread().getName()), 1 << 20, false);
    }
    assertThat(threads).containsExactly(Thread.currentThread().getName());
  }

  @Test
  void refusesWhatTheMemoryDoesNotHold() throws Exception {
    try (Reading reading = new Reading(Runnable::run)) {
      CountDownLatch held = new CountDownLatch(1);
      CountDownLatch begun = new CountDownLatch(1);
      reading.submit(
          () -> {
            begun.countDown();
            try {
              held.await();
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
          },
          1,
          true);
      assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
      int taken = 0;
      while (taken < 2_000 && reading.submit(() -> {}, 100_000, false)) {
        taken++;
      }
      assertThat(taken).isBetween(600, 700); // 64 MiB
      held.countDown();
    }
  }

  @Test
  void oneFaultDoesNotEndTheReading() throws Exception {
    try (Reading reading = new Reading(Runnable::run)) {
      CountDownLatch after = new CountDownLatch(1);
      reading.submit(
          () -> {
            throw new AssertionError("a text that cannot be read");
          },
          10,
          false);
      reading.submit(after::countDown, 10, true);
      assertThat(after.await(10, TimeUnit.SECONDS)).isTrue();
    }
  }
}
