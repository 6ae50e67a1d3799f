package dev.whyops.agent;

import dev.whyops.http.ApiException;
import dev.whyops.http.ApiException.Detail;
import dev.whyops.id.Names;
import dev.whyops.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The checked body of an init call. All faults are reported at once. */
record InitBody(String agentName, ObjectNode metadata) {
  static final int DEPTH_MAX = 64;
  static final int TOOLS_MAX = 10_000;
  static final int UNKNOWN_MEMBERS_MAX = 256;
  static final int UNKNOWN_BYTES_MAX = 64 * 1024;

  private static final Set<String> IDENTITY =
      Set.of("userId", "tenantId", "projectId", "environmentId");
  private static final Set<String> METADATA = Set.of("systemPrompt", "description", "tools");

  /**
   * @param warnings collects what was accepted but not as it was meant
   * @throws ApiException 400 {@code validation_failed} with one detail per fault
   */
  static InitBody check(ObjectNode body, List<String> warnings) {
    List<Detail> faults = new ArrayList<>();
    if (body.propertyNames().stream().anyMatch(IDENTITY::contains)) {
      warnings.add("identity_fields_ignored");
    }
    if (deeper(body, DEPTH_MAX)) {
      throw failed(
          List.of(fault("metadata", "The body nests deeper than 64 levels.", "json_too_deep")));
    }
    String name = agentName(body, faults);
    ObjectNode metadata = metadata(body, faults, warnings);
    if (!faults.isEmpty() || metadata == null) {
      throw failed(faults);
    }
    return new InitBody(name, metadata);
  }

  static ApiException failed(List<Detail> faults) {
    String message = faults.isEmpty() ? "The body is not valid." : faults.getFirst().message();
    return new ApiException(400, "validation_failed", message, faults, Map.of());
  }

  /** {@code entityName} is an older word for it. */
  private static String agentName(ObjectNode body, List<Detail> faults) {
    JsonNode name = body.has("agentName") ? body.get("agentName") : body.path("entityName");
    if (name.isString() && Names.allowed(name.stringValue(), Names.AGENT_MAX)) {
      return name.stringValue();
    }
    faults.add(
        name.isMissingNode()
            ? fault("agentName", "agentName is required.", "required")
            : fault(
                "agentName",
                "agentName has 1-255 characters, not only spaces, without control or direction"
                    + " characters.",
                "bad_agent_name"));
    return "";
  }

  private static @Nullable ObjectNode metadata(
      ObjectNode body, List<Detail> faults, List<String> warnings) {
    if (!(body.get("metadata") instanceof ObjectNode metadata)) {
      faults.add(
          body.has("metadata")
              ? fault("metadata", "metadata is an object.", "wrong_type")
              : fault("metadata", "metadata is required.", "required"));
      return null;
    }
    JsonNode prompt = metadata.path("systemPrompt");
    if (!prompt.isString()) {
      faults.add(
          prompt.isMissingNode()
              ? fault("metadata.systemPrompt", "metadata.systemPrompt is required.", "required")
              : fault("metadata.systemPrompt", "metadata.systemPrompt is text.", "wrong_type"));
    }
    optionalText(metadata, "description", "metadata.description", faults);
    tools(metadata, faults, warnings);
    unknownMembers(metadata, faults);
    canonical(metadata, faults);
    return metadata;
  }

  private static void tools(ObjectNode metadata, List<Detail> faults, List<String> warnings) {
    JsonNode tools = metadata.path("tools");
    if (tools.isMissingNode() || tools.isNull()) {
      metadata.remove("tools"); // null says the same as absent, and must hash the same
      return;
    }
    if (!tools.isArray() || tools.size() > TOOLS_MAX) {
      faults.add(
          fault("metadata.tools", "metadata.tools is an array of at most 10000.", "wrong_type"));
      return;
    }
    for (int i = 0; i < tools.size(); i++) {
      String path = "metadata.tools[" + i + "]";
      if (tools.get(i) instanceof ObjectNode tool) {
        tool(tool, path, faults, warnings);
      } else {
        faults.add(fault(path, path + " is an object.", "wrong_type"));
      }
    }
  }

  private static void tool(
      ObjectNode tool, String path, List<Detail> faults, List<String> warnings) {
    JsonNode name = tool.path("name");
    if (!name.isString() || name.stringValue().isEmpty()) {
      faults.add(fault(path + ".name", path + ".name is required and is text.", "required"));
    }
    optionalText(tool, "description", path + ".description", faults);
    schema(tool, "inputSchema", path, faults, warnings);
    schema(tool, "outputSchema", path, faults, warnings);
  }

  private static void schema(
      ObjectNode tool, String field, String path, List<Detail> faults, List<String> warnings) {
    JsonNode schema = tool.path(field);
    if (schema.isMissingNode() || schema.isObject() || schema.isBoolean()) {
      return;
    }
    if (schema.isNull()) {
      tool.remove(field);
    } else if (!schema.isString()) {
      faults.add(
          fault(
              path + "." + field,
              path + "." + field + " is JSON text or an object.",
              "wrong_type"));
    } else if (!isJson(schema.stringValue()) && !warnings.contains("schema_not_json")) {
      warnings.add("schema_not_json");
    }
  }

  private static boolean isJson(String text) {
    try {
      return !Json.mapper().readTree(text).isMissingNode();
    } catch (JacksonException e) {
      return false;
    }
  }

  private static void optionalText(
      ObjectNode node, String field, String path, List<Detail> faults) {
    JsonNode value = node.path(field);
    if (value.isNull()) {
      node.remove(field);
    } else if (!value.isMissingNode() && !value.isString()) {
      faults.add(fault(path, path + " is text.", "wrong_type"));
    }
  }

  private static void unknownMembers(ObjectNode metadata, List<Detail> faults) {
    int count = 0;
    long characters = 0;
    for (Map.Entry<String, JsonNode> member : metadata.properties()) {
      if (!METADATA.contains(member.getKey())) {
        count++;
        characters += member.getKey().length() + (long) member.getValue().toString().length();
      }
    }
    if (count > UNKNOWN_MEMBERS_MAX || characters > UNKNOWN_BYTES_MAX) {
      faults.add(
          fault(
              "metadata",
              "Members of metadata that are not known take at most 64 KiB and 256 names.",
              "too_large"));
    }
  }

  /** What cannot be written down in one way cannot be compared with the next call. */
  private static void canonical(ObjectNode metadata, List<Detail> faults) {
    try {
      CanonicalJson.of(metadata);
    } catch (IllegalArgumentException e) {
      faults.add(fault("metadata", "metadata holds " + e.getMessage() + ".", "no_canonical_form"));
    }
  }

  /** Whether containers nest below this many levels; looks no deeper. */
  private static boolean deeper(JsonNode node, int levels) {
    if (levels == 0) {
      return true;
    }
    for (JsonNode child : node) {
      if (child.isContainer() && deeper(child, levels - 1)) {
        return true;
      }
    }
    return false;
  }

  private static Detail fault(String field, String message, String code) {
    return new Detail(0, field, message, code);
  }
}
