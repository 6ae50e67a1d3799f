package dev.whyops.why.compare;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whyops.why.compare.VersionComparison.Metric;
import dev.whyops.why.compare.VersionComparison.Verdict;
import dev.whyops.why.history.TraceDigest;
import dev.whyops.why.history.VersionHistory;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class VersionComparisonsTest {
  private static final Instant DAY = Instant.parse("2026-03-04T00:00:00Z");

  /** A trace that goes well, but for what a test changes. */
  private record Trace(
      boolean failed,
      long durationUs,
      @Nullable Long cost,
      Map<String, Integer> tools,
      Map<String, Integer> errors,
      String model,
      @Nullable String user) {
    static Trace usual(long number) {
      return new Trace(
          false,
          1_000_000 + number % 7 * 50_000,
          1_000_000L,
          Map.of("search", 2),
          Map.of(),
          "model-a",
          "user-" + number);
    }

    Trace fails(boolean yes) {
      return new Trace(yes, durationUs, cost, tools, errors, model, user);
    }

    Trace takes(long us) {
      return new Trace(failed, us, cost, tools, errors, model, user);
    }

    Trace costs(@Nullable Long nanoUsd) {
      return new Trace(failed, durationUs, nanoUsd, tools, errors, model, user);
    }

    Trace calls(String tool, int n, int failed) {
      return new Trace(
          this.failed,
          durationUs,
          cost,
          Map.of(tool, n),
          failed == 0 ? Map.of() : Map.of(tool, failed),
          model,
          user);
    }

    Trace by(String model, String user) {
      return new Trace(failed, durationUs, cost, tools, errors, model, user);
    }
  }

  @Test
  @DisplayName("Less than 30 traces on a side give no verdict, however great the effect")
  void tooFewTraces() {
    VersionComparison comparison =
        VersionComparisons.of(
            history("a", 29, Trace::usual),
            history("b", 500, n -> Trace.usual(n).fails(true).takes(60_000_000)));
    assertThat(comparison.metrics()).allMatch(m -> m.verdict() == Verdict.TOO_FEW);
    assertThat(metric(comparison, "duration").effect()).isGreaterThan(30);
  }

  @Test
  void saysWhatGotWorseAndWhatBetter() {
    VersionComparison comparison =
        VersionComparisons.of(
            history("a", 60, n -> Trace.usual(n).fails(n % 2 == 0)),
            history("b", 80, n -> Trace.usual(n).takes(3_000_000 + n % 5 * 1_000)));
    Metric failed = metric(comparison, "failed_traces");
    assertThat(failed.verdict()).isEqualTo(Verdict.BETTER);
    assertThat(failed.effect()).isEqualTo(-0.5);
    assertThat(Objects.requireNonNull(failed.ci95()).high()).isNegative();
    Metric duration = metric(comparison, "duration");
    assertThat(duration.verdict()).isEqualTo(Verdict.WORSE);
    assertThat(duration.cliffsDelta()).isEqualTo(1);
    assertThat(Objects.requireNonNull(duration.ci95()).low()).isGreaterThan(2);
    assertThat(metric(comparison, "cost").verdict()).isEqualTo(Verdict.NO_CLEAR_CHANGE);
  }

  @Test
  void equalVersionsShowNoClearChange() {
    SplittableRandom random = new SplittableRandom(31);
    int alarms = 0;
    for (int round = 0; round < 100; round++) {
      VersionComparison comparison =
          VersionComparisons.of(noise(random, "a", 50), noise(random, "b", 50));
      alarms +=
          comparison.metrics().stream()
                  .anyMatch(m -> m.verdict() == Verdict.BETTER || m.verdict() == Verdict.WORSE)
              ? 1
              : 0;
    }
    assertThat(alarms).as("of 100 comparisons without a difference").isLessThanOrEqualTo(5);
  }

  @Test
  @DisplayName("From a cost of nothing there is no ratio, and still a verdict")
  void fromNothing() {
    Metric cost =
        metric(
            VersionComparisons.of(
                history("a", 40, n -> Trace.usual(n).costs(0L)),
                history("b", 40, n -> Trace.usual(n).costs(5_000L))),
            "cost");
    assertThat(cost.effect()).isNull();
    assertThat(cost.ci95()).isNull();
    assertThat(cost.verdict()).isEqualTo(Verdict.WORSE);
  }

  @Test
  void unpricedTracesAreNotCountedAsFree() {
    Metric cost =
        metric(
            VersionComparisons.of(
                history("a", 40, Trace::usual),
                history("b", 40, n -> Trace.usual(n).costs(n < 10 ? 1_000_000L : null))),
            "cost");
    assertThat(cost.nB()).isEqualTo(10);
    assertThat(cost.b()).isEqualTo(1_000_000);
    assertThat(cost.verdict()).isEqualTo(Verdict.TOO_FEW);
  }

  @Test
  void namesTheToolThatFails() {
    VersionComparison comparison =
        VersionComparisons.of(
            history("a", 60, n -> Trace.usual(n).calls("search", 1, 0)),
            history(
                "b",
                120,
                n -> Trace.usual(n).calls(n < 60 ? "search" : "fetch", 1, n % 2 == 0 ? 1 : 0)));
    Metric errors = metric(comparison, "tool_errors");
    assertThat(errors.subject().tool()).isEqualTo("search");
    assertThat(errors.nB()).isEqualTo(60);
    assertThat(errors.b()).isEqualTo(0.5);
    assertThat(errors.verdict()).isEqualTo(Verdict.WORSE);
    assertThat(comparison.toolCallsB()).isEqualTo(Map.of("search", 60L, "fetch", 60L));
    assertThat(comparison.totalVariation()).isEqualTo(0.5);
  }

  @Test
  void namesShiftsOfModelsAndUsers() {
    VersionComparison comparison =
        VersionComparisons.of(
            history("a", 50, n -> Trace.usual(n).by("model-a", "user-" + n % 3)),
            history(
                "b", 50, n -> Trace.usual(n).by(n < 40 ? "model-b" : "model-a", "user-" + n % 3)));
    assertThat(comparison.shifts())
        .containsExactly("other mix of models: model-a 100 % → 20 %, model-b 0 % → 80 %");
    assertThat(
            VersionComparisons.of(
                    history("a", 50, n -> Trace.usual(n).by("model-a", "user-" + n % 3)),
                    history("b", 50, n -> Trace.usual(n).by("model-a", "user-7")))
                .shifts())
        .singleElement()
        .asString()
        .startsWith("other mix of users: user-7 0 % → 100 %");
    assertThat(
            VersionComparisons.of(history("a", 50, Trace::usual), history("b", 50, Trace::usual))
                .shifts())
        .isEmpty();
  }

  @Test
  void versionsWithoutTracesGiveNoNumbers() {
    VersionComparison comparison =
        VersionComparisons.of(VersionHistory.NONE, history("b", 40, Trace::usual));
    assertThat(comparison.metrics()).allMatch(m -> m.effect() == null && m.ci95() == null);
    assertThat(comparison.metrics()).allMatch(m -> m.verdict() == Verdict.TOO_FEW);
    assertThat(comparison.totalVariation()).isNull();
  }

  private static VersionHistory noise(SplittableRandom random, String version, int traces) {
    return history(
        version,
        traces,
        n ->
            Trace.usual(n)
                .fails(random.nextInt(10) == 0)
                .takes(Math.round(1_000_000 * Math.exp(0.5 * random.nextGaussian())))
                .costs((long) random.nextInt(1_000, 9_000))
                .calls("search", 2, random.nextInt(5) == 0 ? 1 : 0));
  }

  private static Metric metric(VersionComparison comparison, String name) {
    return comparison.metrics().stream()
        .filter(m -> m.subject().name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static VersionHistory history(String version, int traces, LongFunction<Trace> trace) {
    List<TraceDigest> digests = new ArrayList<>();
    for (int i = 0; i < traces; i++) {
      Trace t = trace.apply(i);
      digests.add(
          new TraceDigest(
              version + i,
              "agt_1",
              version,
              DAY.plusSeconds(i),
              t.failed(),
              t.durationUs(),
              t.cost(),
              1_000,
              2,
              Map.of(TraceDigest.MODEL + t.model(), List.of(800_000L, 900_000L)),
              Map.of(),
              List.of(),
              t.tools(),
              t.errors(),
              Map.of(),
              Map.of(),
              Map.of(),
              Map.of(),
              t.user()));
    }
    return VersionHistory.of(version, digests);
  }
}
