package dev.whyops.fake;

import dev.whyops.json.Json;
import dev.whyops.provider.AnswerFacts;
import dev.whyops.provider.AnswerFacts.Choice;
import dev.whyops.provider.AnswerFacts.Thinking;
import dev.whyops.provider.CallKind;
import dev.whyops.provider.Dialect;
import dev.whyops.provider.ProviderType;
import dev.whyops.provider.ToolCall;
import java.io.IOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * One run of the sample agent: asks the model, runs the tools that it calls, tells the runtime
 * events of the tools, and goes on until there is an answer.
 */
final class SampleRun {
  private static final int CALLS_MAX = 8;

  private final SampleClient client;
  private final Plot plot;
  private final int order;
  private final Map<String, String> headers;
  private final String traceId;
  private final String agentName;
  private final String systemPrompt;
  private final ArrayNode messages = Tree.array();

  SampleRun(
      SampleClient client,
      Plot plot,
      int order,
      String traceId,
      String customer,
      String agentName,
      String systemPrompt) {
    this.client = client;
    this.plot = plot;
    this.order = order;
    this.traceId = traceId;
    this.agentName = agentName;
    this.systemPrompt = systemPrompt;
    this.headers = new HashMap<>();
    headers.put("X-Agent-Name", agentName);
    headers.put("X-Trace-ID", traceId);
    headers.put("X-Thread-ID", "chat-" + customer);
    headers.put("X-External-User-Id", customer);
  }

  void play() throws IOException, InterruptedException {
    if (plot.route() == Plot.Route.EMBED_THEN_CHAT) {
      embed();
    }
    if (plot.route() != Plot.Route.MESSAGES && plot.route() != Plot.Route.RESPONSES) {
      messages.add(Tree.object("role", "system", "content", systemPrompt));
    }
    messages.add(Tree.object("role", "user", "content", plot.question(order)));
    for (int call = 0; call < CALLS_MAX; call++) {
      Choice choice = ask();
      if (choice.calls().isEmpty()) {
        return;
      }
      remember(choice);
      for (ToolCall tool : choice.calls()) {
        runTool(tool);
      }
    }
  }

  private void embed() throws IOException, InterruptedException {
    client.post(
        "/v1/embeddings",
        Tree.object(
            "model",
            "text-embedding-3-small",
            "input",
            Tree.array(plot.question(order), "Returns: 30 days.", "Delivery: 2 to 5 days."),
            "dimensions",
            256),
        headers);
  }

  private Choice ask() throws IOException, InterruptedException {
    AnswerFacts facts = askOnce(headers);
    if (facts.error() != null) {
      Map<String, String> again = new HashMap<>(headers);
      again.put("x-stainless-retry-count", "1");
      Thread.sleep(400);
      facts = askOnce(again);
    }
    return facts.choices().isEmpty()
        ? new Choice(0, "", List.of(), List.of(), null, null)
        : facts.choices().getFirst();
  }

  private AnswerFacts askOnce(Map<String, String> withHeaders)
      throws IOException, InterruptedException {
    boolean messagesRoute = plot.route() == Plot.Route.MESSAGES;
    CallKind kind =
        switch (plot.route()) {
          case MESSAGES -> CallKind.MESSAGES;
          case RESPONSES -> CallKind.RESPONSES;
          case CHAT, EMBED_THEN_CHAT -> CallKind.CHAT_COMPLETIONS;
        };
    String path =
        switch (plot.route()) {
          case MESSAGES -> "/v1/messages";
          case RESPONSES -> "/v1/responses";
          case CHAT, EMBED_THEN_CHAT -> "/v1/chat/completions";
        };
    Map<String, String> sent = new HashMap<>(withHeaders);
    if (messagesRoute) {
      sent.put("anthropic-version", "2023-06-01");
    }
    SampleClient.Answer answer = client.post(path, request(), sent);
    return Dialect.of(messagesRoute ? ProviderType.ANTHROPIC : ProviderType.OPENAI)
        .answer(kind, answer.status(), answer.contentType(), answer.body());
  }

  private ObjectNode request() {
    List<ObjectNode> tools = Shop.chatTools();
    return switch (plot.route()) {
      case MESSAGES ->
          Tree.object(
              "model", plot.model(),
              "max_tokens", 1024,
              "stream", true,
              "thinking", Tree.object("type", "enabled", "budget_tokens", 1024),
              "system",
                  Tree.array(
                      Tree.object(
                          "type",
                          "text",
                          "text",
                          systemPrompt,
                          "cache_control",
                          Tree.object("type", "ephemeral"))),
              "tools", Tree.list(tools.stream().map(SampleRun::anthropicTool).toList()),
              "messages", messages);
      case RESPONSES -> {
        ObjectNode body =
            Tree.object(
                "model",
                plot.model(),
                "stream",
                true,
                "instructions",
                systemPrompt,
                "tools",
                Tree.list(tools.stream().map(SampleRun::responsesTool).toList()),
                "input",
                messages);
        yield body;
      }
      case CHAT, EMBED_THEN_CHAT -> chatRequest(tools);
    };
  }

