package dev.whyops.sdk;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Runtime events of one trace: what the application did between the model's calls.
 *
 * <p>Every method only puts the event into the client's queue: it takes microseconds, never throws
 * and never waits for the network. Contents are maps, lists, records, text and numbers; they are
 * written at once, so later changes of the host do not change the event. Thread-safe.
 */
public final class Trace {
  private final WhyOps whyops;
  private final Scope scope;

  Trace(WhyOps whyops, Scope scope) {
    this.whyops = whyops;
    this.scope = scope;
  }

  public String traceId() {
    return scope.traceId();
  }

  /** The messages that start a turn. */
  public void userMessage(@Nullable Object messages) {
    userMessage(messages, EventOptions.NONE);
  }

  /** The messages that start a turn, with systemPrompt, tools or params as metadata. */
  public void userMessage(@Nullable Object messages, Consumer<EventOptions> options) {
    add("user_message", options, with -> messages);
  }

  public void llmResponse(String model, String provider, @Nullable Object content) {
    llmResponse(model, provider, content, EventOptions.NONE);
  }

  /** A model's answer that did not go through the proxy. */
  public void llmResponse(
      String model, String provider, @Nullable Object content, Consumer<EventOptions> options) {
    add(
        "llm_response",
        options,
        with -> {
          with.metadata("model", model).metadata("provider", provider);
          Map<String, @Nullable Object> body = new LinkedHashMap<>();
          body.put("content", content);
          putIfGiven(body, "toolCalls", with.toolCalls);
          putIfGiven(body, "finishReason", with.metadata.get("finishReason"));
          return body;
        });
  }

  public void llmThinking(@Nullable Object thinking) {
    llmThinking(thinking, EventOptions.NONE);
  }

  public void llmThinking(@Nullable Object thinking, Consumer<EventOptions> options) {
    add(
        "llm_thinking",
        options,
        with -> {
          Map<String, @Nullable Object> body = new LinkedHashMap<>();
          body.put("thinking", thinking);
          putIfGiven(body, "signature", with.signature);
          return body;
        });
  }

  public void embeddingRequest(Object inputs) {
    embeddingRequest(inputs, EventOptions.NONE);
  }

  public void embeddingRequest(Object inputs, Consumer<EventOptions> options) {
    add("embedding_request", options, with -> Map.of("inputs", inputs));
  }

  public void embeddingResponse(
      String model,
      String provider,
      int embeddingCount,
      int firstEmbeddingDimensions,
      Consumer<EventOptions> options) {
    add(
        "embedding_response",
        options,
        with -> {
          with.metadata("model", model).metadata("provider", provider);
          if (with.totalTokens != null) {
            with.metadata(
                "usage", Map.of("promptTokens", with.totalTokens, "totalTokens", with.totalTokens));
          }
          Map<String, @Nullable Object> body = new LinkedHashMap<>();
          body.put("embeddingCount", embeddingCount);
          body.put("firstEmbeddingDimensions", firstEmbeddingDimensions);
          return body;
        });
  }

  public String toolCallRequest(String tool, Object toolCalls) {
    return toolCallRequest(tool, toolCalls, EventOptions.NONE);
  }

  /** A tool begins. Give the span id that comes back to {@link #toolCallResponse}. */
  public String toolCallRequest(String tool, Object toolCalls, Consumer<EventOptions> options) {
    String[] spanId = new String[1];
    add(
        "tool_call_request",
        options,
        with -> {
          with.metadata("tool", tool);
          spanId[0] = with.spanId == null ? Ids.spanId() : with.spanId;
          with.spanId = spanId[0];
          return Map.of("toolCalls", toolCalls);
        });
    return spanId[0] == null ? Ids.spanId() : spanId[0];
  }

  public void toolCallResponse(
      String tool, @Nullable String spanId, Object toolCalls, @Nullable Object toolResults) {
    toolCallResponse(tool, spanId, toolCalls, toolResults, EventOptions.NONE);
  }

  /** A tool is done; the span id is that of its request. */
  public void toolCallResponse(
      String tool,
      @Nullable String spanId,
      Object toolCalls,
      @Nullable Object toolResults,
      Consumer<EventOptions> options) {
    add(
        "tool_call_response",
        options,
        with -> {
          with.metadata("tool", tool);
          with.spanId = spanId;
          Map<String, @Nullable Object> body = new LinkedHashMap<>();
          body.put("toolCalls", toolCalls);
          body.put("toolResults", toolResults);
          if (with.failed) {
            body.put("isError", true);
          }
          return body;
        });
  }

