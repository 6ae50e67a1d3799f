package dev.whyops.sdk;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The wire format, against the files shared by all SDKs and the server. */
@NullUnmarked // reads JSON bluntly
class GoldenTest {

  @TestFactory
  Stream<DynamicTest> eventsOnTheWire() throws IOException {
    return cases("events")
        .map(one -> DynamicTest.dynamicTest(text(one, "case"), () -> checkEvent(one)));
  }

  private static void checkEvent(Map<?, ?> one) throws Exception {
    try (StubServer server = new StubServer();
        WhyOps whyops = server.client().build()) {
      call(whyops.trace("session-123"), one);
      assertThat(whyops.flush()).isTrue();
      Map<?, ?> expected = (Map<?, ?>) one.get("event");
      Map<Object, Object> event = new HashMap<>(server.events().get(0));
      assertThat(UUID.fromString((String) event.remove("eventId")).version()).isEqualTo(7);
      if (!expected.containsKey("timestamp")) {
        assertThat((String) event.remove("timestamp")).endsWith("Z");
      }
      assertThat(event).isEqualTo(expected);
    }
  }

  private static void call(Trace trace, Map<?, ?> one) {
    List<?> given = (List<?>) one.get("arguments");
    Consumer<EventOptions> with = options -> apply(options, (Map<?, ?>) one.get("options"));
    switch (text(one, "method")) {
      case "userMessage" -> trace.userMessage(given.get(0), with);
      case "llmResponse" ->
          trace.llmResponse((String) given.get(0), (String) given.get(1), given.get(2), with);
      case "llmThinking" -> trace.llmThinking(given.get(0), with);
      case "embeddingRequest" -> trace.embeddingRequest(given.get(0), with);
      case "embeddingResponse" ->
          trace.embeddingResponse(
              (String) given.get(0),
              (String) given.get(1),
              ((Double) given.get(2)).intValue(),
              ((Double) given.get(3)).intValue(),
              with);
      case "toolCallRequest" -> trace.toolCallRequest((String) given.get(0), given.get(1), with);
      case "toolCallResponse" ->
          trace.toolCallResponse(
              (String) given.get(0), (String) given.get(1), given.get(2), given.get(3), with);
      case "toolResult" -> trace.toolResult((String) given.get(0), given.get(1), with);
      case "error" -> trace.error((String) given.get(0), with);
      default -> throw new AssertionError("no such method: " + one.get("method"));
    }
  }

  private static void apply(EventOptions with, Map<?, ?> options) {
    options.forEach(
        (name, value) -> {
          switch ((String) name) {
            case "metadata" -> ((Map<?, ?>) value).forEach((k, v) -> with.metadata((String) k, v));
            case "externalUserId" -> with.externalUserId((String) value);
            case "finishReason" -> with.finishReason((String) value);
            case "latencyMs" -> with.latencyMs((Double) value);
            case "usage" -> with.usage(usage((Map<?, ?>) value));
            case "toolCalls" -> with.toolCalls(value);
            case "signature" -> with.signature((String) value);
            case "totalTokens" -> with.totalTokens(((Double) value).longValue());
            case "spanId" -> with.spanId((String) value);
            case "parentSpanId" -> with.parentSpanId((String) value);
            case "stepId" -> with.stepId(((Double) value).intValue());
            case "parentStepId" -> with.parentStepId(((Double) value).intValue());
            case "idempotencyKey" -> with.idempotencyKey((String) value);
            case "responseId" -> with.responseId((String) value);
            case "toolCallId" -> with.toolCallId((String) value);
            case "status" -> with.status(((Double) value).intValue());
            case "stack" -> with.stack((String) value);
            case "isError" -> with.failed();
            case "timestamp", "requestedAt", "respondedAt" -> {
              if (value instanceof Double epochMs) {
                with.timestampMs(epochMs.longValue());
              } else {
                with.timestamp((String) value);
              }
            }
            default -> throw new AssertionError("no such option: " + name);
          }
        });
  }

  private static TokenUsage usage(Map<?, ?> counts) {
    TokenUsage usage =
        TokenUsage.of(count(counts, "promptTokens"), count(counts, "completionTokens"))
            .total(count(counts, "totalTokens"));
    if (counts.containsKey("cacheReadTokens")) {
      usage =
          usage
              .cacheRead(count(counts, "cacheReadTokens"))
              .cacheCreation(count(counts, "cacheCreationTokens"));
    }
    if (counts.containsKey("inputAudioTokens")) {
      usage =
          usage
              .inputAudio(count(counts, "inputAudioTokens"))
              .inputImage(count(counts, "inputImageTokens"))
              .cacheReadAudio(count(counts, "cacheReadAudioTokens"))
              .cacheReadImage(count(counts, "cacheReadImageTokens"))
              .outputAudio(count(counts, "outputAudioTokens"))
              .outputImage(count(counts, "outputImageTokens"));
    }
    return usage;
  }

