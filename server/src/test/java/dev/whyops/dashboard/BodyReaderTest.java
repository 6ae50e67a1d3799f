package dev.whyops.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whyops.http.ApiException;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.node.ObjectNode;

class BodyReaderTest {
  private static final ApiContract CONTRACT = ApiContract.load();
  private final BodyReader reader = new BodyReader(CONTRACT);

  static Stream<ApiContract.Operation> operationsWithABody() {
    return CONTRACT.operations().stream().filter(operation -> operation.bodySchema() != null);
  }

  @ParameterizedTest
  @MethodSource("operationsWithABody")
  @DisplayName("AU-18 a body member that the contract does not know is 400 unknown_field")
  void refusesUnknownMembersEverywhere(ApiContract.Operation operation) {
    for (String name : new String[] {"isAdmin", "userId", "tenantId", "createdAt", "id"}) {
      assertThatThrownBy(() -> read(operation, "{\"" + name + "\":\"x\"}"))
          .isInstanceOfSatisfying(
              ApiException.class,
              refusal -> {
                assertThat(refusal.status()).isEqualTo(400);
                assertThat(refusal.code()).isEqualTo("unknown_field");
                assertThat(refusal.text()).startsWith(name);
              });
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"email\":\"a@b.c\",\"password\":\"x\",\"email\":\"d@e.f\"}|invalid_json",
        "{\"email\":\"a@b.c\",\"password\":\"x\"} {}|invalid_json",
        "[1]|invalid_json",
        "null|invalid_json",
        "{|invalid_json",
        "{\"email\":\"a@b.c\"}|validation_failed",
        "{\"email\":5,\"password\":\"x\"}|validation_failed",
        "{\"email\":\"\",\"password\":\"x\"}|validation_failed"
      })
  void refusesWhatTheSchemaDoesNotAllow(String body, String code) {
    assertThatThrownBy(() -> read(operation("POST", "/api/auth/login"), body))
        .isInstanceOfSatisfying(
            ApiException.class, refusal -> assertThat(refusal.code()).isEqualTo(code));
  }

  @Test
  void neverRepeatsAValue() {
    assertThatThrownBy(
            () ->
                read(
                    operation("POST", "/api/auth/setup"),
                    "{\"code\":\"c\",\"email\":\"a@b.c\",\"password\":\"hunter2\",\"name\":\"n\"}"))
        .isInstanceOfSatisfying(
            ApiException.class,
            refusal ->
                assertThat(refusal.text() + refusal.details())
                    .contains("password")
                    .doesNotContain("hunter2"));
  }

  @Test
  void takesWhatTheSchemaAllows() {
    ObjectNode body =
        read(operation("POST", "/api/auth/login"), "{\"email\":\"a@b.c\",\"password\":\"x\"}");
    assertThat(body.get("email").asString()).isEqualTo("a@b.c");
  }

  private ObjectNode read(ApiContract.Operation operation, String body) {
    return reader.read(body.getBytes(StandardCharsets.UTF_8), operation);
  }

  private static ApiContract.Operation operation(String method, String path) {
    return CONTRACT.operation(method, path).orElseThrow();
  }
}
