package dev.whyops.dashboard;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.whyops.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The OpenAPI document, which is written before the code and is law for it: which operations there
 * are, who may use them, which query parameters and bodies they take. Immutable.
 */
public final class ApiContract {
  private static final String RESOURCE = "/contract/openapi.json";
  private static final String BASE = "https://whyops.invalid/openapi.json";

  private final byte[] document;
  private final Map<String, Operation> operations = new LinkedHashMap<>();
  private final SchemaRegistry schemas;

  /**
   * One operation as the document describes it.
   *
   * @param bodySchema name of the body's schema; null when it takes none
   * @param answerSchema name of the JSON answer's schema; null when it is of another kind
   */
  public record Operation(
      String id,
      String method,
      String path,
      String permission,
      boolean readKey,
      boolean served,
      List<QueryRule> query,
      @Nullable String bodySchema,
      boolean bodyRequired,
      @Nullable String answerSchema) {}

  private ApiContract(byte[] document) {
    this.document = document;
    JsonNode root = Json.mapper().readTree(document);
    this.schemas =
        SchemaRegistry.withDefaultDialect(
            SpecificationVersion.DRAFT_2020_12,
            registry ->
                registry.schemas(Map.of(BASE, new String(document, StandardCharsets.UTF_8))));
    root.get("paths")
        .forEachEntry(
            (path, methods) ->
                methods.forEachEntry((method, node) -> add(operation(method, path, node, root))));
  }

  /** Reads the document that is packed with the server. */
  public static ApiContract load() {
    try (InputStream in = ApiContract.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new IllegalStateException(RESOURCE + " is not packed with the server");
      }
      return new ApiContract(in.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The document's own bytes. */
  byte[] document() {
    return document;
  }

  public List<Operation> operations() {
    return List.copyOf(operations.values());
  }

  public Optional<Operation> operation(String method, String path) {
    return Optional.ofNullable(operations.get(method + " " + path));
  }

  /** A schema of the document by name. */
  public Schema schema(String name) {
    return schemas.getSchema(SchemaLocation.of(BASE + "#/components/schemas/" + name));
  }

  private void add(Operation operation) {
    operations.put(operation.method() + " " + operation.path(), operation);
  }

  private static Operation operation(String method, String path, JsonNode node, JsonNode root) {
    List<QueryRule> query = new ArrayList<>();
    for (JsonNode parameter : node.path("parameters")) {
      if (parameter.path("in").asString("").equals("query")) {
        query.add(QueryRule.of(parameter, root));
      }
    }
    boolean readKey = false;
    for (JsonNode alternative : node.path("security")) {
      readKey |= alternative.has("apiKey");
    }
    return new Operation(
        node.get("operationId").asString(),
        method.toUpperCase(Locale.ROOT),
        path,
        node.get("x-whyops-permission").asString(),
        readKey,
        node.path("x-whyops-served").asBoolean(true),
        List.copyOf(query),
        schemaName(node.path("requestBody")),
        node.path("requestBody").path("required").asBoolean(false),
        answerSchema(node.get("responses")));
  }

  private static @Nullable String answerSchema(JsonNode responses) {
    for (Map.Entry<String, JsonNode> response : responses.properties()) {
      if (response.getKey().startsWith("2")) {
        return schemaName(response.getValue());
      }
    }
    return null;
  }

  private static @Nullable String schemaName(JsonNode holder) {
    String ref =
        holder.path("content").path("application/json").path("schema").path("$ref").asString("");
    return ref.isEmpty() ? null : ref.substring(ref.lastIndexOf('/') + 1);
  }
}
