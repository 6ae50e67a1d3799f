package dev.whyops.finding;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whyops.event.EventType;
import dev.whyops.finding.check.Checks;
import dev.whyops.json.Json;
import dev.whyops.why.Run;
import dev.whyops.why.view.TraceViews;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class FindingsTest {
  private static final Findings FINDINGS = new Findings(Checks.all());
  private static final Instant NOW = Instant.parse("2026-03-05T00:00:00Z");

  @Test
  void aCleanRunHasNone() {
    Run run = Run.openai().tool("orders", "Finds an order by its number", null);
    run.user("Where is order 77123?");
    String call = run.calls("orders", "{\"id\":77123}");
    run.result(call, "{\"status\":\"lost in transit\",\"since\":\"2026-03-01\"}");
    run.answers("Order 77123 has been lost in transit since 2026-03-01.");
    assertThat(of(run)).isEmpty();
  }

  @Test
  void aToolToldByProxyAndSdkIsNeitherOpenNorOrphaned() {
    for (Run run : List.of(Run.openai(), Run.anthropic())) {
      run.user("Where is order 77123?");
      String call = run.calls("orders", "{\"id\":77123}");
      String calls = "\"toolCalls\":[{\"id\":\"" + call + "\"}]";
      String output = "{\"status\":\"lost in transit\"}";
      run.sdk(EventType.TOOL_CALL_REQUEST, "own", "{" + calls + "}", "orders", call, null);
      String told = "{" + calls + ",\"toolResults\":" + output + "}";
      run.sdk(EventType.TOOL_CALL_RESPONSE, "own", told, "orders", call, null);
      run.result(call, output).answers("Order 77123 is lost in transit.");
      assertThat(of(run)).isEmpty();
    }
  }

  @Test
  void everyRuleHasItsOwnCode() {
    assertThat(Checks.all()).hasSize(30).extracting(Check::code).doesNotHaveDuplicates();
  }

  @Test
  void keepsAHundredOfACodeAndCountsTheRest() {
    Run run = Run.openai();
    for (int i = 0; i < 250; i++) {
      run.sdk(EventType.TOOL_CALL_REQUEST, "s" + i, "{}", "t");
    }
    List<Finding> missing =
        of(run).stream().filter(f -> f.code().equals("MISSING_TOOL_CALL_RESPONSE")).toList();
    assertThat(missing).hasSize(Report.PER_CODE_MAX + 1);
    assertThat(missing.getLast().count()).isEqualTo(150);
    assertThat(missing.getLast().title()).startsWith("150 more like these");
  }

  @Test
  void sameFaultSameId() {
    assertThat(of(faulty())).isEqualTo(of(faulty())).isNotEmpty();
  }

  @Test
  void suppressionsMarkAndNeverHide() {
    List<Finding> findings = of(faulty());
    Finding first = findings.getFirst();
    Suppression suppression =
        new Suppression(
            "s",
            first.code(),
            "agent",
            first.tool(),
            null,
            null,
            "known",
            "owner",
            NOW,
            NOW.plusSeconds(60));
    List<Finding> marked = Suppression.apply(findings, List.of(suppression), NOW);
    assertThat(marked).hasSameSizeAs(findings);
    assertThat(marked.getFirst().status()).isEqualTo(Finding.Status.SUPPRESSED);
    assertThat(Suppression.apply(findings, List.of(suppression), NOW.plusSeconds(61)))
        .isEqualTo(findings);
    assertThat(Gate.exitCode(findings, Severity.HIGH)).isEqualTo(Gate.FAIL);
    assertThat(Gate.exitCode(marked, Severity.HIGH)).isEqualTo(Gate.PASS);
  }

  @Test
  void anEmptyClosedTraceIsCriticalAndAnOpenOneIsNot() {
    assertThat(FINDINGS.of(Evidence.of(TraceViews.of("t", true, List.of()))).findings())
        .extracting(Finding::code)
        .containsExactly("TRACE_HAS_NO_EVENTS");
    assertThat(FINDINGS.of(Evidence.of(TraceViews.of("t", false, List.of()))).findings()).isEmpty();
  }

  @Test
  void writesSarif() {
    List<Finding> findings = of(faulty());
    JsonNode sarif =
        Json.mapper().readTree(Sarif.write(findings, "0.1.0", "https://example.org/why"));
    assertThat(sarif.path("version").asString()).isEqualTo("2.1.0");
    JsonNode run = sarif.path("runs").get(0);
    assertThat(run.path("results").size()).isEqualTo(findings.size());
    JsonNode result = run.path("results").get(0);
    JsonNode rule =
        run.path("tool").path("driver").path("rules").get(result.path("ruleIndex").asInt());
    assertThat(rule.path("id")).isEqualTo(result.path("ruleId"));
    assertThat(result.path("level").asString()).isEqualTo("error");
    assertThat(result.at("/locations/0/logicalLocations/0/fullyQualifiedName").asString())
        .isEqualTo("agent/ver_1/refund");
    assertThat(result.at("/partialFingerprints/whyopsFinding~1v1").asString()).hasSize(24);
  }

  private static Run faulty() {
    Run run = Run.openai().tool("refund", "Pays money back", null).user("Refund my order, please");
    String call = run.calls("refund", "{\"order\":\"ZX-90417\"}");
    return run.result(call, "done").answers("Your refund is on its way.");
  }

  private static List<Finding> of(Run run) {
    Findings.Outcome outcome = FINDINGS.of(Evidence.of(run.view()));
    assertThat(outcome.failedChecks()).isEmpty();
    return outcome.findings();
  }
}
