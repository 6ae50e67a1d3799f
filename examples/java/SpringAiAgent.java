import dev.whyops.sdk.TraceScope;
import dev.whyops.sdk.WhyOps;
import dev.whyops.sdk.spring.WhyOpsObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.client.advisor.ToolCallingAdvisor;
import org.springframework.ai.model.tool.DefaultToolCallingManager;
import org.springframework.ai.openai.OpenAiChatModel;
import org.springframework.ai.openai.OpenAiChatOptions;
import org.springframework.ai.tool.annotation.Tool;

/** A Spring AI agent without Boot: model calls through the proxy, tools by the handler. */
class SpringAiAgent {
  @Tool(description = "Finds an order.")
  String searchOrders(String orderId) {
    return "order " + orderId + ": shipped";
  }

  public static void main(String[] args) {
    try (WhyOps whyops = WhyOps.builder().agent("support-agent").build();
        TraceScope scope = whyops.withTrace("example-spring-ai")) {
      ObservationRegistry registry = ObservationRegistry.create();
      registry.observationConfig().observationHandler(new WhyOpsObservationHandler(whyops));
      OpenAiChatOptions options =
          OpenAiChatOptions.builder()
              .model("gpt-4o")
              .baseUrl(whyops.proxyBaseUrl() + "/v1")
              .apiKey(System.getenv("WHYOPS_API_KEY"))
              .customHeaders(whyops.proxyHeaders())
              .build();
      OpenAiChatModel model =
          OpenAiChatModel.builder().options(options).observationRegistry(registry).build();
      System.out.println(
          ChatClient.builder(
                  model,
                  registry,
                  null,
                  null,
                  ToolCallingAdvisor.builder()
                      .toolCallingManager(
                          DefaultToolCallingManager.builder()
                              .observationRegistry(registry)
                              .build()))
              .build()
              .prompt("Where is order 123?")
              .tools(new SpringAiAgent())
              .call()
              .content());
    }
  }
}
