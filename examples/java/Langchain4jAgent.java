import dev.langchain4j.agent.tool.Tool;
import dev.langchain4j.model.openai.OpenAiChatModel;
import dev.langchain4j.service.AiServices;
import dev.whyops.sdk.TraceScope;
import dev.whyops.sdk.WhyOps;
import dev.whyops.sdk.langchain4j.WhyOpsListener;

/** A LangChain4j agent: model calls through the proxy, tools by the listener. */
class Langchain4jAgent {
  interface Support {
    String ask(String question);
  }

  @Tool("Finds an order.")
  String searchOrders(String orderId) {
    return "order " + orderId + ": shipped";
  }

  public static void main(String[] args) {
    try (WhyOps whyops = WhyOps.builder().agent("support-agent").build();
        TraceScope scope = whyops.withTrace("example-langchain4j")) {
      OpenAiChatModel model =
          OpenAiChatModel.builder()
              .modelName("gpt-4o")
              .baseUrl(whyops.proxyBaseUrl() + "/v1")
              .apiKey(System.getenv("WHYOPS_API_KEY"))
              .customHeaders(whyops.proxyHeaders())
              .build();
      Support support =
          AiServices.builder(Support.class)
              .chatModel(model)
              .tools(new Langchain4jAgent())
              .afterToolExecution(new WhyOpsListener(whyops).tools())
              .build();
      System.out.println(support.ask("Where is order 123?"));
    }
  }
}
