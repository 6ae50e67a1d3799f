package dev.whyops.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whyops.auth.Caller;
import dev.whyops.auth.KeyLimits;
import dev.whyops.auth.Scope;
import dev.whyops.endpoint.Request;
import dev.whyops.http.Answer;
import dev.whyops.http.ApiException;
import dev.whyops.json.Json;
import dev.whyops.project.Environment;
import dev.whyops.project.ProjectId;
import dev.whyops.project.ProjectScope;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class InitHandlerTest {
  /** Remembers definitions by hash. */
  private static final class MemoryAgents implements Agents {
    final Map<String, AgentVersion> versions = new HashMap<>();

    @Override
    public AgentVersion init(
        ProjectScope scope, Environment environment, String agentName, String metadataJson) {
      String hash = DefinitionHash.of((ObjectNode) Json.mapper().readTree(metadataJson)).hash();
      AgentVersion known = versions.get(agentName + hash);
      versions.putIfAbsent(
          agentName + hash, new AgentVersion("agt_" + agentName, "ver_" + hash, hash, false));
      return known != null
          ? known
          : new AgentVersion("agt_" + agentName, "ver_" + hash, hash, true);
    }

    @Override
    public AgentVersion observe(
        ProjectScope scope,
        Environment environment,
        String agentName,
        String observedJson,
        Instant at) {
      throw new UnsupportedOperationException();
    }
  }

  private final InitHandler handler = new InitHandler(new MemoryAgents());

  @Test
  void createsAndFindsAgain() {
    String body = "{\"agentName\":\"shop\",\"metadata\":{\"systemPrompt\":\"a\",\"tools\":[]}}";
    Answer first = post(body);
    assertThat(first.status()).isEqualTo(201);
    JsonNode created = Json.mapper().readTree(first.json());
    assertThat(created.propertyNames())
        .containsExactly("success", "agentId", "agentVersionId", "status", "versionHash");
    assertThat(created.get("success").booleanValue()).isTrue();
    assertThat(created.get("status").stringValue()).isEqualTo("created");
    assertThat(created.get("versionHash").stringValue()).matches("[0-9a-f]{32}");

    Answer second = post(body);
    assertThat(second.status()).isEqualTo(200);
    JsonNode existing = Json.mapper().readTree(second.json());
    assertThat(existing.get("status").stringValue()).isEqualTo("existing");
    assertThat(existing.get("agentVersionId")).isEqualTo(created.get("agentVersionId"));
    assertThat(second.headers()).isEmpty();
  }

  @Test
  void absentAndNullAreTheSame() {
    Answer absent = post("{\"agentName\":\"s\",\"metadata\":{\"systemPrompt\":\"a\"}}");
    Answer nulls =
        post(
            "{\"agentName\":\"s\",\"metadata\":{\"systemPrompt\":\"a\",\"description\":null,"
                + "\"tools\":null}}");
    assertThat(nulls.status()).isEqualTo(200);
    assertThat(Json.mapper().readTree(nulls.json()).get("versionHash"))
        .isEqualTo(Json.mapper().readTree(absent.json()).get("versionHash"));
  }

  @Test
  void theOlderNameOfTheNameIsRead() {
    assertThat(post("{\"entityName\":\"s\",\"metadata\":{\"systemPrompt\":\"\"}}").status())
        .isEqualTo(201);
  }

  @Test
  void schemasThatAreNoJsonAreKeptWithAWarning() {
    Answer answer =
        post(
            "{\"agentName\":\"s\",\"metadata\":{\"systemPrompt\":\"a\",\"tools\":["
                + "{\"name\":\"t\",\"inputSchema\":\"a number\"}]}}");
    assertThat(answer.status()).isEqualTo(201);
    assertThat(answer.headers()).containsEntry("X-WhyOps-Warning", "schema_not_json");
  }

  @Test
  @DisplayName("IN-02 bodyNeverNamesTenant: identity in the body is ignored, with a warning")
  void identityComesFromTheKey() {
    Answer answer =
        post(
            "{\"agentName\":\"s\",\"projectId\":\"prj_B\",\"userId\":\"x\","
                + "\"metadata\":{\"systemPrompt\":\"a\"}}");
    assertThat(answer.headers()).containsEntry("X-WhyOps-Warning", "identity_fields_ignored");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '§',
      value = {
        "{}                                                        | agentName             |"
            + " required",
        "{\"agentName\":\"s\"}                                     | metadata              |"
            + " required",
        "{\"agentName\":\"s\",\"metadata\":[]}                     | metadata              |"
            + " wrong_type",
        "{\"agentName\":\"s\",\"metadata\":{}}                     | metadata.systemPrompt |"
            + " required",
        "{\"agentName\":\"s\",\"metadata\":{\"systemPrompt\":1}}   | metadata.systemPrompt |"
            + " wrong_type",
        "{\"agentName\":\" \",\"metadata\":{\"systemPrompt\":\"\"}}  | agentName           |"
            + " bad_agent_name",
        "{\"agentName\":7,\"metadata\":{\"systemPrompt\":\"\"}}    | agentName             |"
            + " bad_agent_name",
        "{\"agentName\":\"a\\u202eb\",\"metadata\":{\"systemPrompt\":\"\"}} | agentName    |"
            + " bad_agent_name",
        "{\"agentName\":\"a\\u0000b\",\"metadata\":{\"systemPrompt\":\"\"}} | agentName    |"
            + " bad_agent_name",
        "{\"agentName\":\"s\",\"metadata\":{\"systemPrompt\":\"\",\"tools\":{}}} | metadata.tools |"
            + " wrong_type",
        "{\"agentName\":\"s\",\"metadata\":{\"systemPrompt\":\"\",\"tools\":[{}]}} |"
            + " metadata.tools[0].name | required",
        "{\"agentName\":\"s\",\"metadata\":{\"systemPrompt\":\"\",\"x\":1e999}} | metadata |"
            + " no_canonical_form"
      })
  void faultsNameTheirField(String body, String field, String code) {
    assertThatThrownBy(() -> post(body))
        .isInstanceOfSatisfying(
            ApiException.class,
            e -> {
              assertThat(e.status()).isEqualTo(400);
              assertThat(e.code()).isEqualTo("validation_failed");
              assertThat(e.details())
                  .anySatisfy(
                      detail -> {
                        assertThat(detail.field()).isEqualTo(field);
                        assertThat(detail.code()).isEqualTo(code);
                      });
            });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '§',
      value = {
        "[]",
        "§§",
        "{\"agentName\":",
        "{\"agentName\":\"a\",\"agentName\":\"b\",\"metadata\":{\"systemPrompt\":\"\"}}",
        "{\"agentName\":\"a\",\"metadata\":{\"systemPrompt\":NaN}}",
        "{\"agentName\":\"a\",\"metadata\":{\"systemPrompt\":\"\"}} x"
      })
  @DisplayName("duplicateEnvelopeNameIs400 and other bodies that are no strict JSON object")
  void refusesWhatIsNoStrictJson(String body) {
    assertThatThrownBy(() -> post(body))
        .isInstanceOfSatisfying(
            ApiException.class,
            e -> {
              assertThat(e.status()).isEqualTo(400);
              assertThat(e.code()).isEqualTo("invalid_json");
            });
  }

  @Test
  void allFaultsComeAtOnce() {
    assertThatThrownBy(() -> post("{\"metadata\":{\"tools\":[1,{\"name\":\"\"}]}}"))
        .isInstanceOfSatisfying(
            ApiException.class,
            e ->
                assertThat(e.details())
                    .extracting(ApiException.Detail::field)
                    .containsExactly(
                        "agentName",
                        "metadata.systemPrompt",
                        "metadata.tools[0]",
                        "metadata.tools[1].name"));
  }

  @Test
  void nestingIsBounded() {
    String deep = "[".repeat(70) + "]".repeat(70);
    assertThatThrownBy(
            () ->
                post(
                    "{\"agentName\":\"a\",\"metadata\":{\"systemPrompt\":\"\",\"x\":"
                        + deep
                        + "}}"))
        .isInstanceOfSatisfying(
            ApiException.class,
            e -> assertThat(e.details().getFirst().code()).isEqualTo("json_too_deep"));
  }

  private Answer post(String body) {
    Caller caller =
        new Caller(
            new ProjectId("prj_A"),
            "shop",
            Environment.PRODUCTION,
            "key_1",
            Set.of(Scope.INGEST),
            null,
            null,
            KeyLimits.NONE);
    return handler.handle(
        new Request(
            "req_1",
            "POST",
            "/v1/agents/init",
            Map.of(),
            Map.of("content-type", List.of("application/json")),
            body.getBytes(StandardCharsets.UTF_8),
            caller));
  }
}
