package dev.whyops.fake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whyops.json.Json;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * The scripted provider must behave like the real ones, or every test that uses it is worthless.
 */
class FakeLlmIT {
  private static final String CHAT = "/v1/chat/completions";
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private FakeLlm fake;

  @BeforeEach
  void start() throws IOException {
    fake = FakeLlm.start(FakeLlm.Options.DEFAULT.key("sk-right"));
  }

  @AfterEach
  void stop() throws IOException {
    fake.close();
    http.close();
  }

  @Test
  void answersAChatWithUsageAndADatedModel() throws Exception {
    JsonNode answer = json(post(CHAT, chat("gpt-4o-mini", false, "hello")));
    assertThat(answer.path("object").asString()).isEqualTo("chat.completion");
    assertThat(answer.path("model").asString()).isEqualTo("gpt-4o-mini-2024-07-18");
    assertThat(answer.path("choices").get(0).path("message").path("content").asString())
        .isNotEmpty();
    JsonNode usage = answer.path("usage");
    assertThat(usage.path("prompt_tokens").asLong() + usage.path("completion_tokens").asLong())
        .isEqualTo(usage.path("total_tokens").asLong());
  }

  @Test
  void sendsTheUsageChunkOnlyWhenAsked() throws Exception {
    String without = post(CHAT, chat("gpt-4o-mini", true, "hello")).body();
    assertThat(without).endsWith("data: [DONE]\n\n").doesNotContain("usage");
    String asked =
        "{\"model\":\"gpt-4o-mini\",\"stream\":true,\"stream_options\":{\"include_usage\":true},"
            + "\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}]}";
    assertThat(post(CHAT, asked).body()).contains("\"choices\":[],\"usage\":{");
  }

  @Test
  void streamsParallelToolCallsByIndex() throws Exception {
    fake.script(Script.PLAIN.calling("a", "{\"x\":12345678}").calling("b", "{\"y\":\"zzzzzzz\"}"));
    String body = post(CHAT, chat("gpt-4o-mini", true, "go")).body();
    StringBuilder second = new StringBuilder();
    body.lines()
        .filter(l -> l.startsWith("data: {"))
        .map(l -> Json.mapper().readTree(l.substring(6)))
        .map(c -> c.path("choices").get(0).path("delta").path("tool_calls"))
        .filter(c -> !c.isEmpty() && c.get(0).path("index").asInt() == 1)
        .forEach(c -> second.append(c.get(0).path("function").path("arguments").asString()));
    assertThat(second).hasToString("{\"y\":\"zzzzzzz\"}");
    assertThat(body).contains("\"finish_reason\":\"tool_calls\"");
  }

  @Test
  void speaksAnthropicWithPingThinkingAndSignature() throws Exception {
    fake.script(Script.of("thinking=5 write5m=10 cached=20").calling("look", "{\"q\":1}"));
    String body =
        send(HttpRequest.newBuilder(fake.url().resolve("/v1/messages"))
                .header("x-api-key", "sk-right")
                .POST(
                    HttpRequest.BodyPublishers.ofString(chat("claude-sonnet-4-5", true, "hello"))))
            .body();
    assertThat(body)
        .startsWith("event: message_start\ndata: {\"type\":\"message_start\"")
        .contains("event: ping\n", "thinking_delta", "signature_delta", "input_json_delta")
        .contains("\"cache_read_input_tokens\":20", "\"ephemeral_5m_input_tokens\":10")
        .contains("\"stop_reason\":\"tool_use\"")
        .endsWith("event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n");
  }

  @Test
  void numbersTheEventsOfAResponseInTheOrderSent() throws Exception {
    fake.script(Script.of("thinking=4 words=6"));
    String body =
        post("/v1/responses", "{\"model\":\"gpt-5\",\"input\":\"hi\",\"stream\":true}").body();
    List<Integer> numbers =
        body.lines()
            .filter(l -> l.startsWith("data: "))
            .map(l -> Json.mapper().readTree(l.substring(6)).path("sequence_number").asInt())
            .toList();
    assertThat(numbers).isSorted().startsWith(0, 1, 2).doesNotHaveDuplicates();
    assertThat(body).contains("event: response.completed");
  }

  @Test
  void refusesAWrongCredentialInTheShapeOfTheDialect() throws Exception {
    HttpResponse<String> openai =
        send(
            HttpRequest.newBuilder(fake.url().resolve(CHAT))
                .header("authorization", "Bearer sk-wrong")
                .POST(HttpRequest.BodyPublishers.ofString(chat("gpt-4o-mini", false, "x"))));
    assertThat(openai.statusCode()).isEqualTo(401);
    assertThat(openai.body()).contains("\"code\":\"invalid_api_key\"").doesNotContain("sk-wrong");
    HttpResponse<String> anthropic =
        send(
            HttpRequest.newBuilder(fake.url().resolve("/v1/messages"))
                .header("x-api-key", "sk-wrong")
                .POST(HttpRequest.BodyPublishers.ofString(chat("claude", false, "x"))));
    assertThat(anthropic.body()).startsWith("{\"type\":\"error\"").contains("authentication_error");
  }

