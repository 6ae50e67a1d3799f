package dev.whyops.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whyops.kit.Invariants;
import dev.whyops.kit.Schedule;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Half load for long: nothing that was taken stays taken. */
class SoakIT {
  /** {@code -Dwhyops.soak=SECONDS} for another length. */
  private static final int SECONDS =
      Integer.getInteger("whyops.soak", Schedule.pick(20, 30 * 60, 24 * 3_600));

  private static final int CLIENTS = 4;
  private static final int CALLS_PER_CLIENT = 20;

  /** As many as the largest of the caches by number has room for, and some. */
  private static final int FILLING_CALLS = 120_000;

  /**
   * {@code -Dwhyops.soak.paused=true}: everything is stopped at times, and calls under way time
   * out.
   */
  private static final boolean PAUSED = Boolean.getBoolean("whyops.soak.paused");

  private final AtomicInteger broken = new AtomicInteger();

  @Test
  @DisplayName("F-36 soak: files, threads and heap stay flat, nothing is lost")
  void nothingGrows(@TempDir Path folder) throws Exception {
    try (Rig rig = Rig.start(folder, "", List.of())) {
      if (SECONDS >= 600) {
        fill(rig);
      }
      load(rig, SECONDS / 4);
      rig.server.getJson("/api/analytics/overview");
      State before = State.of(rig);
      load(rig, SECONDS - SECONDS / 4);
      long served = rig.provider.served();
      Rig.await("all stored", Duration.ofMinutes(2), () -> stored(rig) >= served);
      State after = State.of(rig);
      System.out.printf(
          "F-36 %d calls in %d s, %d broken: %s then %s%n",
          served, SECONDS, broken.get(), before, after);
      assertThat(broken).as("broken calls").hasValueLessThanOrEqualTo(PAUSED ? 1_000 : 0);
      assertThat(stored(rig)).as("each once").isBetween(served, served + broken.get());
      assertThat(after.openFiles()).isLessThanOrEqualTo(before.openFiles() + 20);
      assertThat(after.threads()).isLessThanOrEqualTo(before.threads() + 10);
      double hours = SECONDS * 0.75 / 3_600;
      // The first minutes still fill caches of stated sizes, so a short run only shows great leaks.
      assertThat(after.heapMib() - before.heapMib())
          .as("MiB of heap after a collection")
          .isLessThanOrEqualTo(48 + hours);
    }
  }

  private record State(long openFiles, long threads, double heapMib) {
    static State of(Rig rig) throws IOException, InterruptedException {
      Vitals vitals = rig.vitals();
      return new State(
          vitals.openFiles(), vitals.threads(), Invariants.usedHeapMib(rig.server.pid()));
    }
  }

  /** Without pauses, so that caches of stated sizes are full when the measuring begins. */
  private void fill(Rig rig) throws InterruptedException {
    each(
        number -> {
          for (int calls = 0; calls < FILLING_CALLS / CLIENTS; calls += CALLS_PER_CLIENT) {
            talk(rig, Rig.CHAT, Duration.ZERO);
          }
        });
  }

  private void load(Rig rig, int seconds) throws InterruptedException {
    long until = System.nanoTime() + Duration.ofSeconds(seconds).toNanos();
    each(
        number -> {
          String path = number % 2 == 0 ? Rig.CHAT : Rig.stream(10, 50, 2);
          while (System.nanoTime() < until) {
            talk(rig, path, Duration.ofMillis(10));
          }
        });
  }

  private void talk(Rig rig, String path, Duration pause) throws InterruptedException {
    try (Client client = rig.client()) {
      for (int n = 0; n < CALLS_PER_CLIENT; n++) {
        if (client.post(path, Rig.STREAM_BODY).reply().status() != 200) {
          broken.incrementAndGet();
        }
        Thread.sleep(pause);
      }
    } catch (IOException e) {
      broken.incrementAndGet();
    }
  }

  private interface Work {
    void run(int number) throws InterruptedException;
  }

  private static void each(Work work) throws InterruptedException {
    Thread[] threads = new Thread[CLIENTS];
    for (int i = 0; i < CLIENTS; i++) {
      int number = i;
      threads[i] =
          Thread.startVirtualThread(
              () -> {
                try {
                  work.run(number);
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                }
              });
    }
    for (Thread thread : threads) {
      thread.join();
    }
  }

  private static long stored(Rig rig) throws IOException, InterruptedException {
    return rig.server.getJson("/api/analytics/overview").path("llmCalls").asLong(-1);
  }
}
