package dev.whyops.why.history;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whyops.finding.Evidence;
import dev.whyops.finding.Findings;
import dev.whyops.finding.Thresholds;
import dev.whyops.finding.check.Checks;
import dev.whyops.why.Run;
import dev.whyops.why.card.WhyCards;
import dev.whyops.why.context.ModelFacts;
import dev.whyops.why.stats.Samples;
import dev.whyops.why.view.Fact;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class VersionHistoryTest {
  private static final Instant NOW = Instant.parse("2026-03-04T12:00:00Z");
  private static final String VERSION = "ver_1";

  @Test
  @DisplayName("A history without one trace says what the others alone would say")
  void withoutIsTheSameAsOfTheOthers() {
    Random random = new Random(17);
    for (int round = 0; round < 50; round++) {
      List<TraceDigest> all = new ArrayList<>();
      for (int i = 0; i < 60 + random.nextInt(10); i++) {
        all.add(digest("t" + i, random));
      }
      String left = "t" + random.nextInt(60);
      VersionHistory others =
          VersionHistory.of(VERSION, all.stream().filter(d -> !d.traceId().equals(left)).toList());
      VersionHistory without = VersionHistory.of(VERSION, all).without(left);
      assertThat(told(without)).isEqualTo(told(others));
      assertThat(told(without.between(NOW, null))).isEqualTo(told(others.between(NOW, null)));
      assertThat(told(without.without("unknown")))
          .as("leaves none out")
          .isEqualTo(told(VersionHistory.of(VERSION, all)));
    }
  }

  private static List<Object> told(VersionHistory history) {
    List<Object> told = new ArrayList<>();
    told.add(history.digests());
    told.add(history.traceCount());
    for (String name : List.of("model:m", "tool:search", "tool:none")) {
      told.add(numbers(history.latencies(name)));
      told.add(numbers(history.inputTokens(name)));
    }
    told.add(history.offered("search"));
    told.add(history.calls("search"));
    told.add(history.errors("search"));
    told.add(history.misuses("search"));
    told.add(numbers(history.costs(NOW.plusSeconds(60), Duration.ofSeconds(90))));
    told.add(history.baseRate("user_message", "search"));
    told.add(history.seen("timeout"));
    told.add(Objects.toString(history.firstSeen("timeout")));
    for (String value : List.of("Berlin", "Bern")) {
      told.add(history.usual("search", "$.city", value));
    }
    return told;
  }

  private static List<Long> numbers(Samples samples) {
    List<Long> numbers = new ArrayList<>();
    for (int rank = 1; rank <= samples.size(); rank++) {
      numbers.add(samples.quantile((double) rank / samples.size()));
    }
    return numbers;
  }

  @Test
  @DisplayName("F-36 what is kept of a judged trace holds no state of its version's history")
  void evidenceHoldsNoHistory() throws InterruptedException {
    Run run = Run.of("t1", Run.Dialect.OPENAI).version(VERSION).user("Refund my order");
    run.calls("refund", "{\"order\":\"ZX-90417\"}");
    List<WeakReference<VersionHistory>> states = new ArrayList<>();
    Evidence kept =
        new Evidence(
            run.view(),
            () -> state(states),
            () -> state(states),
            ModelFacts.NONE,
            Thresholds.DEFAULT);
    assertThat(new Findings(Checks.all()).of(kept).failedChecks()).isEmpty();
    WhyCards cards = new WhyCards(kept);
    for (Fact fact : kept.view().facts()) {
      cards.of(fact.id(), List.of());
    }
    assertThat(states).as("the history was asked").isNotEmpty();
    for (int i = 0; i < 100 && states.stream().anyMatch(s -> s.get() != null); i++) {
      System.gc();
      Thread.sleep(20);
    }
    assertThat(states).allMatch(state -> state.get() == null);
    assertThat(kept.view().traceId()).isEqualTo("t1");
  }

  private static VersionHistory state(List<WeakReference<VersionHistory>> states) {
    VersionHistory history = VersionHistory.of(VERSION, List.of(digest("t2", new Random(1))));
    states.add(new WeakReference<>(history));
    return history;
  }

  private static TraceDigest digest(String id, Random random) {
    List<Long> latency = random.longs(random.nextInt(4), 0, 5).boxed().toList();
    return new TraceDigest(
        id,
        "agt_1",
        VERSION,
        NOW.plusSeconds(random.nextInt(-60, 60)),
        false,
        1_000,
        random.nextBoolean() ? null : random.nextLong(9),
        10,
        1,
        Map.of("model:m", latency, "tool:search", latency),
        Map.of("model:m", List.of(random.nextLong(3))),
        random.nextBoolean() ? List.of("search") : List.of(),
        Map.of("search", random.nextInt(3)),
        Map.of("search", random.nextInt(2)),
        Map.of("search", random.nextInt(2)),
        Map.of("user_message", random.nextBoolean() ? "search" : "text"),
        Map.of("search $.city", Map.of("Berlin", 1, random.nextInt(3) == 0 ? "Bern" : "Rome", 1)),
        random.nextBoolean() ? Map.of("timeout", 2) : Map.of(),
        null);
  }
}
