package dev.whyops.dashboard;

import com.networknt.schema.Error;
import dev.whyops.http.ApiException;
import dev.whyops.http.ApiException.Detail;
import dev.whyops.json.Json;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads a JSON body strictly: no name twice, nothing after the object, and only what the contract's
 * schema allows. Messages name fields and rules, never values: a body may hold a secret.
 */
final class BodyReader {
  private static final ObjectReader STRICT =
      Json.mapper()
          .readerFor(JsonNode.class)
          .with(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
  private static final int DETAILS_MAX = 20;

  private final ApiContract contract;

  BodyReader(ApiContract contract) {
    this.contract = contract;
  }

  ObjectNode read(byte[] bytes, ApiContract.Operation operation) {
    String schema = operation.bodySchema();
    if (schema == null) {
      if (bytes.length > 0) {
        throw new ApiException(400, "body_not_allowed", "This operation takes no body.");
      }
      return Json.mapper().createObjectNode();
    }
    if (bytes.length == 0) {
      if (operation.bodyRequired()) {
        throw new ApiException(400, "invalid_json", "A JSON body is required.");
      }
      return Json.mapper().createObjectNode();
    }
    JsonNode body = parse(bytes);
    List<Error> errors = contract.schema(schema).validate(body);
    if (!errors.isEmpty()) {
      throw refusal(errors);
    }
    return (ObjectNode) body;
  }

  private static JsonNode parse(byte[] bytes) {
    JsonNode body;
    try {
      body = STRICT.readValue(bytes);
    } catch (JacksonException e) {
      throw new ApiException(
          400, "invalid_json", "The body is not valid JSON, or a name is twice.");
    }
    if (!(body instanceof ObjectNode)) {
      throw new ApiException(400, "invalid_json", "The body must be a JSON object.");
    }
    return body;
  }

  private static ApiException refusal(List<Error> errors) {
    List<Detail> details = errors.stream().limit(DETAILS_MAX).map(BodyReader::detail).toList();
    Detail first =
        details.stream()
            .filter(d -> d.code().equals("unknown_field"))
            .findFirst()
            .orElse(details.getFirst());
    return new ApiException(
        400, first.code(), first.field() + " " + first.message() + ".", details, Map.of());
  }

  private static Detail detail(Error error) {
    String place = error.getInstanceLocation().toString().replaceFirst("^[$/.]+", "");
    String property = error.getProperty();
    String field = place;
    if (property != null) {
      field = place.isEmpty() ? property : place + "." + property;
    }
    return switch (error.getKeyword()) {
      case "additionalProperties" ->
          new Detail(0, bounded(field), "is not a known field", "unknown_field");
      case "required" -> new Detail(0, bounded(field), "is required", "validation_failed");
      case "enum" ->
          new Detail(
              0, bounded(field), "must be one of " + error.getSchemaNode(), "validation_failed");
      case "minLength", "maxLength", "minItems", "maxItems", "minimum", "maximum" ->
          new Detail(
              0,
              bounded(field),
              "breaks " + error.getKeyword() + " " + error.getSchemaNode(),
              "validation_failed");
      default ->
          new Detail(
              0, bounded(field), "is not of the form that it must have", "validation_failed");
    };
  }

  /** A name that a client invented may be long; it is told, but not at any length. */
  private static String bounded(String field) {
    return field.length() <= 200 ? field : field.substring(0, 200);
  }
}
