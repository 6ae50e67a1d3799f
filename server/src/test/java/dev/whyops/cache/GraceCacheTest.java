package dev.whyops.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whyops.http.UnavailableException;
import dev.whyops.id.ManualTime;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class GraceCacheTest {
  private static final Duration FRESH = Duration.ofSeconds(5);
  private static final Duration GRACE = Duration.ofMinutes(10);

  private final ManualTime time = new ManualTime();
  private final GraceCache<String, String> cache = new GraceCache<>(10, FRESH, GRACE, time);

  @Test
  void anAnswerIsFreshForAWhile() {
    cache.load("k", _ -> Optional.of("v"));
    time.pass(FRESH.minusNanos(1));
    assertThat(cache.fresh("k")).contains("v");
    time.pass(Duration.ofNanos(1));
    assertThat(cache.fresh("k")).isEmpty();
  }

  @Test
  void servesTheLastAnswerWhileTheStoreIsAway() {
    cache.load("k", _ -> Optional.of("v"));
    time.pass(GRACE.minusSeconds(1));
    assertThat(cache.load("k", _ -> away())).contains("v");
    assertThat(cache.fresh("k")).contains("v"); // the next caller does not wait for the store
    time.pass(Duration.ofSeconds(1));
    assertThatThrownBy(() -> cache.load("k", _ -> away())).isInstanceOf(UnavailableException.class);
  }

  @Test
  void asksAgainSoonAfterAFailure() {
    cache.load("k", _ -> Optional.of("old"));
    time.pass(FRESH);
    cache.load("k", _ -> away());
    time.pass(GraceCache.QUIET_AFTER_FAILURE);
    assertThat(cache.fresh("k")).isEmpty();
    assertThat(cache.load("k", _ -> Optional.of("new"))).contains("new");
  }

  @Test
  @DisplayName("F-09 a store that hangs costs one caller half a second, and the next ones nothing")
  void aHangingStoreIsNotWaitedFor() throws InterruptedException {
    CountDownLatch healed = new CountDownLatch(1);
    CountDownLatch answered = new CountDownLatch(1);
    cache.load("k", _ -> Optional.of("old"));
    time.pass(FRESH);
    long began = System.nanoTime();
    assertThat(cache.load("k", _ -> hang(healed))).contains("old");
    assertThat(System.nanoTime() - began).isGreaterThanOrEqualTo(GraceCache.PATIENCE.toNanos());
    assertThat(cache.fresh("k")).contains("old");
    time.pass(GraceCache.QUIET_AFTER_FAILURE);
    assertThat(cache.fresh("k")).as("one may try again").isEmpty();
    assertThat(
            cache.load(
                "k",
                _ -> {
                  Optional<String> answer = hang(healed);
                  answered.countDown();
                  return answer;
                }))
        .contains("old");
    time.pass(GraceCache.QUIET_AFTER_FAILURE);
    assertThat(cache.fresh("k")).as("one tries already").contains("old");
    assertThat(cache.load("k", _ -> away())).as("and he alone").contains("old");
    healed.countDown();
    assertThat(answered.await(10, TimeUnit.SECONDS)).isTrue();
    await(() -> cache.load("k", _ -> Optional.of("newer")).orElseThrow().equals("newer"));
  }

  @Test
  void anotherFaultOfTheStoreIsTold() {
    cache.load("k", _ -> Optional.of("v"));
    time.pass(FRESH);
    assertThatThrownBy(
            () ->
                cache.load(
                    "k",
                    _ -> {
                      throw new IllegalStateException("a fault of ours");
                    }))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void anEvictionDuringALoadWins() {
    cache.load(
        "k",
        _ -> {
          cache.evict("k"); // the row changes after it was read
          return Optional.of("stale");
        });
    assertThat(cache.fresh("k")).isEmpty();
  }

  @Test
  void whatIsGoneIsForgotten() {
    cache.load("k", _ -> Optional.of("v"));
    time.pass(FRESH);
    assertThat(cache.load("k", _ -> Optional.empty())).isEmpty();
    assertThatThrownBy(() -> cache.load("k", _ -> away())).isInstanceOf(UnavailableException.class);
  }

  private static Optional<String> hang(CountDownLatch until) {
    try {
      until.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return Optional.of("new");
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    long until = System.nanoTime() + 10_000_000_000L;
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("in time").isLessThan(until);
      Thread.sleep(5);
    }
  }

  private static Optional<String> away() {
    throw new UnavailableException("control_plane_unavailable", "away");
  }
}
