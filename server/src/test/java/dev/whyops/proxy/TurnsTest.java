package dev.whyops.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whyops.project.ProjectId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class TurnsTest {
  private static final ProjectId NOISY = new ProjectId("noisy");

  private final ArrayDeque<Runnable> loop = new ArrayDeque<>();
  private final Turns turns = new Turns(loop::addLast);
  private final List<String> begun = new ArrayList<>();

  private void comes(ProjectId project, long nowNanos) {
    if (turns.mayBegin(nowNanos)) {
      begun.add(project.value());
    } else {
      turns.await(project, () -> begun.add(project.value()));
    }
  }

  private void servesSockets() {
    Runnable next = loop.pollFirst();
    if (next != null) {
      next.run();
    }
  }

  @Test
  void fewCallsBeginAtOnce() {
    for (int i = 0; i < 1_000; i++) {
      comes(NOISY, i * 100_000L);
    }
    assertThat(begun).hasSize(1_000);
    assertThat(loop).isEmpty();
  }

  @Test
  @DisplayName("F-26 twenty quiet projects begin with the next turn, whatever one floods")
  void f26QuietProjectsComeNext() {
    for (int i = 0; i < 10_000; i++) {
      comes(NOISY, 0);
    }
    assertThat(begun).hasSize(Turns.PER_TURN);
    for (int i = 0; i < 20; i++) {
      comes(new ProjectId("quiet" + i), 0);
    }
    begun.clear();
    servesSockets();
    assertThat(begun).hasSize(Turns.PER_TURN);
    assertThat(begun.stream().filter(name -> name.startsWith("quiet"))).hasSize(20);
  }

  @Test
  @DisplayName("F-26 one that is alone waits for the sockets only, and loses nothing")
  void f26NothingIsLostAlone() {
    for (int i = 0; i < 1_000; i++) {
      comes(NOISY, 0);
    }
    int rounds = 0;
    while (!loop.isEmpty()) {
      servesSockets();
      rounds++;
    }
    assertThat(begun).hasSize(1_000);
    assertThat(rounds).isEqualTo((1_000 - Turns.PER_TURN + Turns.PER_TURN - 1) / Turns.PER_TURN);
  }

  @Test
  void theOrderOfOneProjectIsKept() {
    for (int i = 0; i < 200; i++) {
      String call = "call" + i;
      if (turns.mayBegin(0)) {
        begun.add(call);
      } else {
        turns.await(NOISY, () -> begun.add(call));
      }
    }
    while (!loop.isEmpty()) {
      servesSockets();
    }
    for (int i = 0; i < 200; i++) {
      assertThat(begun.get(i)).isEqualTo("call" + i);
    }
  }
}