  private ObjectNode chatRequest(List<ObjectNode> tools) {
    boolean stream = order % 2 == 0;
    ObjectNode body =
        Tree.object(
            "model",
            plot.model(),
            "stream",
            stream,
            "temperature",
            0.2,
            "tools",
            Tree.list(tools),
            "messages",
            messages);
    // Some applications forget to ask for it: their usage is an estimate.
    if (stream && order % 10 != 0) {
      body.set("stream_options", Tree.object("include_usage", true));
    }
    return body;
  }

  private void remember(Choice choice) {
    switch (plot.route()) {
      case MESSAGES -> {
        ArrayNode blocks = Tree.array();
        for (Thinking thinking : choice.thinking()) {
          blocks.add(
              Tree.object(
                  "type", "thinking",
                  "thinking", thinking.text(),
                  "signature", thinking.signature()));
        }
        for (ToolCall call : choice.calls()) {
          blocks.add(
              Tree.object(
                  "type", "tool_use",
                  "id", call.callId(),
                  "name", call.name(),
                  "input", Json.mapper().readTree(call.arguments())));
        }
        messages.add(Tree.object("role", "assistant", "content", blocks));
      }
      case RESPONSES -> {
        for (ToolCall call : choice.calls()) {
          messages.add(
              Tree.object(
                  "type", "function_call",
                  "call_id", call.callId(),
                  "name", call.name(),
                  "arguments", call.arguments()));
        }
      }
      case CHAT, EMBED_THEN_CHAT -> {
        ArrayNode calls = Tree.array();
        for (ToolCall call : choice.calls()) {
          calls.add(
              Tree.object(
                  "id", call.callId(),
                  "type", "function",
                  "function", Tree.object("name", call.name(), "arguments", call.arguments())));
        }
        messages.add(Tree.object("role", "assistant", "content", null, "tool_calls", calls));
      }
    }
  }

  private void runTool(ToolCall call) throws IOException, InterruptedException {
    Instant requested = Instant.now();
    Thread.sleep(40 + Math.floorMod(call.callId().hashCode(), 160));
    String result = Shop.call(call.name(), call.arguments());
    tellTool(call, result, requested, Instant.now());
    messages.add(
        switch (plot.route()) {
          case MESSAGES ->
              Tree.object(
                  "role",
                  "user",
                  "content",
                  Tree.array(
                      Tree.object(
                          "type",
                          "tool_result",
                          "tool_use_id",
                          call.callId(),
                          "content",
                          result,
                          "is_error",
                          result.startsWith("{\"error\""))));
          case RESPONSES ->
              Tree.object(
                  "type", "function_call_output", "call_id", call.callId(), "output", result);
          case CHAT, EMBED_THEN_CHAT ->
              Tree.object("role", "tool", "tool_call_id", call.callId(), "content", result);
        });
  }

  /** The runtime events of a tool, with the time that it really took. */
  private void tellTool(ToolCall call, String result, Instant requested, Instant responded)
      throws IOException, InterruptedException {
    String spanId = "span-" + call.callId();
    ObjectNode request =
        event("tool_call_request", spanId, requested, call)
            .set(
                "content",
                Tree.object(
                    "toolCalls",
                    Tree.array(
                        Tree.object(
                            "id", call.callId(),
                            "function",
                                Tree.object("name", call.name(), "arguments", call.arguments())))));
    ObjectNode response = event("tool_call_response", spanId, responded, call);
    response.set(
        "content",
        Tree.object("toolCallId", call.callId(), "toolResults", Json.mapper().readTree(result)));
    ((ObjectNode) response.path("metadata"))
        .put("latencyMs", responded.toEpochMilli() - requested.toEpochMilli());
    client.post("/api/events/ingest", Tree.array(request, response), Map.of());
  }

  private ObjectNode event(String type, String spanId, Instant at, ToolCall call) {
    return Tree.object(
        "eventType", type,
        "traceId", traceId,
        "agentName", agentName,
        "spanId", spanId,
        "timestamp", at.toString(),
        "externalUserId", headers.get("X-External-User-Id"),
        "metadata", Tree.object("tool", call.name(), "toolCallId", call.callId()));
  }

  private static ObjectNode anthropicTool(ObjectNode tool) {
    return Tree.object(
        "name", tool.path("function").path("name").asString(),
        "description", tool.path("function").path("description").asString(),
        "input_schema", tool.path("function").path("parameters"));
  }

  private static ObjectNode responsesTool(ObjectNode tool) {
    ObjectNode flat = Tree.object("type", "function");
    tool.path("function").propertyStream().forEach(p -> flat.set(p.getKey(), p.getValue()));
    return flat;
  }
}
