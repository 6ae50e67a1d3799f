package dev.whyops.record;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whyops.event.Event;
import dev.whyops.event.EventType;
import dev.whyops.event.IngestTesting;
import dev.whyops.project.Capture;
import dev.whyops.project.Environment;
import dev.whyops.provider.CallKind;
import dev.whyops.provider.ProviderType;
import dev.whyops.trace.TraceDetail;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A relayed call from its two halves to the trace that shows it. */
class CallPathTest {
  private static final Stamps STAMPS =
      new Stamps(
          100_000, 300_000, 400_000, 5_000_000, 6_000_000, 5_200_000, 20_000_000, 21_000_000);
  static final String REQUEST =
      """
      {"model":"gpt-4o","messages":[{"role":"system","content":"Be brief."},
       {"role":"user","content":"Weather in Berlin?"}],"temperature":0,
       "tools":[{"type":"function","function":{"name":"weather","description":"Looks up","parameters":{"type":"object"}}}]}\
      """;
  static final String ANSWER =
      """
      {"id":"chatcmpl-1","object":"chat.completion","model":"gpt-4o-2024-08-06","choices":[{"index":0,
       "message":{"role":"assistant","content":null,"tool_calls":[{"id":"call_1","type":"function",
       "function":{"name":"weather","arguments":"{\\"city\\":\\"Berlin\\"}"}}]},"finish_reason":"tool_calls"}],
       "usage":{"prompt_tokens":100,"completion_tokens":20,"total_tokens":120,"prompt_tokens_details":{"cached_tokens":40}}}\
      """;

  @TempDir Path directory;

  static CallStart start(String callId, String traceId, Capture capture, String body) {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    return new CallStart(
        callId,
        IngestTesting.PROJECT,
        Environment.PRODUCTION,
        "key_1",
        "weather-agent",
        traceId,
        traceId,
        "header",
        "user-1",
        null,
        null,
        capture,
        "prv_1",
        "openai",
        ProviderType.OPENAI,
        CallKind.CHAT_COMPLETIONS,
        "POST",
        "/v1/chat/completions",
        "application/json",
        null,
        bytes,
        bytes.length,
        List.of(),
        Instant.now());
  }

  static CallEnd end(Outcome outcome, int status, String contentType, String body) {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    return new CallEnd(
        outcome,
        status,
        contentType,
        null,
        "req_provider",
        bytes,
        bytes.length,
        false,
        List.of(),
        STAMPS,
        new long[] {5_000_000, bytes.length},
        List.of());
  }

  private static void await(CountDownLatch settled) throws InterruptedException {
    assertThat(settled.await(5, TimeUnit.SECONDS)).isTrue();
  }

  private static Event only(TraceDetail trace, EventType type) {
    List<Event> found = trace.events().stream().filter(e -> e.type() == type).toList();
    assertThat(found).hasSize(1);
    return found.getFirst();
  }

  @Test
  void showsACallWithItsUsageCostAndTimes() throws Exception {
    try (IngestTesting path = new IngestTesting(directory)) {
      CountDownLatch settled = new CountDownLatch(1);
      path.recorder
          .open(start("req_1", "t1", Capture.FULL, REQUEST))
          .end(end(new Outcome.Answered(), 200, "application/json", ANSWER), settled::countDown);
      await(settled);
      TraceDetail trace = path.trace("t1").orElseThrow();
      Event asked = only(trace, EventType.USER_MESSAGE);
      assertThat(asked.contentJson())
          .contains("{\"role\":\"user\",\"content\":\"Weather in Berlin?\"}")
          .contains("\"newFrom\":0");
      assertThat(asked.metadataJson()).contains("\"tools\":[{\"type\":\"function\"");
      Event said = only(trace, EventType.LLM_RESPONSE);
      assertThat(said.facts().model()).isEqualTo("gpt-4o-2024-08-06");
      assertThat(said.facts().finishReason()).isEqualTo("tool_calls");
      assertThat(said.facts().latencyUs()).isEqualTo(21_000);
      assertThat(said.facts().ttftUs()).isEqualTo(5_600);
      assertThat(said.facts().overheadUs()).isEqualTo(400);
      assertThat(said.metadataJson())
          .contains("\"stampsNanos\":{\"routable\":100000,\"sent\":300000")
          .contains("\"upLast\":20000000,\"downLast\":21000000}");
      assertThat(Duration.between(asked.timestamp(), said.timestamp()))
          .as("an answer ends with the provider's last byte, not with ours")
          .isEqualTo(Duration.ofMillis(20));
      assertThat(said.facts().usage()).isNotNull();
      assertThat(trace.summary().tokens().input()).isEqualTo(60);
      assertThat(trace.summary().tokens().cacheRead()).isEqualTo(40);
      assertThat(trace.summary().costNanoUsd()).isPositive();
      assertThat(trace.summary().costKind()).isEqualTo("computed");
      assertThat(trace.summary().preview()).isEqualTo("Weather in Berlin?");
      assertThat(said.place().spanId()).isEqualTo(asked.place().spanId());
    }
  }

