package dev.whyops.record;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whyops.event.Event;
import dev.whyops.event.EventType;
import dev.whyops.event.IngestTesting;
import dev.whyops.project.Capture;
import dev.whyops.project.ProjectScope;
import dev.whyops.trace.TraceDetail;
import dev.whyops.trace.TraceQuery;
import dev.whyops.trace.TraceSummary;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** One answer of a provider that the proxy and an application both tell of. */
class ToldTwiceTest {
  @TempDir Path directory;

  private static final String MANUAL =
      """
      {"eventType":"llm_response","traceId":"t1","agentName":"weather-agent","spanId":"mine",
       "parentSpanId":"turn","content":{"content":"18 degrees"},
       "metadata":{"responseId":"chatcmpl-1","model":"gpt-4o","provider":"openai","latencyMs":20,
        "usage":{"promptTokens":60,"completionTokens":20,"totalTokens":120,"cacheReadTokens":40}}}\
      """;
  private static final String TOOL_BELOW =
      """
      {"eventType":"tool_call_request","traceId":"t1","agentName":"weather-agent","spanId":"tool",
       "parentSpanId":"mine","content":{"toolCalls":[{"id":"x","name":"weather"}]},
       "metadata":{"tool":"weather"}}\
      """;
  private static final String TURN =
      """
      {"eventType":"system_message","traceId":"t1","agentName":"weather-agent","spanId":"turn",
       "content":"turn"}\
      """;

  /** When the application tells, seen from the proxy's record of the call. */
  enum Order {
    AFTER,
    AFTER_A_RESTART,
    BEFORE,
    JUST_BEFORE,
    BEFORE_A_RESTART
  }

  private void relay(IngestTesting path) throws Exception {
    CountDownLatch settled = new CountDownLatch(1);
    path.recorder
        .open(CallPathTest.start("req_1", "t1", Capture.FULL, CallPathTest.REQUEST))
        .end(
            CallPathTest.end(new Outcome.Answered(), 200, "application/json", CallPathTest.ANSWER),
            settled::countDown);
    assertThat(settled.await(5, TimeUnit.SECONDS)).isTrue();
  }

  private void tell(IngestTesting path, String... events) throws Exception {
    assertThat(path.post("[" + String.join(",", events) + "]").status()).isEqualTo(202);
  }

  @ParameterizedTest
  @EnumSource(Order.class)
  @DisplayName("events.md 2: an answer told by proxy and SDK counts once, whoever is first")
  void countsOnce(Order order) throws Exception {
    IngestTesting path = new IngestTesting(directory);
    try {
      switch (order) {
        case AFTER -> {
          relay(path);
          path.settle();
          tell(path, MANUAL);
        }
        case AFTER_A_RESTART -> {
          relay(path);
          path.settle();
          path.close();
          path = new IngestTesting(directory);
          tell(path, MANUAL);
        }
        case BEFORE -> {
          tell(path, MANUAL);
          path.settle();
          relay(path);
        }
        case JUST_BEFORE -> {
          tell(path, MANUAL);
          relay(path);
        }
        case BEFORE_A_RESTART -> {
          tell(path, MANUAL);
          path.settle();
          path.close();
          path = new IngestTesting(directory);
          relay(path);
        }
      }
      path.settle();
      tell(path, TURN, TOOL_BELOW);
      path.settle();
      checkOnce(path);
    } finally {
      path.close();
    }
  }

  private static void checkOnce(IngestTesting path) throws Exception {
    TraceDetail trace = path.trace("t1").orElseThrow();
    List<Event> answers =
        trace.events().stream().filter(e -> e.type() == EventType.LLM_RESPONSE).toList();
    assertThat(answers).hasSize(1);
    Event answer = answers.getFirst();
    assertThat(answer.source()).isEqualTo(Event.Source.PROXY);
    TraceSummary listed =
        path.reader
            .traces(new ProjectScope(IngestTesting.PROJECT), TraceQuery.newest(5, null))
            .getFirst();
    assertThat(listed).usingRecursiveComparison().isEqualTo(trace.summary());
    assertThat(listed.llmCalls()).isEqualTo(1);
    assertThat(listed.tokens().total()).isEqualTo(120);
    assertThat(listed.models()).containsExactly("gpt-4o-2024-08-06");
    assertThat(listed.costNanoUsd()).isEqualTo(answer.facts().cost().nanoUsd());
    Event tool = trace.events().getLast();
    assertThat(tool.type()).isEqualTo(EventType.TOOL_CALL_REQUEST);
    assertThat(tool.place().parentSpanId()).isEqualTo(answer.place().spanId());
    assertThat(answer.place().parentSpanId()).isEqualTo("turn");
    assertThat(trace.completeness().orphans()).isZero();
  }

  @Test
  void theFirstOfTwoApplicationsCounts() throws Exception {
    try (IngestTesting path = new IngestTesting(directory)) {
      tell(path, MANUAL, MANUAL.replace("\"mine\"", "\"other\""), TURN);
      path.settle();
      TraceDetail trace = path.trace("t1").orElseThrow();
      assertThat(trace.summary().llmCalls()).isEqualTo(1);
      assertThat(trace.summary().tokens().total()).isEqualTo(120);
      assertThat(
              path.reader
                  .traces(new ProjectScope(IngestTesting.PROJECT), TraceQuery.newest(5, null))
                  .getFirst())
          .isEqualTo(trace.summary());
    }
  }
}
