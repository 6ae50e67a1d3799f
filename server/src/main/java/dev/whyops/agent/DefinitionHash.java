package dev.whyops.agent;

import dev.whyops.json.Json;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What makes two definitions of an agent the same: SHA-256 over the canonical form of the metadata,
 * its schemas parsed and its tools sorted by name; 32 hex characters. The order of members and of
 * tools, white space, and schema as text or as object make no difference.
 */
final class DefinitionHash {
  private static final int CHARACTERS = 32;
  private static final List<String> SCHEMAS = List.of("inputSchema", "outputSchema");

  /**
   * A definition in its one form.
   *
   * @param textSchemas tools whose schema is text that is no JSON and is kept as text
   */
  record Definition(String canonicalJson, String hash, List<String> textSchemas) {}

  private DefinitionHash() {}

  /**
   * @throws IllegalArgumentException when the metadata has no canonical form
   */
  static Definition of(ObjectNode metadata) {
    ObjectNode copy = metadata.deepCopy();
    List<String> textSchemas = new ArrayList<>();
    if (copy.get("tools") instanceof ArrayNode tools) {
      copy.set("tools", normalTools(tools, textSchemas));
    }
    String canonical = CanonicalJson.of(copy);
    return new Definition(canonical, sha256(canonical).substring(0, CHARACTERS), textSchemas);
  }

  static String sha256(String text) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static ArrayNode normalTools(ArrayNode tools, List<String> textSchemas) {
    List<JsonNode> sorted = new ArrayList<>();
    for (JsonNode tool : tools) {
      if (tool instanceof ObjectNode object) {
        parseSchemas(object, textSchemas);
      }
      sorted.add(tool);
    }
    // Tools of one name are told apart by their canonical form, so that their order cannot matter.
    sorted.sort(Comparator.comparing(DefinitionHash::name).thenComparing(CanonicalJson::of));
    ArrayNode normal = Json.mapper().createArrayNode();
    sorted.forEach(normal::add);
    return normal;
  }

  private static void parseSchemas(ObjectNode tool, List<String> textSchemas) {
    for (String field : SCHEMAS) {
      JsonNode schema = tool.get(field);
      if (schema != null && schema.isString()) {
        parse(schema.stringValue())
            .ifPresentOrElse(parsed -> tool.set(field, parsed), () -> textSchemas.add(name(tool)));
      }
    }
  }

  private static Optional<JsonNode> parse(String text) {
    try {
      JsonNode parsed = Json.mapper().readTree(text);
      return parsed.isMissingNode() ? Optional.empty() : Optional.of(parsed);
    } catch (JacksonException e) {
      return Optional.empty();
    }
  }

  private static String name(JsonNode tool) {
    return tool.path("name").asString("");
  }
}
