package dev.whyops.fake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whyops.json.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Shapes of the scripted provider that the conformance of the official clients needs. */
class FakeShapesIT {
  private static final String CHAT =
      "{\"model\":\"gpt-4o\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]%s}";

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private FakeLlm fake;

  @BeforeEach
  void start() throws IOException {
    Clock clock = Clock.fixed(Instant.ofEpochSecond(1_772_366_400), ZoneOffset.UTC);
    fake = FakeLlm.start(FakeLlm.Options.DEFAULT.clock(clock).log(FakeLlm.Options.Log.HEADS));
  }

  @AfterEach
  void stop() throws IOException {
    fake.close();
    http.close();
  }

  @Test
  void faultsEndWithTheRetryThatUntilNames() throws Exception {
    String script = "marker=m status=429 retryafter=7 until=2";
    for (int retry = 0; retry < 3; retry++) {
      HttpResponse<String> answer =
          http.send(
              request("/v1/chat/completions")
                  .header("x-fake-script", script)
                  .header("x-stainless-retry-count", "" + retry)
                  .POST(BodyPublishers.ofString(CHAT.formatted("")))
                  .build(),
              BodyHandlers.ofString());
      assertThat(answer.statusCode()).isEqualTo(retry < 2 ? 429 : 200);
      assertThat(answer.headers().firstValue("retry-after").isPresent()).isEqualTo(retry < 2);
    }
    JsonNode seen = get("/fake/seen?marker=m");
    assertThat(seen).hasSize(3);
    assertThat(seen.get(2).path("retry").asString()).isEqualTo("2");
    assertThat(seen.get(2).path("end").asString()).isEqualTo("COMPLETE");
  }

  @Test
  void answersAreMadeAtTheTimeOfItsClock() throws Exception {
    assertThat(chat("").path("created").asLong()).isEqualTo(1_772_366_400);
  }

  @Test
  void givesLogprobsAndAnswersThatFitASchema() throws Exception {
    JsonNode choice = chat(",\"logprobs\":true,\"top_logprobs\":2").path("choices").get(0);
    JsonNode token = choice.path("logprobs").path("content").get(0);
    assertThat(token.path("top_logprobs")).hasSize(2);
    assertThat(token.path("logprob").asDouble()).isNotPositive();
    String format =
        """
        ,"response_format":{"type":"json_schema","json_schema":{"name":"x","schema":
        {"type":"object","properties":{"days":{"type":"integer"}}}}}\
        """;
    String text = chat(format).path("choices").get(0).path("message").path("content").asString();
    assertThat(Json.mapper().readTree(text).path("days").isInt()).isTrue();
  }

  @Test
  void listsTheInputOfAStoredResponse() throws Exception {
    String body = "{\"model\":\"gpt-5\",\"input\":\"hello\"}";
    JsonNode response = send(request("/v1/responses").POST(BodyPublishers.ofString(body)).build());
    JsonNode items = get("/v1/responses/" + response.path("id").asString() + "/input_items");
    JsonNode item = items.path("data").get(0);
    assertThat(item.path("content").get(0).path("text").asString()).isEqualTo("hello");
    assertThat(items.path("last_id")).isEqualTo(item.path("id"));
  }

  @Test
  void keepsAnUploadedFile() throws Exception {
    String form =
        "--b\r\ncontent-disposition: form-data; name=\"purpose\"\r\n\r\nbatch\r\n"
            + "--b\r\ncontent-disposition: form-data; name=\"file\"; filename=\"ü.txt\"\r\n\r\n"
            + "a\r\nb\r\n--b--\r\n";
    JsonNode file =
        send(
            request("/v1/files")
                .header("content-type", "multipart/form-data; boundary=b")
                .POST(BodyPublishers.ofString(form))
                .build());
    assertThat(file.path("filename").asString()).isEqualTo("ü.txt");
    assertThat(file.path("bytes").asInt()).isEqualTo(4);
    HttpResponse<String> content =
        http.send(
            request("/v1/files/" + file.path("id").asString() + "/content").GET().build(),
            BodyHandlers.ofString());
    assertThat(content.body()).isEqualTo("a\r\nb");
  }

  private JsonNode chat(String more) throws Exception {
    String body = CHAT.formatted(more);
    return send(request("/v1/chat/completions").POST(BodyPublishers.ofString(body)).build());
  }

  private JsonNode get(String path) throws Exception {
    return send(request(path).GET().build());
  }

  private JsonNode send(HttpRequest request) throws Exception {
    return Json.mapper().readTree(http.send(request, BodyHandlers.ofString()).body());
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(fake.url() + path));
  }
}
