package dev.whyops.pace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class PaceTest {
  private static final Pace PACE = new Pace(0.5, 0.05, Duration.ofSeconds(60));
  private static final CallLoad.Reading QUIET = new CallLoad.Reading(0.001, 0.0);
  private static final CallLoad.Reading SOME = new CallLoad.Reading(0.4, 0.5);
  private static final CallLoad.Reading ALL = new CallLoad.Reading(0.8, 0.02);

  private static Duration rest(CallLoad.Reading load, long oldestSeconds) {
    return PACE.restAfter(Duration.ofMillis(100), load, Duration.ofSeconds(oldestSeconds));
  }

  @Test
  void doesNotRestWithoutCallsHoweverBusyTheMachineIs() {
    assertThat(rest(QUIET, 0)).isZero();
  }

  @Test
  void restsAsLongAsItWorksWhileCallsRun() {
    assertThat(rest(SOME, 0)).isEqualTo(Duration.ofMillis(100));
    assertThat(rest(SOME, 89)).isEqualTo(Duration.ofMillis(100));
  }

  @Test
  void nearlyStopsWhileCallsTakeEverything() {
    assertThat(rest(ALL, 0)).isEqualTo(Duration.ofMillis(1_900));
    assertThat(rest(ALL, 60)).isEqualTo(Duration.ofMillis(1_900));
  }

  @Test
  void losesItsPatienceWithWhatIsOld() {
    assertThat(rest(ALL, 90)).isEqualTo(Duration.ofMillis(100));
    assertThat(rest(ALL, 120)).isZero();
    assertThat(rest(ALL, 100_000)).isZero();
  }

  @Test
  void fewCallsOnABusyMachineAreNoPressure() {
    assertThat(rest(new CallLoad.Reading(0.05, 0.0), 0)).isEqualTo(Duration.ofMillis(100));
  }

  @Test
  void readsTheLoadFromWhatTheGatewayCounts() {
    AtomicLong calls = new AtomicLong();
    AtomicLong reads = new AtomicLong();
    AtomicLong nanos = new AtomicLong();
    MachineLoad load = new MachineLoad(calls::get, reads::get, () -> 0.9, nanos::get);
    for (int i = 0; i < 50; i++) {
      nanos.addAndGet(100_000_000);
      calls.addAndGet(1_000);
      reads.addAndGet(3_000);
      load.now();
    }
    // 10,000 calls and 30,000 reads a second
    assertThat(load.now().callCores()).isCloseTo(0.5, within(0.01));
    assertThat(load.now().idleShare()).isCloseTo(0.1, within(0.01));
    nanos.addAndGet(5_000_000_000L);
    assertThat(Pace.isQuiet(load.now())).isTrue();
  }

  @Test
  void takesHalfOfAMachineThatTellsNothingAsBusy() {
    AtomicLong nanos = new AtomicLong();
    MachineLoad load = new MachineLoad(() -> 0, () -> 0, () -> -1, nanos::get);
    nanos.addAndGet(60_000_000_000L);
    assertThat(load.now().idleShare()).isCloseTo(0.5, within(0.01));
  }
}
