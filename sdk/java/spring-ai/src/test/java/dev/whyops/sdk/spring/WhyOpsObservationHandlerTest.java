package dev.whyops.sdk.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whyops.sdk.TraceScope;
import dev.whyops.sdk.WhyOps;
import io.micrometer.observation.ObservationRegistry;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.client.advisor.ToolCallingAdvisor;
import org.springframework.ai.model.tool.DefaultToolCallingManager;
import org.springframework.ai.openai.OpenAiChatModel;
import org.springframework.ai.openai.OpenAiChatOptions;
import org.springframework.ai.tool.annotation.Tool;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The handler on real Spring AI: a model that asks for a tool, the tool, the answer. */
class WhyOpsObservationHandlerTest {

  static final class Tools {
    @Tool(description = "Finds an order.")
    String searchOrders(String orderId) {
      return "shipped " + orderId;
    }
  }

  @Test
  void aRunBecomesOneTrace() throws Exception {
    try (ScriptedModel server = new ScriptedModel();
        WhyOps whyops = client(server)) {
      try (TraceScope scope = whyops.withTrace("session-1")) {
        assertThat(ask(server, WhyOpsObservationHandler.recordingModels(whyops)))
            .isEqualTo(ScriptedModel.TEXT);
      }
      assertThat(whyops.flush()).isTrue();
      List<JsonNode> events = events(server);
      assertThat(events)
          .extracting(event -> event.get("eventType").asString())
          .containsExactly(
              "user_message",
              "llm_response",
              "tool_call_request",
              "tool_call_response",
              "user_message",
              "llm_response");
      assertThat(events)
          .allSatisfy(e -> assertThat(e.get("traceId").asString()).isEqualTo("session-1"));
      assertThat(events.get(1).at("/content/toolCalls/0/id").asString()).isEqualTo("call_1");
      JsonNode tool = events.get(3);
      assertThat(tool.get("spanId")).isEqualTo(events.get(2).get("spanId"));
      assertThat(tool.at("/content/toolResults").asString()).contains("shipped 123");
      JsonNode answer = events.get(5);
      assertThat(answer.at("/content/content").asString()).isEqualTo(ScriptedModel.TEXT);
      assertThat(answer.at("/metadata/provider").asString()).isEqualTo("openai");
      assertThat(answer.at("/metadata/responseId").asString()).isEqualTo("chatcmpl-2");
      assertThat(answer.at("/metadata/usage/promptTokens").asInt()).isEqualTo(40);
      assertThat(answer.at("/metadata/usage/cacheReadTokens").asInt()).isEqualTo(60);
    }
  }

  @Test
  void modelsAreLeftToTheProxyUnlessAskedFor() throws Exception {
    try (ScriptedModel server = new ScriptedModel();
        WhyOps whyops = client(server)) {
      try (TraceScope scope = whyops.withTrace("session-2")) {
        ask(server, new WhyOpsObservationHandler(whyops));
      }
      assertThat(whyops.flush()).isTrue();
      assertThat(events(server))
          .extracting(event -> event.get("eventType").asString())
          .containsExactly("tool_call_request", "tool_call_response");
    }
  }

  private static WhyOps client(ScriptedModel server) {
    return WhyOps.builder().apiKey("whyops_test_x").agent("a").proxyBaseUrl(server.url).build();
  }

  private static @Nullable String ask(ScriptedModel server, WhyOpsObservationHandler handler) {
    ObservationRegistry registry = ObservationRegistry.create();
    registry.observationConfig().observationHandler(handler);
    OpenAiChatModel model =
        OpenAiChatModel.builder()
            .options(
                OpenAiChatOptions.builder()
                    .baseUrl(server.url + "/v1")
                    .apiKey("x")
                    .model("gpt-4o")
                    .build())
            .observationRegistry(registry)
            .build();
    return ChatClient.builder(
            model,
            registry,
            null,
            null,
            ToolCallingAdvisor.builder()
                .toolCallingManager(
                    DefaultToolCallingManager.builder().observationRegistry(registry).build()))
        .build()
        .prompt("Where is order 123?")
        .tools(new Tools())
        .call()
        .content();
  }

  private static List<JsonNode> events(ScriptedModel server) {
    List<JsonNode> events = new ArrayList<>();
    for (String batch : server.ingested) {
      JsonMapper.builder().build().readTree(batch).forEach(events::add);
    }
    return events;
  }
}
