package dev.whyops.why.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class EffectsTest {
  @Test
  void cliffsDeltaCountsPairs() {
    assertThat(Samples.of(1, 2, 3).cliffsDelta(Samples.of(4, 5))).isEqualTo(1);
    assertThat(Samples.of(4, 5).cliffsDelta(Samples.of(1, 2, 3))).isEqualTo(-1);
    assertThat(Samples.of(1, 3).cliffsDelta(Samples.of(2, 3)))
        .isCloseTo((2 - 1 + 0) / 4.0, within(1e-12));
    assertThat(Samples.NONE.cliffsDelta(Samples.of(1))).isZero();
  }

  @Test
  void cliffsDeltaIsWhatCountingAllPairsGives() {
    SplittableRandom random = new SplittableRandom(21);
    for (int run = 0; run < 200; run++) {
      long[] a = random.longs(1 + random.nextInt(30), 0, 12).toArray();
      long[] b = random.longs(1 + random.nextInt(30), 0, 12).toArray();
      double balance = 0;
      for (long x : a) {
        for (long y : b) {
          balance += Long.compare(y, x);
        }
      }
      assertThat(Samples.of(a).cliffsDelta(Samples.of(b)))
          .isCloseTo(balance / a.length / b.length, within(1e-12));
    }
  }

  @Test
  void falseDiscoveriesAreHeldBackByRank() {
    assertThat(FalseDiscovery.stands(new double[] {0.04, 0.01, 0.03, 0.9}, 0.05))
        .containsExactly(false, true, false, false);
    // The greatest one that fits its rank takes all smaller ones with it.
    assertThat(FalseDiscovery.stands(new double[] {0.02, 0.03, 0.0375}, 0.05))
        .containsExactly(true, true, true);
    assertThat(FalseDiscovery.stands(new double[0], 0.05)).isEmpty();
  }

  @Test
  void quantilesAreNearestRanks() {
    Samples samples = Samples.of(50, 10, 40, 20, 30);
    assertThat(samples.quantile(0.5)).isEqualTo(30);
    assertThat(samples.quantile(0.95)).isEqualTo(50);
    assertThat(samples.median()).isEqualTo(30);
    assertThat(Samples.of(1, 2, 3, 10).median()).isEqualTo(2.5);
    assertThat(samples.quantileWithout(50, 0.95)).isEqualTo(40);
    assertThat(samples.and(Samples.of(60)).quantile(1)).isEqualTo(60);
  }

  @Test
  void totalVariationIsHalfTheMovedShare() {
    assertThat(MixShift.variation(Map.of("a", 1L), Map.of("b", 5L))).isEqualTo(1);
    assertThat(MixShift.variation(Map.of("a", 1L, "b", 1L), Map.of("a", 3L, "b", 1L)))
        .isCloseTo(0.25, within(1e-12));
    assertThat(MixShift.variation(Map.of(), Map.of("a", 1L))).isZero();
  }

  @Test
  void aShiftIsToldFromChance() {
    List<String> mostlyX = mix(30, 5);
    List<String> mostlyY = mix(5, 30);
    assertThat(MixShift.of(mostlyX, mostlyY).pValue()).isLessThan(0.01);
    assertThat(MixShift.of(mostlyX, mix(29, 6)).pValue()).isGreaterThan(0.5);
  }

  @Test
  void usersThatEachComeOnceAreNoShift() {
    List<String> a = new ArrayList<>();
    List<String> b = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      a.add("before-" + i);
      b.add("after-" + i);
    }
    MixShift shift = MixShift.of(a, b);
    assertThat(shift.variation()).isCloseTo(1, within(1e-9));
    assertThat(shift.pValue()).isEqualTo(1);
  }

  private static List<String> mix(int x, int y) {
    List<String> mix = new ArrayList<>(Collections.nCopies(x, "x"));
    mix.addAll(Collections.nCopies(y, "y"));
    return mix;
  }
}
