package dev.whyops.why.schema;

import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import com.networknt.schema.path.PathType;
import dev.whyops.why.view.Tool;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Checks arguments against offered schemas: the draft that {@code $schema} names, else 2020-12; no
 * remote reference is ever followed; steps, depth and patterns are bounded. A schema that cannot be
 * used gives no verdict and never an exception.
 *
 * <p>Not thread-safe; made per trace, so that each schema is compiled once.
 */
public final class ArgumentSchemas {
  private static final int SCHEMA_CHARS_MAX = 256 * 1024;
  private static final int ARGUMENTS_CHARS_MAX = 1024 * 1024;
  private static final int SCHEMAS_MAX = 1_000;
  private static final int ERRORS_MAX = 5;
  private static final int ERROR_CHARS_MAX = 200;
  private static final int STEPS_MAX = 50_000;
  private static final int DEPTH_MAX = 200;

  private static final SchemaRegistryConfig CONFIG =
      SchemaRegistryConfig.builder()
          .pathType(PathType.JSON_PATH)
          .preloadSchema(false)
          .regularExpressionFactory(BoundedPattern::new)
          .build();

  private final SchemaRegistry registry =
      SchemaRegistry.withDefaultDialect(
          SpecificationVersion.DRAFT_2020_12,
          builder ->
              builder
                  .schemaRegistryConfig(CONFIG)
                  .schemaCacheEnabled(false)
                  .schemaLoader(loader -> loader.allow(iri -> isBuiltIn(iri.toString()))));
  private final Map<String, Compiled> compiled = new HashMap<>();

  private record Compiled(@Nullable Schema schema, String problem) {}

  /**
   * @param arguments null when the text is no JSON
   */
  public SchemaVerdict judge(Tool tool, String text, @Nullable JsonNode arguments) {
    if (arguments == null) {
      return text.isBlank()
          ? judgeEmpty(tool)
          : SchemaVerdict.broken(List.of("$: the arguments are no JSON"));
    }
    if (tool.schema() == null) {
      return SchemaVerdict.fits();
    }
    if (text.length() > ARGUMENTS_CHARS_MAX) {
      return SchemaVerdict.unknown("arguments larger than 1 MiB");
    }
    Compiled found = compile(tool.schema());
    if (found.schema() == null) {
      return SchemaVerdict.unknown(found.problem());
    }
    return validate(found.schema(), arguments);
  }

  private SchemaVerdict judgeEmpty(Tool tool) {
    boolean needed = tool.schema() != null && !tool.schema().path("required").isEmpty();
    return needed
        ? SchemaVerdict.broken(List.of("$: no arguments, and some are required"))
        : SchemaVerdict.fits();
  }

  private static SchemaVerdict validate(Schema schema, JsonNode arguments) {
    try {
      List<Error> errors =
          schema.validate(
              arguments,
              (context, config) ->
                  context.executionConfig(
                      builder ->
                          builder.maxEvaluationSteps(STEPS_MAX).maxEvaluationDepth(DEPTH_MAX)));
      if (errors.isEmpty()) {
        return SchemaVerdict.fits();
      }
      List<String> told = new ArrayList<>();
      for (Error error : errors.subList(0, Math.min(ERRORS_MAX, errors.size()))) {
        told.add(clipped(error.getInstanceLocation() + ": " + error.getMessage()));
      }
      return SchemaVerdict.broken(told);
    } catch (RuntimeException e) {
      return SchemaVerdict.unknown("the schema could not be applied");
    } catch (StackOverflowError e) {
      return SchemaVerdict.unknown("the schema refers to itself without end");
    }
  }

  private Compiled compile(JsonNode schema) {
    String text = schema.toString();
    Compiled known = compiled.get(text);
    if (known != null) {
      return known;
    }
    if (compiled.size() >= SCHEMAS_MAX) {
      return new Compiled(null, "more than " + SCHEMAS_MAX + " schemas in the trace");
    }
    Compiled fresh = compile(schema, text);
    compiled.put(text, fresh);
    return fresh;
  }

  private Compiled compile(JsonNode schema, String text) {
    if (text.length() > SCHEMA_CHARS_MAX) {
      return new Compiled(null, "schema larger than 256 KiB");
    }
    if (!schema.isObject() && !schema.isBoolean()) {
      return new Compiled(null, "the schema is no JSON Schema");
    }
    if (!SchemaShape.sound(schema)) {
      return new Compiled(null, "the schema is malformed");
    }
    try {
      return new Compiled(registry.getSchema(schema), "");
    } catch (RuntimeException e) {
      return new Compiled(null, "the schema is malformed");
    } catch (StackOverflowError e) {
      return new Compiled(null, "the schema refers to itself without end");
    }
  }

  private static boolean isBuiltIn(String iri) {
    return iri.startsWith("https://json-schema.org/draft/")
        || iri.startsWith("http://json-schema.org/draft-");
  }

  private static String clipped(String text) {
    return text.length() <= ERROR_CHARS_MAX ? text : text.substring(0, ERROR_CHARS_MAX - 1) + "…";
  }
}
