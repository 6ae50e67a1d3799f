package dev.whyops.sdk;

import static org.assertj.core.api.Assertions.assertThat;

import com.anthropic.client.AnthropicClient;
import com.anthropic.client.okhttp.AnthropicOkHttpClient;
import com.anthropic.models.messages.MessageCreateParams;
import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/** Calls and events through a started server, read back as one trace. */
@EnabledIfEnvironmentVariable(named = "WHYOPS_TEST_GATEWAY", matches = ".+")
@NullUnmarked // reads JSON bluntly
class LiveTest {
  private static final String QUESTION = "Where is order 123?";

  @Test
  void bothProvidersAndATool() throws Exception {
    String traceId = "session-" + UUID.randomUUID();
    try (WhyOps whyops =
        WhyOps.builder()
            .apiKey(System.getenv("WHYOPS_TEST_KEY"))
            .proxyBaseUrl(System.getenv("WHYOPS_TEST_GATEWAY"))
            .agent("java-agent", AgentMetadata.of("You are a support agent."))
            .build()) {
      AgentInfo info = whyops.initAgent().orElseThrow();
      OpenAIClient openAi =
          whyops.openAi(OpenAIOkHttpClient.builder().apiKey("YOUR_WHYOPS_API_KEY").build());
      AnthropicClient anthropic =
          whyops.anthropic(AnthropicOkHttpClient.builder().apiKey("YOUR_WHYOPS_API_KEY").build());
      String answer;
      try (TraceScope scope = whyops.withTrace(traceId, null, "user-7")) {
        answer =
            openAi
                .chat()
                .completions()
                .create(
                    ChatCompletionCreateParams.builder()
                        .model("gpt-4o")
                        .addUserMessage(QUESTION)
                        .build())
                .choices()
                .get(0)
                .message()
                .content()
                .orElseThrow();
        scope.trace().tool("search_orders", Map.of("orderId", "123"), () -> "shipped");
        try (var stream =
            anthropic
                .messages()
                .createStreaming(
                    MessageCreateParams.builder()
                        .model("claude-3-5-sonnet-20241022")
                        .maxTokens(800)
                        .addUserMessage(QUESTION)
                        .build())) {
          assertThat(stream.stream().count()).isGreaterThan(3);
        }
      }
      assertThat(whyops.flush()).isTrue();
      assertThat(whyops.stats().rejected()).isZero();

      Map<?, ?> trace = LiveTraces.read(traceId, 6);
      assertThat(trace.get("agentName")).isEqualTo("java-agent");
      assertThat(trace.get("agentVersionId")).isEqualTo(info.agentVersionId());
      assertThat(trace.get("externalUserId")).isEqualTo("user-7");
      List<?> events = (List<?>) trace.get("events");
      assertThat(events)
          .extracting(event -> (Object) ((Map<?, ?>) event).get("eventType"))
          .containsExactly(
              "user_message",
              "llm_response",
              "tool_call_request",
              "tool_call_response",
              "user_message",
              "llm_response");
      Map<?, ?> response = (Map<?, ?>) events.get(1);
      assertThat(((Map<?, ?>) response.get("content")).get("content")).isEqualTo(answer);
      assertThat(response.get("continuity")).isEqualTo("header");
    }
  }
}
