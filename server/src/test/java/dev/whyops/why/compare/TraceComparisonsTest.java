package dev.whyops.why.compare;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whyops.why.Run;
import dev.whyops.why.compare.TraceComparison.Divergence;
import dev.whyops.why.compare.TraceComparison.Match;
import dev.whyops.why.label.LabelledSet;
import dev.whyops.why.view.TraceView;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class TraceComparisonsTest {
  private static final int PAIRS = 200;

  @Test
  void equalRunsDoNotPart() {
    TraceComparison comparison = TraceComparisons.of(run("a", 6, -1), run("b", 6, -1));
    assertThat(comparison.firstDivergence()).isNull();
    assertThat(comparison.steps()).allMatch(step -> step.match() == Match.SAME);
  }

  @Test
  void findsTheDecisionInWhichTheyPart() {
    SplittableRandom random = new SplittableRandom(LabelledSet.seed());
    int found = 0;
    for (int i = 0; i < PAIRS; i++) {
      int length = 3 + random.nextInt(12);
      int at = random.nextInt(length);
      TraceView a = run("a", length, -1);
      TraceView b = run("b", length - random.nextInt(2), at);
      Divergence first = TraceComparisons.of(a, b).firstDivergence();
      found += first != null && a.calls().get(at).eventId().equals(first.a()) ? 1 : 0;
    }
    LabelledSet.report("first divergence", found + " of " + PAIRS + " pairs of runs (bar 0.95)");
    assertThat((double) found / PAIRS).isGreaterThanOrEqualTo(0.95);
  }

  @Test
  void saysWhetherTheInputHadDiffered() {
    Run a = Run.of("a", Run.Dialect.OPENAI).user("Where is it?");
    Run b = Run.of("b", Run.Dialect.OPENAI).user("Where was it?");
    Run c = Run.of("c", Run.Dialect.OPENAI).user("Where is it?");
    a.calls("search", "{}");
    b.answers("Here.");
    c.answers("Here.");
    Divergence other =
        Objects.requireNonNull(TraceComparisons.of(a.view(), b.view()).firstDivergence());
    assertThat(other.inputDiffered()).isTrue();
    assertThat(other.where()).isEqualTo("messages[0]");
    Divergence same =
        Objects.requireNonNull(TraceComparisons.of(a.view(), c.view()).firstDivergence());
    assertThat(same.inputDiffered()).isFalse();
  }

  @Test
  void capsVeryLongRunsAndSaysSo() {
    TraceComparison comparison = TraceComparisons.of(run("a", 1_200, -1), run("b", 1_200, 7));
    assertThat(comparison.truncated()).isTrue();
    assertThat(comparison.firstDivergence()).isNotNull();
  }

  private static TraceView run(String name, int length, int other) {
    Run run = Run.of(name, Run.Dialect.ANTHROPIC).user("Find it");
    for (int i = 0; i < length; i++) {
      String tool = i == other ? "another" : "tool" + i % 4;
      String id = run.calls(tool, "{\"q\":\"" + i + "\"}");
      run.result(id, "result " + i);
      if (i % 50 == 49) {
        run.drop(0, 60);
      }
    }
    return run.view();
  }
}
