package dev.whyops.why.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whyops.why.view.Parsing;
import dev.whyops.why.view.Tool;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArgumentSchemasTest {
  @Test
  void namesThePlaceThatDoesNotFit() {
    SchemaVerdict verdict =
        judge(
            "{\"properties\":{\"a\":{\"properties\":{\"b\":{\"type\":\"integer\"}}}}}",
            "{\"a\":{\"b\":\"x\"}}");
    assertThat(verdict.mismatch()).isTrue();
    assertThat(verdict.errors().getFirst()).startsWith("$.a.b: ");
  }

  @Test
  void readsTheDraftThatTheSchemaNames() {
    String schema =
        "{\"$schema\":\"http://json-schema.org/draft-04/schema#\",\"properties\":{\"n\":{\"minimum\":5,\"exclusiveMinimum\":true}}}";
    assertThat(judge(schema, "{\"n\":5}").mismatch()).isTrue();
    assertThat(judge(schema, "{\"n\":6}").mismatch()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"$ref\":\"https://nowhere.example/schema.json\"}",
        "{\"$ref\":\"file:///etc/passwd\"}",
        "{\"type\":[12,{}],\"properties\":7}",
        "{\"$ref\":\"#/$defs/a\",\"$defs\":{\"a\":{\"$ref\":\"#/$defs/b\"},\"b\":{\"$ref\":\"#/$defs/a\"}}}",
        "{\"$schema\":\"https://nowhere.example/draft\"}",
        "{\"properties\":{\"x\":{\"pattern\":\"[\"}}}",
        "{\"properties\":{\"x\":{\"pattern\":\"^(a|aa|aaa)*(b|bb|bbb)*(c|cc|aa|a)*$\"}}}",
        "[]"
      })
  void aSchemaThatCannotBeUsedGivesNoVerdict(String schema) {
    SchemaVerdict verdict = judge(schema, "{\"x\":\"" + "a".repeat(5_000) + "!\"}");
    assertThat(verdict.mismatch()).as(verdict.errors().toString()).isFalse();
  }

  private static SchemaVerdict judge(String schema, String arguments) {
    Tool tool = new Tool(0, "t", "d", Objects.requireNonNull(Parsing.orNull(schema)), schema);
    return new ArgumentSchemas().judge(tool, arguments, Parsing.orNull(arguments));
  }
}