  @Test
  void joinsPiecesOfAStreamAndFollowsTheToolResult() throws Exception {
    try (IngestTesting path = new IngestTesting(directory)) {
      Recorder.OpenCall first = path.recorder.open(start("req_1", "t1", Capture.FULL, REQUEST));
      first.end(end(new Outcome.Answered(), 200, "application/json", ANSWER), () -> {});
      String second =
          """
          {"model":"gpt-4o","stream":true,"messages":[{"role":"user","content":"Weather in Berlin?"},
           {"role":"assistant","tool_calls":[{"id":"call_1","type":"function","function":{"name":"weather","arguments":"{}"}}]},
           {"role":"tool","tool_call_id":"call_1","content":"18 degrees"}]}\
          """;
      Recorder.OpenCall call = path.recorder.open(start("req_2", "t1", Capture.FULL, second));
      call.chunk(
          "data: {\"id\":\"c2\",\"model\":\"gpt-4o\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"It is \"}}]}\n\n"
              .getBytes(StandardCharsets.UTF_8));
      CountDownLatch settled = new CountDownLatch(1);
      call.end(
          end(
              new Outcome.Answered(),
              200,
              "text/event-stream",
              "data:"
                  + " {\"id\":\"c2\",\"model\":\"gpt-4o\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"18.\"},\"finish_reason\":\"stop\"}]}\n\n"
                  + "data: [DONE]\n\n"),
          settled::countDown);
      await(settled);
      TraceDetail trace = path.trace("t1").orElseThrow();
      Event result = only(trace, EventType.TOOL_RESULT);
      assertThat(result.facts().tool()).isEqualTo("weather");
      assertThat(result.contentJson())
          .isEqualTo("{\"toolCallId\":\"call_1\",\"output\":\"18 degrees\"}");
      assertThat(result.metadataJson()).contains("\"newFrom\":2");
      assertThat(trace.events().getLast().contentJson()).contains("\"content\":\"It is 18.\"");

      assertThat(trace.events().getLast().facts().usage())
          .isNotNull()
          .extracting(dev.whyops.provider.Usage::rule)
          .isEqualTo("ESTIMATED");
      assertThat(result.place().parentSpanId())
          .isEqualTo(answer(trace, "chatcmpl-1").place().spanId());
      assertThat(trace.summary().toolCalls()).isEqualTo(1);
    }
  }

  private static Event answer(TraceDetail trace, String responseId) {
    return trace.events().stream()
        .filter(e -> responseId.equals(e.facts().responseId()))
        .findFirst()
        .orElseThrow();
  }

  @Test
  @DisplayName("events.md 2: a tool that the answer asked for stands behind it, however quick")
  void answersStandBeforeWhatTheyCaused() throws Exception {
    try (IngestTesting path = new IngestTesting(directory)) {
      CallStart start = start("req_1", "t1", Capture.FULL, REQUEST);
      CountDownLatch settled = new CountDownLatch(1);
      path.recorder
          .open(start)
          .end(end(new Outcome.Answered(), 200, "application/json", ANSWER), settled::countDown);
      await(settled);
      // between the provider's last byte (20 ms) and the stamp of our own (21 ms)
      Instant ran = start.receivedAt().plus(Duration.ofNanos(20_500_000));
      path.post(
          "{\"eventType\":\"tool_call_request\",\"traceId\":\"t1\",\"agentName\":\"weather-agent\",\"timestamp\":\""
              + ran
              + "\",\"content\":{\"toolCalls\":[{\"id\":\"call_1\",\"name\":\"weather\"}]},\"metadata\":{\"tool\":\"weather\"}}");
      path.settle();
      assertThat(path.trace("t1").orElseThrow().events())
          .extracting(Event::type)
          .containsExactly(
              EventType.USER_MESSAGE, EventType.LLM_RESPONSE, EventType.TOOL_CALL_REQUEST);
    }
  }

