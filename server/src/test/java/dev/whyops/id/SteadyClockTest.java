package dev.whyops.id;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class SteadyClockTest {
  private final ManualTime time = new ManualTime();
  private final SteadyClock clock = new SteadyClock(time, time);

  @Test
  @DisplayName("AU-25 a clock set back one hour stops nothing and revives nothing")
  void neverRunsBackwards() {
    Instant before = clock.instant();
    time.setWall(before.minus(Duration.ofHours(1)));
    assertThat(clock.instant()).isEqualTo(before);
    time.pass(Duration.ofSeconds(10));
    assertThat(clock.instant()).isEqualTo(before.plusSeconds(10));
  }

  @Test
  @DisplayName("What happens within a millisecond keeps its order on the precise clock")
  void tellsMicroseconds() {
    Instant before = clock.precise().instant();
    time.pass(Duration.ofNanos(40_000));
    assertThat(clock.precise().instant()).isEqualTo(before.plusNanos(40_000));
    assertThat(clock.instant()).isEqualTo(before);
  }

  @Test
  void followsTheWallClockForwards() {
    Instant later = clock.instant().plus(Duration.ofHours(3));
    time.setWall(later);
    assertThat(clock.instant()).isEqualTo(later);
    time.pass(Duration.ofSeconds(1));
    assertThat(clock.instant()).isEqualTo(later.plusSeconds(1));
  }
}
