package dev.whyops.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whyops.json.Json;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

class DefinitionHashTest {
  private static final String BASE =
      """
      {"systemPrompt":"Help.","tools":[
        {"name":"a","description":"A","inputSchema":{"type":"object","required":["x"]}},
        {"name":"b","outputSchema":{"type":"string"}}]}
      """;

  @Test
  void isTheStartOfSha256OverTheCanonicalForm() {
    // printf '{"systemPrompt":"a"}' | sha256sum | cut -c1-32
    assertThat(hash("{ \"systemPrompt\" : \"a\" }")).isEqualTo("5eb68460ff0f13ca2d1354b04763e1ab");
  }

  @Test
  void orderSpaceAndTheKindOfSchemaMakeNoDifference() {
    assertThat(
            hash(
                """
                {"tools":[{"outputSchema":"{\\"type\\": \\"string\\"}","name":"b"},
                {"inputSchema":"{ \\"required\\":[\\"x\\"],\\"type\\":\\"object\\" }",
                "description":"A","name":"a"}],"systemPrompt":"Help."}
                """))
        .isEqualTo(hash(BASE));
  }

  @Test
  void whatAModelSeesMakesADifference() {
    String base = hash(BASE);
    assertThat(hash(BASE.replace("Help.", "Help!"))).isNotEqualTo(base);
    assertThat(hash(BASE.replace("\"A\"", "\"B\""))).isNotEqualTo(base);
    assertThat(hash(BASE.replace("[\"x\"]", "[\"x\",\"y\"]"))).isNotEqualTo(base);
    assertThat(hash(BASE.replace("\"string\"", "\"number\""))).isNotEqualTo(base);
  }

  @Test
  void toolsOfOneNameMayComeInAnyOrder() {
    assertThat(hash("{\"tools\":[{\"name\":\"a\",\"description\":\"1\"},{\"name\":\"a\"}]}"))
        .isEqualTo(hash("{\"tools\":[{\"name\":\"a\"},{\"name\":\"a\",\"description\":\"1\"}]}"));
  }

  @Test
  void textThatIsNoJsonStaysText() {
    DefinitionHash.Definition definition =
        of("{\"tools\":[{\"name\":\"a\",\"inputSchema\":\"any text\"}]}");
    assertThat(definition.textSchemas()).containsExactly("a");
    assertThat(definition.canonicalJson()).contains("\"inputSchema\":\"any text\"");
  }

  private static String hash(String json) {
    return of(json).hash();
  }

  private static DefinitionHash.Definition of(String json) {
    return DefinitionHash.of((ObjectNode) Json.mapper().readTree(json));
  }
}