  private static long count(Map<?, ?> counts, String name) {
    return ((Double) counts.get(name)).longValue();
  }

  @TestFactory
  Stream<DynamicTest> answersOfIngest() throws IOException {
    return cases("ingest")
        .map(one -> DynamicTest.dynamicTest(text(one, "case"), () -> checkAnswer(one)));
  }

  private static void checkAnswer(Map<?, ?> one) throws Exception {
    try (StubServer server = new StubServer()) {
      for (Object answer : (List<?>) one.get("answers")) {
        server.answers.add(answer((Map<?, ?>) answer));
      }
      List<byte[]> batch = new ArrayList<>();
      for (int number = 0; number < (Double) one.get("batch"); number++) {
        batch.add(("{\"n\":" + number + "}").getBytes(StandardCharsets.US_ASCII));
      }
      Delivery delivery = new Transport(server.url + "/api", StubServer.KEY).send(batch);
      assertThat(delivery.sent()).isEqualTo(((Double) one.get("sent")).intValue());
      assertThat(delivery.rejected()).isEqualTo(((Double) one.get("rejected")).intValue());
      assertThat(delivery.unsent()).hasSize(((Double) one.get("unsent")).intValue());
      Double wait = (Double) one.get("retryAfterSeconds");
      assertThat(delivery.retryAfterMs()).isEqualTo(wait == null ? null : (long) (wait * 1000));
      assertThat(server.seen).hasSize(((List<?>) one.get("answers")).size());
    }
  }

  private static StubServer.Answer answer(Map<?, ?> answer) {
    Map<String, String> headers = new HashMap<>();
    if (answer.get("headers") instanceof Map<?, ?> given) {
      given.forEach((name, value) -> headers.put((String) name, (String) value));
    }
    return new StubServer.Answer(
        ((Double) answer.get("status")).intValue(),
        "application/json",
        Json.write(answer.get("body")),
        headers);
  }

  @TestFactory
  Stream<DynamicTest> agentNamesInHeaders() throws IOException {
    return cases("agent-headers")
        .map(
            one ->
                DynamicTest.dynamicTest(
                    text(one, "agentName"),
                    () ->
                        assertThat(Scope.agentHeaders(text(one, "agentName")))
                            .isEqualTo(one.get("headers"))));
  }

  @TestFactory
  Stream<DynamicTest> registrations() throws IOException {
    Map<?, ?> golden = (Map<?, ?>) StubServer.golden("agent-init");
    return ((List<?>) golden.get("answers"))
        .stream()
            .map(one -> (Map<?, ?>) one)
            .map(
                one ->
                    DynamicTest.dynamicTest(
                        "status " + one.get("status"), () -> checkRegistration(golden, one)));
  }

  private static void checkRegistration(Map<?, ?> golden, Map<?, ?> one) throws Exception {
    Map<?, ?> tool =
        (Map<?, ?>) ((List<?>) ((Map<?, ?>) golden.get("metadata")).get("tools")).get(0);
    AgentMetadata metadata =
        AgentMetadata.of(text((Map<?, ?>) golden.get("metadata"), "systemPrompt"))
            .description(text((Map<?, ?>) golden.get("metadata"), "description"))
            .tool(
                text(tool, "name"),
                text(tool, "description"),
                text(tool, "inputSchema"),
                text(tool, "outputSchema"));
    try (StubServer server = new StubServer();
        WhyOps whyops = server.client().agent(text(golden, "agentName"), metadata).build()) {
      server.init = answer(one);
      Map<?, ?> expected = (Map<?, ?>) one.get("info");
      var info = whyops.initAgent();
      if (expected == null) {
        assertThat(info).isEmpty();
      } else {
        assertThat(info)
            .contains(
                new AgentInfo(
                    text(expected, "agentId"),
                    text(expected, "agentVersionId"),
                    text(expected, "status"),
                    text(expected, "versionHash")));
      }
      StubServer.Seen request = server.seen.get(0);
      assertThat(request.path()).isEqualTo("/api" + golden.get("requestPath"));
      assertThat(request.json()).isEqualTo(golden.get("request"));
      assertThat(request.headers()).containsEntry("Authorization", "Bearer " + StubServer.KEY);
    }
  }

  private static Stream<Map<?, ?>> cases(String file) throws IOException {
    return ((List<?>) StubServer.golden(file)).stream().map(one -> (Map<?, ?>) one);
  }

  private static String text(Map<?, ?> fields, String name) {
    return (String) fields.get(name);
  }
}
