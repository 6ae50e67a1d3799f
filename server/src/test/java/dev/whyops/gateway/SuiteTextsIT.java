package dev.whyops.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whyops.json.Json;
import dev.whyops.kit.Fixtures;
import dev.whyops.provider.CallKind;
import dev.whyops.provider.Dialect;
import dev.whyops.provider.ProviderType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Public collections of odd JSON and odd texts as bodies and answers of calls. */
class SuiteTextsIT {
  private final Harness gateway = new Harness();
  private volatile byte[] answer = {};

  @SuppressWarnings("NullAway.Init")
  private ScriptedUpstream upstream;

  @BeforeEach
  void start() throws IOException {
    upstream =
        new ScriptedUpstream(
            (seen, out, socket) -> {
              Wire.write(
                  out,
                  "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: "
                      + answer.length
                      + "\r\n\r\n");
              Wire.write(out, answer);
              return true;
            });
    gateway.openAi(upstream.port());
    gateway.anthropic(upstream.port());
  }

  @AfterEach
  void stop() throws IOException {
    gateway.close();
    upstream.close();
  }

  /** The same bytes up as request and down as answer; both are looked at without harm. */
  private void through(RawClient client, String path, byte[] body, String name) throws Exception {
    answer = body;
    gateway.recorded.clear();
    upstream.seen().clear();
    client.send(
        "POST "
            + path
            + " HTTP/1.1\r\nHost: x\r\nX-Agent-Name: a\r\nX-Trace-ID: t\r\napi-key: "
            + Harness.KEY
            + "\r\nContent-Length: "
            + body.length
            + "\r\n\r\n");
    RawClient.Reply reply = client.send(body).read();
    assertThat(reply.status()).as(name).isEqualTo(200);
    assertThat(Arrays.equals(reply.body(), body)).as(name).isTrue();
    assertThat(Arrays.equals(upstream.seen().getFirst().body(), body)).as(name).isTrue();
    Harness.Recorded call = gateway.onlyCall();
    assertThat(Arrays.equals(call.start.body(), body)).as(name).isTrue();
    for (ProviderType type : ProviderType.values()) {
      Dialect.of(type).request(call.start.kind(), body);
      Dialect.of(type).answer(CallKind.MESSAGES, 200, "application/json", call.answer());
    }
  }

  @Test
  @DisplayName("PX-01 PX-02 PX-03 PX-07 PX-08 JSONTestSuite goes through both dialects unchanged")
  void jsonTestSuite() throws Exception {
    int through = 0;
    try (RawClient client = gateway.client()) {
      for (JsonNode one : Fixtures.lines("json-test-suite.jsonl")) {
        byte[] body = Base64.getDecoder().decode(one.get("base64").stringValue());
        String name = one.get("name").stringValue();
        for (String path : List.of("/v1/chat/completions", "/v1/messages")) {
          through(client, path, body, name);
          through++;
        }
      }
    }
    assertThat(through).isGreaterThanOrEqualTo(2 * 318);
  }

  @Test
  @DisplayName("PX-09 PX-80 IN-18 the naughty strings as prompts, models and agents' names")
  void naughtyStrings() throws Exception {
    JsonNode strings =
        Json.mapper().readTree(Files.readAllBytes(Fixtures.file("naughty-strings.json")));
    try (RawClient client = gateway.client()) {
      for (JsonNode text : strings) {
        String quoted = Json.mapper().writeValueAsString(text.stringValue());
        String body =
            "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":" + quoted + "}]}";
        through(client, "/v1/chat/completions", Wire.utf8(body), quoted);
      }
    }
    for (JsonNode text : strings) {
      String name = percentEncoded(text.stringValue());
      try (RawClient client = gateway.client()) {
        client.send(
            "POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nX-WhyOps-Agent-Name: "
                + name
                + "\r\napi-key: "
                + Harness.KEY
                + "\r\nContent-Length: 13\r\n\r\n"
                + "{\"model\":\"m\"}");
        assertThat(client.read().status()).as(name).isIn(200, 400);
      }
    }
    assertThat(strings.size()).isEqualTo(515);
  }

  private static String percentEncoded(String text) {
    StringBuilder encoded = new StringBuilder();
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      encoded.append("%%%02X".formatted(b & 0xff));
    }
    return encoded.toString();
  }
}