  @Test
  void takesScriptWordsFromModelTextAndQuery() throws Exception {
    HttpResponse<String> byModel =
        post(CHAT, chat("gpt-4o-mini~status=429~retryafter=7", false, "x"));
    assertThat(byModel.statusCode()).isEqualTo(429);
    assertThat(byModel.headers().firstValue("retry-after")).contains("7");
    assertThat(post(CHAT, chat("gpt-4o-mini", false, "{{fake status=500}}")).statusCode())
        .isEqualTo(500);
    assertThat(post("/v1/files?fake=status%3D503", "{}").statusCode()).isEqualTo(503);
    assertThat(post(CHAT, chat("no-such-model", false, "x")).body()).contains("model_not_found");
  }

  @Test
  void cutsCodesAndFramesAsTold() throws Exception {
    String plain = post(CHAT, chat("gpt-4o-mini~chunks=5", true, "x")).body();
    assertThat(post(CHAT, chat("gpt-4o-mini~chunks=5~newline=crlf~cut=3", true, "x")).body())
        .contains("\r\n\r\n");
    assertThat(plain).contains("\n\n");
    HttpResponse<byte[]> coded =
        http.send(
            request(CHAT, chat("gpt-4o-mini~coding=gzip", true, "x")), BodyHandlers.ofByteArray());
    assertThat(coded.headers().firstValue("content-encoding")).contains("gzip");
    assertThat(new GZIPInputStream(new ByteArrayInputStream(coded.body())).readAllBytes())
        .asString()
        .endsWith("data: [DONE]\n\n");
  }

  @Test
  void breaksOffAtTheByteThatWasTold() throws Exception {
    assertThatThrownBy(() -> post(CHAT, chat("gpt-4o-mini~reset=100~marker=r", true, "x")))
        .isInstanceOf(IOException.class);
    Seen.End end = fake.awaitMarker("r", 2_000).awaitEnd(2_000);
    assertThat(end.kind()).isEqualTo(Seen.End.Kind.SCRIPTED);
    assertThat(end.sentBytes()).isEqualTo(100);
    assertThatThrownBy(() -> post(CHAT, chat("gpt-4o-mini~length=9", false, "x")))
        .isInstanceOf(IOException.class);
  }

  @Test
  void noticesAtOnceWhenTheClientLeaves() throws Exception {
    byte[] body =
        chat("gpt-4o-mini~chunks=1000~pause=50~marker=left", true, "x")
            .getBytes(StandardCharsets.UTF_8);
    long leftAtNanos;
    try (Socket socket = new Socket(fake.url().getHost(), fake.port())) {
      socket
          .getOutputStream()
          .write(
              ("POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer sk-right\r\n"
                      + "Content-Length: "
                      + body.length
                      + "\r\n\r\n")
                  .getBytes(StandardCharsets.US_ASCII));
      socket.getOutputStream().write(body);
      InputStream in = socket.getInputStream();
      assertThat(in.readNBytes(300)).asString(StandardCharsets.UTF_8).contains("HTTP/1.1 200");
      leftAtNanos = System.nanoTime();
    }
    Seen.End end = fake.awaitMarker("left", 2_000).awaitEnd(2_000);
    assertThat(end.kind()).isEqualTo(Seen.End.Kind.CLIENT_GONE);
    assertThat(TimeUnit.NANOSECONDS.toMillis(end.atNanos() - leftAtNanos)).isBetween(0L, 100L);
  }

  @Test
  void remembersResponsesAndCountsRepeatedPrompts() throws Exception {
    String request = "{\"model\":\"gpt-5\",\"input\":\"" + "long prompt ".repeat(500) + "\"}";
    JsonNode first = json(post("/v1/responses", request));
    JsonNode again = json(post("/v1/responses", request));
    assertThat(first.path("usage").path("input_tokens_details").path("cached_tokens").asInt())
        .isZero();
    assertThat(again.path("usage").path("input_tokens_details").path("cached_tokens").asInt())
        .isGreaterThan(1_000);
    String id = first.path("id").asString();
    HttpResponse<String> kept =
        send(
            HttpRequest.newBuilder(fake.url().resolve("/v1/responses/" + id))
                .header("authorization", "Bearer sk-right"));
    assertThat(kept.body()).contains(id);
    assertThat(fake.seen()).extracting(Seen::bodyComplete).containsOnly(true);
  }

  private static String chat(String model, boolean stream, String text) {
    return Tree.text(
        Tree.object(
            "model", model,
            "stream", stream,
            "messages", Tree.array(Tree.object("role", "user", "content", text))));
  }

  private static JsonNode json(HttpResponse<String> response) {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return Json.mapper().readTree(response.body());
  }

  private HttpRequest request(String path, String body) {
    return HttpRequest.newBuilder(fake.url().resolve(path))
        .header("authorization", "Bearer sk-right")
        .POST(HttpRequest.BodyPublishers.ofString(body))
        .build();
  }

  private HttpResponse<String> post(String path, String body) throws Exception {
    return http.send(request(path, body), BodyHandlers.ofString());
  }

  private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return http.send(request.build(), BodyHandlers.ofString());
  }
}
