package dev.whyops.sdk;

import static org.assertj.core.api.Assertions.assertThat;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.JsonValue;
import com.openai.models.FunctionDefinition;
import com.openai.models.FunctionParameters;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionMessage;
import com.openai.models.chat.completions.ChatCompletionToolMessageParam;
import com.openai.models.completions.CompletionUsage;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/** Proxied calls and the application's own steps in one trace, tied by the model's tool call. */
@EnabledIfEnvironmentVariable(named = "WHYOPS_TEST_GATEWAY", matches = ".+")
@NullUnmarked // reads JSON bluntly
class HybridTest {
  @Test
  void aToolOfTheModelIsOneWithTheToolThatRan() throws Exception {
    String traceId = "hybrid-" + UUID.randomUUID();
    try (WhyOps whyops =
        WhyOps.builder()
            .apiKey(System.getenv("WHYOPS_TEST_KEY"))
            .proxyBaseUrl(System.getenv("WHYOPS_TEST_GATEWAY"))
            .agent("java-hybrid", AgentMetadata.of("You are a support agent."))
            .build()) {
      AgentInfo info = whyops.initAgent().orElseThrow();
      OpenAIClient client =
          whyops.openAi(OpenAIOkHttpClient.builder().apiKey("YOUR_WHYOPS_API_KEY").build());
      ChatCompletionCreateParams.Builder conversation =
          ChatCompletionCreateParams.builder()
              .model("gpt-4o")
              .addUserMessage("Where is order 123? {{fake call=search_orders}}")
              .addFunctionTool(
                  FunctionDefinition.builder()
                      .name("search_orders")
                      .parameters(
                          FunctionParameters.builder()
                              .putAdditionalProperty("type", JsonValue.from("object"))
                              .build())
                      .build());
      String callId;
      List<CompletionUsage> usages = new ArrayList<>();
      try (TraceScope scope = whyops.withTrace(traceId, null, "user-7")) {
        ChatCompletion asked = client.chat().completions().create(conversation.build());
        ChatCompletionMessage message = asked.choices().get(0).message();
        callId = message.toolCalls().orElseThrow().get(0).asFunction().id();
        try (ToolSpan tool = scope.trace().tool("search_orders", Map.of("id", "123"), callId)) {
          tool.result("shipped");
        }
        conversation
            .addMessage(message)
            .addMessage(
                ChatCompletionToolMessageParam.builder()
                    .toolCallId(callId)
                    .content("shipped")
                    .build())
            .addUserMessage("And when does it arrive?");
        ChatCompletion answered = client.chat().completions().create(conversation.build());
        usages.add(asked.usage().orElseThrow());
        usages.add(answered.usage().orElseThrow());
      }
      assertThat(whyops.flush()).isTrue();

      Map<?, ?> trace = LiveTraces.read(traceId, 6);
      check(trace, callId, usages);
      assertThat((Object) trace.get("versions")).isEqualTo(List.of(info.agentVersionId()));
    }
  }

  private static void check(Map<?, ?> trace, String callId, List<CompletionUsage> usages) {
    Map<?, ?> answer = ofType(trace, "llm_response").get(0);
    Map<?, ?> request = ofType(trace, "tool_call_request").get(0);
    Map<?, ?> response = ofType(trace, "tool_call_response").get(0);
    assertThat((Object) request.get("toolCallId")).isEqualTo(callId);
    assertThat((Object) response.get("toolCallId")).isEqualTo(callId);
    assertThat((Object) request.get("parentSpanId")).isEqualTo(answer.get("spanId"));
    assertThat((Object) request.get("spanId")).isEqualTo(response.get("spanId"));
    assertThat(number(trace.get("llmCalls"))).isEqualTo(2);
    assertThat(number(trace.get("toolCalls"))).isEqualTo(1);
    assertThat((Object) trace.get("externalUserId")).isEqualTo("user-7");
    Map<?, ?> tokens = (Map<?, ?>) trace.get("tokens");
    assertThat(number(tokens.get("input")) + number(tokens.get("cacheRead")))
        .isEqualTo(usages.stream().mapToLong(CompletionUsage::promptTokens).sum());
    assertThat(number(tokens.get("output")))
        .isEqualTo(usages.stream().mapToLong(CompletionUsage::completionTokens).sum());
    BigDecimal lines = BigDecimal.ZERO;
    for (Map<?, ?> priced : ofType(trace, "llm_response")) {
      for (Object line : (List<?>) ((Map<?, ?>) priced.get("cost")).get("formula")) {
        lines = lines.add(new BigDecimal(String.valueOf(((Map<?, ?>) line).get("usd"))));
      }
    }
    Map<?, ?> cost = (Map<?, ?>) trace.get("cost");
    assertThat(new BigDecimal(String.valueOf(cost.get("usd")))).isEqualByComparingTo(lines);
    assertThat((Object) cost.get("kind")).isEqualTo("computed");
  }

  private static long number(Object json) {
    return ((Number) json).longValue();
  }

  private static List<Map<?, ?>> ofType(Map<?, ?> trace, String type) {
    List<Map<?, ?>> found = new ArrayList<>();
    for (Object event : (List<?>) trace.get("events")) {
      if (((Map<?, ?>) event).get("eventType").equals(type)) {
        found.add((Map<?, ?>) event);
      }
    }
    return found;
  }
}
