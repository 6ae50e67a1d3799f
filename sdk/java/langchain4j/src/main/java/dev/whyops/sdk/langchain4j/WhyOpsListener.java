package dev.whyops.sdk.langchain4j;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.model.chat.listener.ChatModelErrorContext;
import dev.langchain4j.model.chat.listener.ChatModelListener;
import dev.langchain4j.model.chat.listener.ChatModelRequestContext;
import dev.langchain4j.model.chat.listener.ChatModelResponseContext;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.openai.OpenAiTokenUsage;
import dev.langchain4j.service.tool.ToolExecution;
import dev.whyops.sdk.TokenUsage;
import dev.whyops.sdk.Trace;
import dev.whyops.sdk.WhyOps;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Tells LangChain4j's model calls and tools as events of one trace.
 *
 * <p>Models: {@code OpenAiChatModel.builder().listeners(List.of(listener))}, for those that do not
 * go through the proxy, which sees the others by itself. Tools: {@code
 * AiServices.builder(…).afterToolExecution(listener.tools())}.
 *
 * <p>The trace is that of {@link WhyOps#withTrace}, else one per call. Thread-safe; never throws.
 */
public final class WhyOpsListener implements ChatModelListener {
  private static final String STARTED = "whyops.started";
  private static final String TRACE = "whyops.trace";
  private static final String SPAN = "whyops.span";

  private final WhyOps whyops;

  public WhyOpsListener(WhyOps whyops) {
    this.whyops = whyops;
  }

  @Override
  public void onRequest(ChatModelRequestContext context) {
    // The answer of a stream comes on another thread, so what belongs together is kept in the call.
    Trace trace = traceOr(UUID.randomUUID());
    String spanId = UUID.randomUUID().toString();
    context.attributes().put(TRACE, trace);
    context.attributes().put(SPAN, spanId);
    context.attributes().put(STARTED, System.nanoTime());
    trace.userMessage(
        context.chatRequest().messages().stream().map(WhyOpsListener::described).toList(),
        with -> with.spanId(spanId));
  }

  @Override
  public void onResponse(ChatModelResponseContext context) {
    if (context.attributes().get(TRACE) instanceof Trace trace
        && context.attributes().get(SPAN) instanceof String spanId) {
      ChatResponse response = context.chatResponse();
      trace.llmResponse(
          String.valueOf(response.modelName()),
          provider(context.modelProvider()),
          response.aiMessage().text(),
          with ->
              with.spanId(spanId)
                  .latencyMs(latencyMs(context.attributes()))
                  .finishReason(
                      response.finishReason() == null
                          ? null
                          : response.finishReason().name().toLowerCase(Locale.ROOT))
                  .toolCalls(toolCalls(response.aiMessage()))
                  .usage(usage(response))
                  .responseId(response.id()));
    }
  }

  @Override
  public void onError(ChatModelErrorContext context) {
    if (context.attributes().get(TRACE) instanceof Trace trace
        && context.attributes().get(SPAN) instanceof String spanId) {
      Throwable error = context.error();
      trace.error(
          error.getClass().getSimpleName() + ": " + error.getMessage(),
          with -> with.parentSpanId(spanId));
    }
  }

  /** For {@code AiServices.builder(…).afterToolExecution(…)}. */
  public Consumer<ToolExecution> tools() {
    return this::tell;
  }

  private void tell(ToolExecution execution) {
    ToolExecutionRequest request = execution.request();
    var invocation = execution.invocationContext();
    Trace trace = traceOr(invocation == null ? UUID.randomUUID() : invocation.invocationId());
    Map<String, Object> call = new LinkedHashMap<>();
    call.put("name", request.name());
    call.put("arguments", String.valueOf(request.arguments()));
    if (request.id() != null) {
      call.put("id", request.id());
    }
    String spanId =
        trace.toolCallRequest(
            request.name(),
            List.of(call),
            with -> {
              if (execution.startTime() != null) {
                with.timestamp(instant(execution.startTime()));
              }
            });
    trace.toolCallResponse(
        request.name(),
        spanId,
        List.of(call),
        execution.result(),
        with -> {
          if (execution.duration() != null) {
            with.latencyMs(execution.duration().toNanos() / 1_000_000.0);
          }
          if (execution.finishTime() != null) {
            with.timestamp(instant(execution.finishTime()));
          }
          if (execution.hasFailed()) {
            with.failed();
          }
        });
  }

  private Trace traceOr(UUID own) {
    return whyops.currentTrace().orElseGet(() -> whyops.trace(own.toString()));
  }

  private static Map<String, Object> described(ChatMessage message) {
    if (message instanceof SystemMessage system) {
      return Map.of("role", "system", "content", system.text());
    }
    if (message instanceof UserMessage user) {
      return Map.of(
          "role", "user", "content", user.hasSingleText() ? user.singleText() : user.contents());
    }
    if (message instanceof ToolExecutionResultMessage result) {
      return Map.of(
          "role", "tool", "tool_call_id", String.valueOf(result.id()), "content", result.text());
    }
    if (message instanceof AiMessage answer) {
      Map<String, Object> described = new LinkedHashMap<>();
      described.put("role", "assistant");
      described.put("content", answer.text() == null ? "" : answer.text());
      List<Map<String, Object>> calls = toolCalls(answer);
      if (calls != null) {
        described.put("tool_calls", calls);
      }
      return described;
    }
    return Map.of("role", message.type().name(), "content", message.toString());
  }

  private static @Nullable List<Map<String, Object>> toolCalls(AiMessage answer) {
    if (!answer.hasToolExecutionRequests()) {
      return null;
    }
    return answer.toolExecutionRequests().stream()
        .map(
            request ->
                Map.<String, Object>of(
                    "id",
                    String.valueOf(request.id()),
                    "function",
                    Map.of("name", request.name(), "arguments", request.arguments())))
        .toList();
  }

  private static @Nullable TokenUsage usage(ChatResponse response) {
    var usage = response.tokenUsage();
    if (usage == null || usage.inputTokenCount() == null || usage.outputTokenCount() == null) {
      return null;
    }
    if (usage.getClass().getName().equals("dev.langchain4j.model.openai.OpenAiTokenUsage")) {
      return OpenAiUsage.of((OpenAiTokenUsage) usage);
    }
    return TokenUsage.of(usage.inputTokenCount(), usage.outputTokenCount());
  }

  /** Loaded only where langchain4j-open-ai is: its prompt count includes what was cached. */
  private static final class OpenAiUsage {
    static TokenUsage of(OpenAiTokenUsage usage) {
      var details = usage.inputTokensDetails();
      Integer cached = details == null ? null : details.cachedTokens();
      return cached == null
          ? TokenUsage.of(usage.inputTokenCount(), usage.outputTokenCount())
          : TokenUsage.of(usage.inputTokenCount() - cached, usage.outputTokenCount())
              .cacheRead(cached);
    }
  }

  private static String provider(@Nullable Object provider) {
    return String.valueOf(provider).toLowerCase(Locale.ROOT).replace("open_ai", "openai");
  }

  private static double latencyMs(Map<Object, Object> attributes) {
    return attributes.get(STARTED) instanceof Long started
        ? (System.nanoTime() - started) / 1_000 / 1_000.0
        : 0;
  }

  private static Instant instant(LocalDateTime local) {
    return local.atZone(ZoneId.systemDefault()).toInstant();
  }
}
