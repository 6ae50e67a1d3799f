package dev.whyops.event;

import static dev.whyops.event.IngestTesting.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.whyops.http.Answer;
import dev.whyops.project.ProjectScope;
import dev.whyops.trace.TraceDetail;
import dev.whyops.trace.TraceQuery;
import dev.whyops.trace.TraceSummary;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventPathTest {
  @TempDir Path directory;

  private static final TraceQuery ALL = TraceQuery.newest(50, null);

  @Test
  void showsWhatWasSent() throws Exception {
    try (IngestTesting path = new IngestTesting(directory)) {
      String big = "x".repeat(2000);
      Answer answer =
          path.post(
              """
              [{"eventType":"user_message","traceId":"t-1","agentName":"support","externalUserId":"u1",
                "content":[{"role":"user","content":"Where is order 123? %s"}]},
               {"eventType":"llm_response","traceId":"t-1","agentName":"support",
                "content":{"content":"Let me look","toolCalls":[{"id":"call_1","function":{"name":"search","arguments":"{}"}}]},
                "metadata":{"model":"gpt-4o","provider":"openai","latencyMs":120.5,
                  "usage":{"promptTokens":10,"completionTokens":5,"totalTokens":18,"cacheReadTokens":3}}},
               {"eventType":"tool_call","traceId":"t-1","agentName":"support","spanId":"s3",
                "content":{"toolCalls":[{"id":"call_1","name":"search"}],"toolResults":[1]},
                "metadata":{"tool":"search","latencyMs":20}}]\
              """
                  .formatted(big));
      assertThat(answer.status()).isEqualTo(202);
      assertThat(json(answer).toString())
          .isEqualTo("{\"success\":true,\"accepted\":3,\"queuedCount\":3}");
      TraceDetail trace = path.trace("t-1").orElseThrow();
      assertThat(trace.events())
          .extracting(e -> e.type().wireName())
          .contains("user_message", "llm_response", "tool_call_request", "tool_call_response");
      TraceSummary sum = trace.summary();
      assertThat(sum.llmCalls()).isEqualTo(1);
      assertThat(sum.toolCalls()).isEqualTo(1);
      assertThat(sum.eventCount()).isEqualTo(4);
      assertThat(sum.tokens()).isEqualTo(new TraceSummary.Tokens(10, 3, 0, 5, 0, 18));
      assertThat(sum.preview()).startsWith("Where is order 123?").hasSize(200);
      assertThat(sum.externalUserId()).isEqualTo("u1");
      assertThat(sum.status()).isEqualTo("open");
      Event user =
          trace.events().stream()
              .filter(e -> e.type() == EventType.USER_MESSAGE)
              .findFirst()
              .orElseThrow();
      assertThat(user.contentJson()).contains(big);
      assertThat(user.agent().agentId()).isEqualTo("agt_support");
      assertThat(trace.events()).allMatch(e -> e.place().stepId() != null);
      Event tool =
          trace.events().stream()
              .filter(e -> e.type() == EventType.TOOL_CALL_REQUEST)
              .findFirst()
              .orElseThrow();
      Event llm =
          trace.events().stream()
              .filter(e -> e.type() == EventType.LLM_RESPONSE)
              .findFirst()
              .orElseThrow();
      assertThat(tool.place().parentSpanId()).isEqualTo(llm.place().spanId());
      List<TraceSummary> list = path.reader.traces(new ProjectScope(IngestTesting.PROJECT), ALL);
      assertThat(list).hasSize(1);
      assertThat(list.getFirst()).usingRecursiveComparison().isEqualTo(sum);
    }
  }

  @Test
  void keepsEverythingOverARestart() throws Exception {
    try (IngestTesting path = new IngestTesting(directory)) {
      path.post(
          "{\"eventType\":\"user_message\",\"traceId\":\"a\",\"agentName\":\"x\",\"content\":\"hi\"}");
      path.settle();
    }
    try (IngestTesting path = new IngestTesting(directory)) {
      path.post(
          "{\"eventType\":\"user_message\",\"traceId\":\"a\",\"agentName\":\"x\",\"content\":\"again\"}");
      TraceDetail trace = path.trace("a").orElseThrow();
      assertThat(trace.events())
          .extracting(Event::contentJson)
          .containsExactly("\"hi\"", "\"again\"");
      assertThat(trace.events()).extracting(e -> e.place().stepId()).containsExactly(1, 2);
    }
  }
}
