package dev.whyops.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whyops.http.ApiException;
import dev.whyops.json.Json;
import dev.whyops.kit.Fixtures;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Public collections of odd JSON and odd texts as content of events. */
class SuiteTextsTest {
  @TempDir Path directory;

  @Test
  @DisplayName("IN-19 JSONTestSuite as content: what must parse is kept, what must not is refused")
  void in19() throws Exception {
    List<JsonNode> cases = Fixtures.lines("json-test-suite.jsonl");
    List<String> wrong = new ArrayList<>();
    int accepted = 0;
    int refused = 0;
    try (IngestTesting path = new IngestTesting(directory)) {
      for (JsonNode one : cases) {
        String name = one.get("name").stringValue();
        if (!name.startsWith("test_parsing/")) {
          continue;
        }
        int status = send(path, Base64.getDecoder().decode(one.get("base64").stringValue()));
        char expected = name.charAt("test_parsing/".length());
        if (expected == 'y' && status != 202 || expected == 'n' && status != 400) {
          wrong.add(name + " → " + status);
        }
        accepted += expected == 'y' ? 1 : 0;
        refused += expected == 'n' ? 1 : 0;
      }
      path.settle();
      assertThat(path.deadLetter.count()).isZero();
    }
    assertThat(wrong).isEmpty();
    assertThat(accepted).isEqualTo(95);
    assertThat(refused).isGreaterThan(180);
  }

  private static int send(IngestTesting path, byte[] content) throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    body.write(
        "{\"eventType\":\"user_message\",\"traceId\":\"t\",\"agentName\":\"a\",\"content\":"
            .getBytes(StandardCharsets.UTF_8));
    body.write(content);
    body.write('}');
    try {
      return path.post(path.counts, body.toByteArray(), Map.of(), Map.of(), IngestTesting.PROJECT)
          .status();
    } catch (ApiException e) {
      return e.status();
    }
  }

  @Test
  @DisplayName("IN-18 a naughty string in any other text field is kept as sent or refused with 400")
  void in18OtherFields() throws Exception {
    JsonNode strings =
        Json.mapper().readTree(Files.readAllBytes(Fixtures.file("naughty-strings.json")));
    int kept = 0;
    int refused = 0;
    try (IngestTesting path = new IngestTesting(directory)) {
      for (String field :
          List.of(
              "externalUserId", "threadId", "spanId", "idempotencyKey", "agentName", "traceId")) {
        for (JsonNode text : strings) {
          Map<String, String> fields =
              new java.util.LinkedHashMap<>(Map.of("traceId", "t", "agentName", "a"));
          fields.put(field, text.stringValue());
          fields.put("eventType", "user_message");
          int status = send(path, Json.mapper().writeValueAsString(fields));
          assertThat(status).as("%s: %s", field, text).isIn(202, 400);
          kept += status == 202 ? 1 : 0;
          refused += status == 400 ? 1 : 0;
        }
      }
      path.settle();
      assertThat(path.deadLetter.count()).isZero();
    }
    assertThat(kept).isGreaterThan(500);
    assertThat(refused).isGreaterThan(500);
  }

  private static int send(IngestTesting path, String body) throws IOException {
    try {
      byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
      return path.post(path.counts, bytes, Map.of(), Map.of(), IngestTesting.PROJECT).status();
    } catch (ApiException e) {
      return e.status();
    }
  }

  @Test
  @DisplayName("IN-18 the naughty strings come back byte for byte")
  void in18() throws Exception {
    JsonNode strings =
        Json.mapper().readTree(Files.readAllBytes(Fixtures.file("naughty-strings.json")));
    List<String> sent = new ArrayList<>();
    try (IngestTesting path = new IngestTesting(directory)) {
      StringBuilder batch = new StringBuilder("[");
      for (JsonNode text : strings) {
        String quoted = Json.mapper().writeValueAsString(text.stringValue());
        sent.add(quoted);
        batch.append(batch.length() == 1 ? "" : ",");
        batch.append("{\"eventType\":\"user_message\",\"traceId\":\"t\",\"agentName\":\"a\",");
        batch.append("\"content\":").append(quoted).append('}');
      }
      assertThat(path.post(batch.append(']').toString()).status()).isEqualTo(202);
      assertThat(path.trace("t").orElseThrow().events())
          .extracting(Event::contentJson)
          .isEqualTo(sent);
    }
    assertThat(sent).hasSizeGreaterThan(500);
  }
}
