package dev.whyops.why.label;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whyops.finding.Check;
import dev.whyops.finding.Evidence;
import dev.whyops.finding.Finding;
import dev.whyops.finding.Findings;
import dev.whyops.finding.Severity;
import dev.whyops.finding.check.Checks;
import dev.whyops.why.Run;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The bars of the rules, on runs drawn with a seed that tuning never saw. */
class FindingBarsTest {
  private static final int RUNS = 8;
  private static final Findings FINDINGS = new Findings(Checks.all());

  /** Rules that infer; the others state what stands there. */
  private static final Set<String> HEURISTIC =
      Set.of("TOOL_OUTPUT_IGNORED", "ERROR_SWALLOWED", "WRONG_LANGUAGE", "TOOL_DEFINITION_WEAK");

  private record Row(String code, int hits, int misses, int falseAlarms, int rightlyQuiet) {}

  @Test
  void everyRuleFiresOnItsFaultAndNotOnNearMisses() {
    SplittableRandom random = new SplittableRandom(LabelledSet.seed());
    List<Row> rows = new ArrayList<>();
    for (Map.Entry<String, Scenes.Scene> scene : Scenes.all().entrySet()) {
      rows.add(row(scene.getKey(), scene.getValue(), random));
    }
    LabelledSet.report("findings", table(rows));
    assertThat(rows).hasSameSizeAs(Checks.all());
    assertThat(rows.stream().map(Row::code))
        .containsExactlyInAnyOrderElementsOf(Checks.all().stream().map(Check::code).toList());
    bars(rows.stream().filter(r -> !HEURISTIC.contains(r.code())).toList(), 0.99, 0.99);
    bars(rows.stream().filter(r -> HEURISTIC.contains(r.code())).toList(), 0.90, 0.80);
  }

  @Test
  void cleanTracesHaveNothingHighOrCritical() {
    SplittableRandom random = new SplittableRandom(LabelledSet.seed() + 1);
    for (int i = 0; i < 100; i++) {
      Evidence evidence = Evidence.of(clean(random.split(), i).view());
      assertThat(FINDINGS.of(evidence).findings())
          .as("run %d", i)
          .noneMatch(finding -> finding.severity().atLeast(Severity.HIGH));
    }
  }

  private static void bars(List<Row> rows, double precision, double recall) {
    double hits = rows.stream().mapToInt(Row::hits).sum();
    double misses = rows.stream().mapToInt(Row::misses).sum();
    double alarms = rows.stream().mapToInt(Row::falseAlarms).sum();
    assertThat(hits / (hits + alarms)).as("precision").isGreaterThanOrEqualTo(precision);
    assertThat(hits / (hits + misses)).as("recall").isGreaterThanOrEqualTo(recall);
  }

  private static Row row(String code, Scenes.Scene scene, SplittableRandom random) {
    int hits = 0;
    int alarms = 0;
    for (int n = 0; n < RUNS; n++) {
      hits += has(scene.fires().apply(random.split(), n), code) ? 1 : 0;
      alarms += has(scene.misses().apply(random.split(), n), code) ? 1 : 0;
    }
    return new Row(code, hits, RUNS - hits, alarms, RUNS - alarms);
  }

  private static boolean has(Evidence evidence, String code) {
    Findings.Outcome outcome = FINDINGS.of(evidence);
    assertThat(outcome.failedChecks()).isEmpty();
    return outcome.findings().stream().map(Finding::code).anyMatch(code::equals);
  }

  private static Run clean(SplittableRandom random, int n) {
    Values values = new Values(random);
    Run run = Scenes.run(n).system("You serve the customers of a shop.");
    run.tool(
        "orders",
        "Finds an order by its number",
        "{\"type\":\"object\",\"properties\":{\"id\":{\"type\":\"string\"}}}");
    run.tool("cancel", "Cancels an order before it is sent", "{\"type\":\"object\"}");
    String order = values.id();
    String name = values.name();
    run.user("I am " + name + ". Please cancel order " + order + " for me.");
    String found = run.calls("orders", "{\"id\":\"" + order + "\"}");
    String day = values.date().toString();
    run.result(
        found, "{\"id\":\"" + order + "\",\"owner\":\"" + name + "\",\"due\":\"" + day + "\"}");
    String done =
        run.calls(
            "cancel",
            "{\"order\":\"" + order + "\",\"owner\":\"" + name + "\",\"due\":\"" + day + "\"}");
    return run.result(done, "cancelled")
        .answers("Order " + order + ", due on " + day + ", is cancelled.");
  }

  private static String table(List<Row> rows) {
    StringBuilder out =
        new StringBuilder("rule                                 fired  missed  false  quiet");
    for (Row row : rows) {
      out.append(
          String.format(
              "%n%-36s %6d %7d %6d %6d",
              row.code(), row.hits(), row.misses(), row.falseAlarms(), row.rightlyQuiet()));
    }
    return out.toString();
  }
}
