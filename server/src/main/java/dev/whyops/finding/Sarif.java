package dev.whyops.finding;

import dev.whyops.json.Json;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.core.JsonEncoding;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes findings as SARIF 2.1.0 (OASIS standard), for code scanning tools and CI: one by one, so
 * that their number costs no memory. The rules, of which there are few, come behind them.
 */
public final class Sarif {
  private static final String SCHEMA =
      "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

  private final JsonGenerator json;
  private final ObjectNode driver = Json.mapper().createObjectNode();
  private final ArrayNode rules;
  private final Map<String, Integer> ruleIndex = new LinkedHashMap<>();

  /**
   * @param toolVersion version of this product
   * @param informationUri where the rules are explained; left out unless it is absolute, as the
   *     standard has it
   */
  public Sarif(OutputStream out, String toolVersion, String informationUri) {
    driver.put("name", "WhyOps").put("semanticVersion", toolVersion);
    if (informationUri.contains("://")) {
      driver.put("informationUri", informationUri);
    }
    rules = driver.putArray("rules");
    json = Json.mapper().writerWithDefaultPrettyPrinter().createGenerator(out, JsonEncoding.UTF8);
    json.writeStartObject();
    json.writeStringProperty("$schema", SCHEMA);
    json.writeStringProperty("version", "2.1.0");
    json.writeName("runs");
    json.writeStartArray();
    json.writeStartObject();
    json.writeStringProperty("columnKind", "utf16CodeUnits");
    json.writeName("results");
    json.writeStartArray();
  }

  /** A whole file of these findings. */
  public static String write(List<Finding> findings, String toolVersion, String informationUri) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Sarif sarif = new Sarif(out, toolVersion, informationUri);
    findings.forEach(sarif::add);
    sarif.end();
    return out.toString(StandardCharsets.UTF_8);
  }

  public void add(Finding finding) {
    ObjectNode result = Json.mapper().createObjectNode();
    result(result, finding, rule(finding));
    json.writePOJO(result);
  }

  /** Ends the file; without this it is cut off, and no reader takes it for whole. */
  public void end() {
    json.writeEndArray();
    json.writeName("tool");
    json.writeStartObject();
    json.writeName("driver");
    json.writePOJO(driver);
    json.writeEndObject();
    json.writeEndObject();
    json.writeEndArray();
    json.writeEndObject();
    json.flush();
  }

  private int rule(Finding finding) {
    Integer known = ruleIndex.putIfAbsent(finding.code(), ruleIndex.size());
    if (known != null) {
      return known;
    }
    ObjectNode rule = rules.addObject().put("id", finding.code());
    rule.put("name", finding.code());
    rule.putObject("shortDescription").put("text", sentence(finding.code()));
    rule.putObject("help").put("text", finding.recommendation().action());
    rule.putObject("defaultConfiguration").put("level", level(finding.severity()));
    return ruleIndex.size() - 1;
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
    String words = code.toLowerCase(Locale.ROOT).replace('_', ' ');
    return Character.toUpperCase(words.charAt(0)) + words.substring(1) + ".";
  }
}
