package dev.whyops.sdk.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.langchain4j.agent.tool.Tool;
import dev.langchain4j.model.openai.OpenAiChatModel;
import dev.langchain4j.service.AiServices;
import dev.whyops.sdk.TraceScope;
import dev.whyops.sdk.WhyOps;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The listener on real LangChain4j: a model that asks for a tool, the tool, the answer. */
class WhyOpsListenerTest {
  interface Support {
    String ask(String question);
  }

  static final class Tools {
    @Tool("Finds an order.")
    String searchOrders(String orderId) {
      if (orderId.isEmpty()) {
        throw new IllegalArgumentException("no order");
      }
      return "shipped";
    }
  }

  @Test
  void aRunBecomesOneTrace() throws Exception {
    try (ScriptedModel server = new ScriptedModel();
        WhyOps whyops =
            WhyOps.builder().apiKey("whyops_test_x").agent("a").proxyBaseUrl(server.url).build()) {
      WhyOpsListener listener = new WhyOpsListener(whyops);
      OpenAiChatModel model =
          OpenAiChatModel.builder()
              .baseUrl(server.url + "/v1")
              .apiKey("x")
              .modelName("gpt-4o")
              .listeners(List.of(listener))
              .build();
      Support support =
          AiServices.builder(Support.class)
              .chatModel(model)
              .tools(new Tools())
              .afterToolExecution(listener.tools())
              .build();
      try (TraceScope scope = whyops.withTrace("session-1")) {
        assertThat(support.ask("Where is order 123?")).isEqualTo(ScriptedModel.TEXT);
      }
      assertThat(whyops.flush()).isTrue();
      List<JsonNode> events = events(server);
      assertThat(events)
          .extracting(event -> event.get("eventType").asText())
          .containsExactly(
              "user_message",
              "llm_response",
              "tool_call_request",
              "tool_call_response",
              "user_message",
              "llm_response");
      assertThat(events)
          .allSatisfy(e -> assertThat(e.get("traceId").asText()).isEqualTo("session-1"));
      JsonNode asked = events.get(1);
      assertThat(asked.at("/content/toolCalls/0/id").asText()).isEqualTo("call_1");
      assertThat(asked.at("/metadata/finishReason").asText()).isEqualTo("tool_execution");
      JsonNode tool = events.get(3);
      assertThat(tool.get("spanId")).isEqualTo(events.get(2).get("spanId"));
      assertThat(tool.at("/content/toolCalls/0/id").asText()).isEqualTo("call_1");
      assertThat(tool.at("/content/toolResults").asText()).isEqualTo("shipped");
      assertThat(tool.at("/metadata/latencyMs").isNumber()).isTrue();
      JsonNode answer = events.get(5);
      assertThat(answer.at("/content/content").asText()).isEqualTo(ScriptedModel.TEXT);
      assertThat(answer.at("/metadata/provider").asText()).isEqualTo("openai");
      assertThat(answer.at("/metadata/responseId").asText()).isEqualTo("chatcmpl-2");
      assertThat(answer.at("/metadata/usage/promptTokens").asInt()).isEqualTo(40);
      assertThat(answer.at("/metadata/usage/cacheReadTokens").asInt()).isEqualTo(60);
      assertThat(answer.at("/metadata/usage/completionTokens").asInt()).isEqualTo(20);
    }
  }

  private static List<JsonNode> events(ScriptedModel server) throws Exception {
    List<JsonNode> events = new ArrayList<>();
    for (String batch : server.ingested) {
      new ObjectMapper().readTree(batch).forEach(events::add);
    }
    return events;
  }
}
