package dev.whyops.finding;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whyops.finding.check.Checks;
import dev.whyops.json.Json;
import dev.whyops.why.label.GoldenTraces;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * What the SARIF 2.1.0 standard demands of the members that are written here: names, types, allowed
 * words and ranges, and what has to agree. Over findings of every code.
 */
class SarifTest {
  private static final Findings RULES = new Findings(Checks.all());
  private static final Set<String> RESULT_MEMBERS =
      Set.of(
          "ruleId",
          "ruleIndex",
          "level",
          "message",
          "locations",
          "partialFingerprints",
          "occurrenceCount",
          "rank",
          "suppressions",
          "properties");

  @Test
  @DisplayName("An export of every code keeps the rules of SARIF 2.1.0")
  void everyCode() {
    List<Finding> findings = findings();
    findings.set(0, findings.getFirst().with(Finding.Status.SUPPRESSED));
    JsonNode log =
        Json.mapper().readTree(Sarif.write(findings, "1.2.3", "https://example.org/why"));
    assertThat(log.propertyNames()).containsExactlyInAnyOrder("$schema", "version", "runs");
    assertThat(log.path("version").stringValue()).isEqualTo("2.1.0");
    assertThat(URI.create(log.path("$schema").stringValue()).isAbsolute()).isTrue();
    assertThat(log.path("runs").size()).isEqualTo(1);
    JsonNode run = log.path("runs").get(0);
    JsonNode driver = run.at("/tool/driver");
    assertThat(driver.path("name").stringValue()).isNotBlank();
    assertThat(driver.path("semanticVersion").stringValue()).matches("\\d+\\.\\d+\\.\\d+.*");
    assertThat(URI.create(driver.path("informationUri").stringValue()).isAbsolute()).isTrue();
    assertThat(run.path("columnKind").stringValue()).isIn("utf16CodeUnits", "unicodeCodePoints");
    Set<String> ids = new HashSet<>();
    for (JsonNode rule : driver.path("rules")) {
      assertThat(ids.add(rule.path("id").stringValue())).as("rule ids are unique").isTrue();
      assertThat(rule.at("/shortDescription/text").stringValue()).endsWith(".");
      assertThat(rule.at("/help/text").stringValue()).isNotBlank();
      assertThat(rule.at("/defaultConfiguration/level").stringValue()).isIn(levels());
    }
    assertThat(ids).hasSize(Checks.all().size());
    assertThat(run.path("results").size()).isEqualTo(findings.size());
    for (JsonNode result : run.path("results")) {
      result(result, driver.path("rules"));
    }
    assertThat(run.at("/results/0/suppressions/0/kind").stringValue()).isEqualTo("external");
  }

  private static void result(JsonNode result, JsonNode rules) {
    assertThat(RESULT_MEMBERS).containsAll(result.propertyNames());
    JsonNode rule = rules.get(result.path("ruleIndex").intValue());
    assertThat(rule.path("id")).isEqualTo(result.path("ruleId"));
    assertThat(result.path("level").stringValue()).isIn(levels());
    assertThat(result.at("/message/text").stringValue()).isNotBlank();
    assertThat(result.path("occurrenceCount").isIntegralNumber()).isTrue();
    assertThat(result.path("occurrenceCount").intValue()).isPositive();
    assertThat(result.path("rank").doubleValue()).isBetween(0.0, 100.0);
    for (JsonNode print : result.path("partialFingerprints")) {
      assertThat(print.isString()).isTrue();
    }
    assertThat(result.path("locations").isEmpty()).isFalse();
    for (JsonNode location : result.path("locations")) {
      for (JsonNode logical : location.path("logicalLocations")) {
        assertThat(logical.path("fullyQualifiedName").stringValue()).isNotBlank();
        assertThat(logical.path("kind").isString()).isTrue();
      }
    }
    for (JsonNode suppression : result.path("suppressions")) {
      assertThat(suppression.path("kind").stringValue()).isIn("inSource", "external");
      assertThat(suppression.path("status").stringValue())
          .isIn("accepted", "underReview", "rejected");
    }
  }

  private static List<String> levels() {
    return List.of("none", "note", "warning", "error");
  }

  private static List<Finding> findings() {
    List<Finding> findings = new ArrayList<>();
    GoldenTraces.all().forEach(golden -> findings.addAll(RULES.of(golden.evidence()).findings()));
    return findings;
  }
}
