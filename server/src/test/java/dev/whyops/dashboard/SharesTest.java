package dev.whyops.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whyops.http.ApiException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class SharesTest {
  @Test
  @DisplayName("DA-08 of 100 requests of one user four run at once and the rest are 429")
  void boundsOneUser() throws InterruptedException {
    Shares shares = new Shares(Duration.ofMillis(50));
    AtomicInteger running = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    AtomicInteger refused = new AtomicInteger();
    CountDownLatch release = new CountDownLatch(1);
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      threads.add(
          Thread.startVirtualThread(
              () -> {
                try (Shares.Permit _ = shares.take("usr_a")) {
                  most.accumulateAndGet(running.incrementAndGet(), Math::max);
                  release.await();
                  running.decrementAndGet();
                } catch (ApiException e) {
                  refused.incrementAndGet();
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                }
              }));
    }
    while (refused.get() < 96) {
      Thread.sleep(5);
    }
    try (Shares.Permit other = shares.take("usr_b")) {
      assertThat(other).isNotNull();
    }
    release.countDown();
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(most).hasValue(Shares.RUNNING_MAX);
    assertThat(refused).hasValue(96);
  }

  @Test
  void aPermitThatIsGivenBackIsTakenByTheNextOne() {
    Shares shares = new Shares(Duration.ofMillis(1));
    for (int i = 0; i < 20; i++) {
      shares.take("usr_a").close();
    }
    List<Shares.Permit> held = new ArrayList<>();
    for (int i = 0; i < Shares.RUNNING_MAX; i++) {
      held.add(shares.take("usr_a"));
    }
    assertThatThrownBy(() -> shares.take("usr_a"))
        .isInstanceOfSatisfying(
            ApiException.class,
            refusal -> {
              assertThat(refusal.status()).isEqualTo(429);
              assertThat(refusal.headers()).containsKey("Retry-After");
            });
    held.getFirst().close();
    shares.take("usr_a").close();
  }
}