  @Test
  @DisplayName("F-02 a call that the server's death cut is shown as server_lost with its pieces")
  void showsLostCalls() throws Exception {
    try (IngestTesting path = new IngestTesting(directory)) {
      Recorder.OpenCall call = path.recorder.open(start("req_1", "t1", Capture.FULL, REQUEST));
      call.chunk(
          "data: {\"id\":\"c2\",\"model\":\"gpt-4o\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Half an ans\"}}]}\n\n"
              .getBytes(StandardCharsets.UTF_8));
      path.post(
          "{\"eventType\":\"user_message\",\"traceId\":\"a\",\"agentName\":\"x\",\"content\":1}");
      path.settle();
      assertThat(path.trace("t1")).isEmpty();
    }
    for (int restart = 0; restart < 2; restart++) {
      try (IngestTesting path = new IngestTesting(directory)) {
        Thread.sleep(300);
        TraceDetail trace = path.trace("t1").orElseThrow();
        Event said = only(trace, EventType.LLM_RESPONSE);
        assertThat(said.facts().status()).isEqualTo("server_lost");
        assertThat(said.contentJson()).contains("Half an ans");
      }
    }
  }

  @Test
  void keepsNoTextWithoutFullCapture() throws Exception {
    try (IngestTesting path = new IngestTesting(directory)) {
      CountDownLatch settled = new CountDownLatch(1);
      path.recorder
          .open(start("req_1", "t1", Capture.METADATA, REQUEST))
          .end(end(new Outcome.Answered(), 200, "application/json", ANSWER), settled::countDown);
      await(settled);
      TraceDetail trace = path.trace("t1").orElseThrow();
      assertThat(trace.events())
          .allSatisfy(
              e ->
                  assertThat(e.contentJson() + e.metadataJson())
                      .doesNotContain("Berlin")
                      .doesNotContain("brief"));
      assertThat(trace.summary().tokens().total()).isEqualTo(120);
    }
  }

  @Test
  void showsProviderErrorsAndBrokenStreams() throws Exception {
    try (IngestTesting path = new IngestTesting(directory)) {
      CountDownLatch settled = new CountDownLatch(3);
      path.recorder
          .open(start("req_1", "t1", Capture.FULL, REQUEST))
          .end(
              end(
                  new Outcome.Answered(),
                  429,
                  "application/json",
                  "{\"error\":{\"message\":\"slow"
                      + " down\",\"type\":\"rate_limit_error\",\"code\":\"rate_limit\"}}"),
              settled::countDown);
      path.recorder
          .open(start("req_2", "t2", Capture.FULL, REQUEST))
          .end(
              end(
                  new Outcome.Truncated("reset"),
                  200,
                  "text/event-stream",
                  "data:"
                      + " {\"id\":\"c\",\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"ha\"}}]}\n\n"),
              settled::countDown);
      path.recorder
          .open(start("req_3", "t3", Capture.FULL, REQUEST))
          .end(
              end(new Outcome.Failed(504, "provider_timeout", "No answer in time."), 0, "", ""),
              settled::countDown);
      await(settled);
      assertThat(only(path.trace("t1").orElseThrow(), EventType.ERROR).contentJson())
          .contains("slow down")
          .contains("\"source\":\"provider\"");
      TraceDetail cut = path.trace("t2").orElseThrow();
      assertThat(only(cut, EventType.LLM_RESPONSE).facts().status()).isEqualTo("truncated");
      assertThat(only(cut, EventType.ERROR).contentJson()).contains("provider_truncated");
      assertThat(only(path.trace("t3").orElseThrow(), EventType.ERROR).contentJson())
          .contains("provider_timeout")
          .contains("\"source\":\"gateway\"");
    }
  }
}
