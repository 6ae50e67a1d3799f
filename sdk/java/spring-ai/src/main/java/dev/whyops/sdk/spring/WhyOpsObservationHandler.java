package dev.whyops.sdk.spring;

import dev.whyops.sdk.TokenUsage;
import dev.whyops.sdk.Trace;
import dev.whyops.sdk.WhyOps;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.metadata.Usage;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.model.Generation;
import org.springframework.ai.chat.observation.ChatModelObservationContext;
import org.springframework.ai.tool.observation.ToolCallingObservationContext;

/**
 * Tells Spring AI's tools, and its model calls where asked to, as events of one trace.
 *
 * <p>In Spring Boot a bean of this type is enough; elsewhere {@code
 * registry.observationConfig().observationHandler(handler)}. Model calls are left to the proxy
 * unless {@link #recordingModels} is used, for models that do not go through it.
 *
 * <p>The trace is that of {@link WhyOps#withTrace}, else one per call. Thread-safe; never throws.
 */
public final class WhyOpsObservationHandler implements ObservationHandler<Observation.Context> {
  private final WhyOps whyops;
  private final boolean recordModels;

  public WhyOpsObservationHandler(WhyOps whyops) {
    this(whyops, false);
  }

  private WhyOpsObservationHandler(WhyOps whyops, boolean recordModels) {
    this.whyops = whyops;
    this.recordModels = recordModels;
  }

  /** For models that do not go through the proxy. */
  public static WhyOpsObservationHandler recordingModels(WhyOps whyops) {
    return new WhyOpsObservationHandler(whyops, true);
  }

  @Override
  public boolean supportsContext(Observation.Context context) {
    return context instanceof ToolCallingObservationContext
        || recordModels && context instanceof ChatModelObservationContext;
  }

  /** What was begun on this observation. */
  private record Running(Trace trace, String spanId, long startedNanos) {
    double latencyMs() {
      return (System.nanoTime() - startedNanos) / 1_000 / 1_000.0;
    }
  }

  @Override
  public void onStart(Observation.Context context) {
    Trace trace = whyops.currentTrace().orElseGet(() -> whyops.trace(UUID.randomUUID().toString()));
    Running running = new Running(trace, UUID.randomUUID().toString(), System.nanoTime());
    context.put(Running.class, running);
    if (context instanceof ToolCallingObservationContext tool) {
      trace.toolCallRequest(name(tool), calls(tool), with -> with.spanId(running.spanId()));
    } else if (context instanceof ChatModelObservationContext model) {
      trace.userMessage(
          model.getRequest().getInstructions().stream()
              .map(
                  message ->
                      Map.of(
                          "role",
                          message.getMessageType().getValue(),
                          "content",
                          String.valueOf(message.getText())))
              .toList(),
          with -> with.spanId(running.spanId()));
    }
  }

  @Override
  public void onStop(Observation.Context context) {
    Running running = context.get(Running.class);
    if (running == null) {
      return;
    }
    if (context instanceof ToolCallingObservationContext tool) {
      toolEnds(running, tool);
    } else if (context instanceof ChatModelObservationContext model) {
      modelEnds(running, model);
    }
  }

  private static void toolEnds(Running running, ToolCallingObservationContext tool) {
    Throwable error = tool.getError();
    running
        .trace()
        .toolCallResponse(
            name(tool),
            running.spanId(),
            calls(tool),
            error == null ? tool.getToolCallResult() : Map.of("error", described(error)),
            with -> {
              with.latencyMs(running.latencyMs());
              if (error != null) {
                with.failed();
              }
            });
  }

  private static void modelEnds(Running running, ChatModelObservationContext model) {
    Throwable error = model.getError();
    ChatResponse response = model.getResponse();
    if (error != null) {
      Map<String, String> described = described(error);
      running
          .trace()
          .error(
              described.get("type") + ": " + described.get("message"),
              with -> with.parentSpanId(running.spanId()));
      return;
    }
    Generation generation = response == null ? null : response.getResult();
    if (response == null || generation == null) {
      return;
    }
    running
        .trace()
        .llmResponse(
            response.getMetadata().getModel(),
            model.getOperationMetadata().provider(),
            generation.getOutput().getText(),
            with ->
                with.spanId(running.spanId())
                    .latencyMs(running.latencyMs())
                    .finishReason(finishReason(generation))
                    .toolCalls(toolCalls(generation.getOutput()))
                    .usage(usage(response.getMetadata().getUsage()))
                    .responseId(response.getMetadata().getId()));
  }

  private static String name(ToolCallingObservationContext tool) {
    return tool.getToolDefinition().name();
  }

  private static List<Map<String, Object>> calls(ToolCallingObservationContext tool) {
    Map<String, Object> call = new LinkedHashMap<>();
    call.put("name", name(tool));
    call.put("arguments", tool.getToolCallArguments());
    String id = tool.getToolCallId();
    if (id != null && !id.isEmpty()) {
      call.put("id", id);
    }
    return List.of(call);
  }

  private static @Nullable List<Map<String, Object>> toolCalls(AssistantMessage answer) {
    if (!answer.hasToolCalls()) {
      return null;
    }
    return answer.getToolCalls().stream()
        .map(
            call ->
                Map.<String, Object>of(
                    "id",
                    call.id(),
                    "function",
                    Map.of("name", call.name(), "arguments", call.arguments())))
        .toList();
  }

  private static @Nullable String finishReason(Generation generation) {
    String reason = generation.getMetadata().getFinishReason();
    return reason == null ? null : reason.toLowerCase(Locale.ROOT);
  }

  /** Spring AI's prompt count includes what came from the cache; ours does not. */
  private static @Nullable TokenUsage usage(@Nullable Usage usage) {
    if (usage == null || usage.getPromptTokens() == null || usage.getCompletionTokens() == null) {
      return null;
    }
    Long read = usage.getCacheReadInputTokens();
    return read == null
        ? TokenUsage.of(usage.getPromptTokens(), usage.getCompletionTokens())
        : TokenUsage.of(usage.getPromptTokens() - read, usage.getCompletionTokens())
            .cacheRead(read);
  }

  private static Map<String, String> described(Throwable error) {
    Throwable cause = error.getCause() == null ? error : error.getCause();
    return Map.of(
        "type", cause.getClass().getSimpleName(), "message", String.valueOf(cause.getMessage()));
  }
}
