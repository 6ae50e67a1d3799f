package dev.whyops.limit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whyops.project.ProjectId;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class FairShareTest {
  private static final ProjectId NOISY = new ProjectId("noisy");

  private static ProjectId project(int number) {
    return new ProjectId("prj_" + number);
  }

  private static int flood(FairShare share, ProjectId project) {
    int took = 0;
    while (share.take(project, 1)) {
      took++;
    }
    return took;
  }

  @Test
  void tellsWhatItWouldGrantAndTakesNothing() {
    FairShare share = new FairShare(1_000);
    assertThat(share.most()).isEqualTo(800);
    assertThat(share.hasRoom(NOISY, 800)).isTrue();
    assertThat(share.hasRoom(NOISY, 801)).isFalse();
    assertThat(share.hasRoom(NOISY, 1_001)).as("more than there is").isFalse();
    assertThat(share.taken()).isZero();
    assertThat(share.take(NOISY, 700)).isTrue();
    assertThat(share.hasRoom(NOISY, 100)).isTrue();
    assertThat(share.hasRoom(NOISY, 101)).isFalse();
    assertThat(share.hasRoom(project(1), 240)).as("4 times the rest").isTrue();
    assertThat(share.hasRoom(project(1), 241)).isFalse();
    share.giveBack(project(2), 0); // one that never took anything
    share.giveBack(NOISY, 0);
    assertThat(share.taken()).isEqualTo(700);
    share.giveBack(NOISY, 700);
    assertThat(share.taken()).isZero();
  }

  @Test
  @DisplayName("F-26 one that is alone gets nearly all, and leaves enough for twenty more")
  void f26OneFloods() {
    FairShare share = new FairShare(1_000);
    assertThat(flood(share, NOISY)).isEqualTo(800);
    for (int quiet = 0; quiet < 20; quiet++) {
      for (int i = 0; i < 5; i++) {
        assertThat(share.take(project(quiet), 1)).as("a quiet project's call").isTrue();
      }
    }
    assertThat(share.take(NOISY, 1)).isFalse();
    share.giveBack(NOISY, 10);
    assertThat(share.take(NOISY, 1)).as("while others hold more, its share is less").isFalse();
  }

  @Test
  @DisplayName("F-26 what the others give back, one that floods may have")
  void f26NothingIsReserved() {
    FairShare share = new FairShare(1_000);
    assertThat(share.take(project(1), 500)).isTrue();
    assertThat(flood(share, NOISY)).isEqualTo(400);
    share.giveBack(project(1), 500);
    assertThat(flood(share, NOISY)).isEqualTo(400);
  }

  @Test
  void forgetsProjectsThatHoldNothing() {
    FairShare share = new FairShare(1_000);
    assertThat(flood(share, NOISY)).isEqualTo(800);
    for (int i = 0; i < 9_999; i++) {
      assertThat(share.take(project(i), 1)).isTrue();
      share.giveBack(project(i), 1);
    }
    assertThat(share.knownProjects()).isEqualTo(10_000);
    assertThat(share.take(project(10_000), 1)).isTrue();
    assertThat(share.knownProjects()).as("the noisy one, and the one that came").isEqualTo(2);
    share.giveBack(project(10_000), 1);
    assertThat(share.take(NOISY, 1)).as("it holds what it held").isFalse();
  }

  @Property(tries = 200)
  void neverMoreThanThereIsAndAlwaysSomethingLeft(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 30) int projects) {
    Random random = new Random(seed);
    FairShare share = new FairShare(10_000);
    Map<ProjectId, ArrayDeque<Integer>> held = new HashMap<>();
    long sum = 0;
    for (int step = 0; step < 2_000; step++) {
      ProjectId project = project(random.nextInt(projects));
      ArrayDeque<Integer> own = held.computeIfAbsent(project, p -> new ArrayDeque<>());
      int amount = 1 + random.nextInt(400);
      if (random.nextInt(3) == 0 && !own.isEmpty()) {
        int back = own.removeFirst();
        share.giveBack(project, back);
        sum -= back;
      } else if (share.take(project, amount)) {
        own.addLast(amount);
        sum += amount;
      }
      assertThat(share.taken()).isEqualTo(sum).isLessThan(10_000);
      long left = 10_000 - sum;
      ProjectId fresh = new ProjectId("fresh");
      long fair = left * 4 / 5;
      assertThat(share.take(fresh, fair)).as("a newcomer").isTrue();
      share.giveBack(fresh, fair);
    }
  }
}