  public void toolResult(String toolName, @Nullable Object output) {
    toolResult(toolName, output, EventOptions.NONE);
  }

  /** A tool's output as it is given back to the model. */
  public void toolResult(String toolName, @Nullable Object output, Consumer<EventOptions> options) {
    add(
        "tool_result",
        options,
        with -> {
          with.metadata("tool", toolName);
          Map<String, @Nullable Object> body = new LinkedHashMap<>();
          body.put("output", output);
          putIfGiven(body, "toolCallId", with.toolCallId);
          return body;
        });
  }

  public void error(String message) {
    error(message, EventOptions.NONE);
  }

  /** A failure that the application could not recover from. */
  public void error(String message, Consumer<EventOptions> options) {
    add(
        "error",
        options,
        with -> {
          Map<String, @Nullable Object> body = new LinkedHashMap<>();
          body.put("message", message);
          putIfGiven(body, "status", with.status);
          putIfGiven(body, "stack", with.stack);
          return body;
        });
  }

  /**
   * Times a tool: {@code try (ToolSpan call = trace.tool("search", args)) { call.result(x); }}.
   * Model calls and events inside belong to its span.
   */
  public ToolSpan tool(String name, @Nullable Object arguments) {
    return tool(name, arguments, (String) null);
  }

  /**
   * As {@link #tool(String, Object)}, tied to the model's tool call.
   *
   * @param toolCallId null when no model asked for it
   */
  public ToolSpan tool(String name, @Nullable Object arguments, @Nullable String toolCallId) {
    return new ToolSpan(this, scope, name, arguments, toolCallId);
  }

  /** Runs a tool and records time, result or exception; the exception goes on to the caller. */
  public <T> T tool(String name, @Nullable Object arguments, Callable<T> body) throws Exception {
    try (ToolSpan span = tool(name, arguments)) {
      try {
        return span.result(body.call());
      } catch (Exception failure) {
        span.failed(failure);
        throw failure;
      }
    }
  }

  /** Waits until the events so far are with the server; false when 5 s were not enough. */
  public boolean flush() {
    return whyops.flush();
  }

  /** Builds and queues; whatever goes wrong is counted, never thrown. */
  private void add(String type, Consumer<EventOptions> options, Content content) {
    EventOptions with = new EventOptions();
    try {
      options.accept(with);
      Object body = content.of(with);
      if (whyops.isEnabled()) {
        whyops.enqueue(type, place(with), body, with);
      }
    } catch (RuntimeException bug) {
      whyops.failed(type, bug);
    }
  }

  private Map<String, @Nullable Object> place(EventOptions with) {
    String parent = with.parentSpanId;
    Scope current = Scope.current();
    if (parent == null && current != null && current.traceId().equals(scope.traceId())) {
      // Inside a tool or another span of this trace, what happens belongs under it.
      String around = current.spanId();
      parent = around == null || around.equals(with.spanId) ? null : around;
    }
    Map<String, @Nullable Object> place = new LinkedHashMap<>();
    place.put("traceId", scope.traceId());
    place.put("threadId", scope.threadId());
    place.put("spanId", with.spanId);
    place.put("parentSpanId", parent);
    place.put("stepId", with.stepId);
    place.put("parentStepId", with.parentStepId);
    place.put(
        "externalUserId",
        with.externalUserId == null ? scope.externalUserId() : with.externalUserId);
    place.put("idempotencyKey", with.idempotencyKey);
    return place;
  }

  private static void putIfGiven(
      Map<String, @Nullable Object> body, String name, @Nullable Object value) {
    if (value != null) {
      body.put(name, value);
    }
  }

  /** One described call of a tool, as the tool events list them. */
  static List<Map<String, Object>> described(
      String name, @Nullable Object arguments, @Nullable String toolCallId) {
    Map<String, Object> call = new LinkedHashMap<>();
    call.put("name", name);
    call.put("arguments", arguments == null ? Map.of() : arguments);
    if (toolCallId != null) {
      call.put("id", toolCallId);
    }
    return List.of(call);
  }

  private interface Content {
    @Nullable Object of(EventOptions with);
  }
}
