package dev.whyops.finding;

import dev.whyops.json.Json;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Writes findings as SARIF 2.1.0 (OASIS standard), for code scanning tools and CI. */
public final class Sarif {
  private static final String SCHEMA =
      "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

  private Sarif() {}

  /**
   * @param toolVersion version of this product
   * @param informationUri where the rules are explained; left out unless it is absolute, as the
   *     standard has it
   */
  public static String write(List<Finding> findings, String toolVersion, String informationUri) {
    ObjectNode root = Json.mapper().createObjectNode();
    root.put("$schema", SCHEMA).put("version", "2.1.0");
    ObjectNode run = root.putArray("runs").addObject();
    ObjectNode driver = run.putObject("tool").putObject("driver");
    driver.put("name", "WhyOps").put("semanticVersion", toolVersion);
    if (informationUri.contains("://")) {
      driver.put("informationUri", informationUri);
    }
    Map<String, Integer> rules = rules(driver.putArray("rules"), findings);
    run.put("columnKind", "utf16CodeUnits");
    ArrayNode results = run.putArray("results");
    for (Finding finding : findings) {
      result(results.addObject(), finding, rules.getOrDefault(finding.code(), 0));
    }
    return root.toPrettyString();
  }

  private static Map<String, Integer> rules(ArrayNode rules, List<Finding> findings) {
    Map<String, Integer> index = new LinkedHashMap<>();
    for (Finding finding : findings) {
      if (index.putIfAbsent(finding.code(), index.size()) == null) {
        ObjectNode rule = rules.addObject().put("id", finding.code());
        rule.put("name", finding.code());
        rule.putObject("shortDescription").put("text", sentence(finding.code()));
        rule.putObject("help").put("text", finding.recommendation().action());
        rule.putObject("defaultConfiguration").put("level", level(finding.severity()));
      }
    }
    return index;
  }

  private static void result(ObjectNode result, Finding finding, int rule) {
    result.put("ruleId", finding.code()).put("ruleIndex", rule);
    result.put("level", level(finding.severity()));
    result.putObject("message").put("text", finding.title());
    ObjectNode location =
        result.putArray("locations").addObject().putArray("logicalLocations").addObject();
    location.put("fullyQualifiedName", name(finding)).put("kind", "function");
    result.putObject("partialFingerprints").put("whyopsFinding/v1", finding.fingerprint());
    result.put("occurrenceCount", Math.max(1, finding.count()));
    result.put("rank", Math.round(finding.confidence() * 1_000) / 10.0);
    ObjectNode properties = result.putObject("properties");
    properties.put("id", finding.id()).put("severity", finding.severity().wireName());
    properties.put("confidence", finding.confidence());
    properties.put("recommendation", finding.recommendation().detail());
    if (finding.traceId() != null) {
      properties.put("traceId", finding.traceId());
    }
    ArrayNode evidence = properties.putArray("evidence");
    for (Finding.Ref ref : finding.evidence()) {
      ObjectNode place = evidence.addObject().put("eventId", ref.eventId());
      if (ref.path() != null) {
        place.put("path", ref.path());
      }
    }
    ArrayNode suppressions = result.putArray("suppressions");
    if (finding.status() != Finding.Status.OPEN) {
      suppressions.addObject().put("kind", "external").put("status", "accepted");
    }
  }

  private static String name(Finding finding) {
    StringBuilder name = new StringBuilder();
    name.append(finding.agentName() == null ? "-" : finding.agentName());
    name.append('/').append(finding.versionId() == null ? "-" : finding.versionId());
    return finding.tool() == null
        ? name.toString()
        : name.append('/').append(finding.tool()).toString();
  }

  private static String level(Severity severity) {
    return switch (severity) {
      case CRITICAL, HIGH -> "error";
      case MEDIUM -> "warning";
      case LOW -> "note";
    };
  }

  private static String sentence(String code) {
    String words = code.toLowerCase(java.util.Locale.ROOT).replace('_', ' ');
    return Character.toUpperCase(words.charAt(0)) + words.substring(1) + ".";
  }
}
