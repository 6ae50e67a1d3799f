package dev.whyops;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whyops.fake.FakeLlm;
import dev.whyops.json.Json;
import dev.whyops.kit.ServerProcess;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Conversations without trace headers go on after the server was stopped or killed. */
class ConversationsIT {
  private static final String CHAT = "/v1/chat/completions";
  private static final String OPENING =
      "Please tell me in some detail where the order with the number %s is now.";

  @TempDir private Path folder;

  /** A conversation as its client keeps it. */
  private static final class Conversation {
    final ObjectNode body = Json.mapper().createObjectNode();
    final ArrayNode messages = body.put("model", "gpt-4o").putArray("messages");
    String trace = "";

    Conversation says(String text) {
      messages.addObject().put("role", "user").put("content", text);
      return this;
    }

    /**
     * Asks until the server finds the trace: it may look for 2 ms only, which a server that has
     * just begun does not always manage. An answer that came too late is not said to have been
     * given.
     */
    void goesOn(ServerProcess server, String rule) throws Exception {
      String found = "new";
      int said = messages.size();
      for (int i = 0; i < 50 && found.equals("new"); i++) {
        long late = late(server);
        while (messages.size() > said) {
          messages.remove(said);
        }
        found = ask(server);
        assertThat(found.equals("new") && late(server) == late).as("not found").isFalse();
      }
      assertThat(found).isEqualTo(rule);
    }

    String ask(ServerProcess server, String... headers) throws Exception {
      Map<String, String> all = new HashMap<>(Map.of("X-Agent-Name", "shop"));
      for (int i = 0; i < headers.length; i += 2) {
        all.put(headers[i], headers[i + 1]);
      }
      HttpResponse<String> answer = server.post(CHAT, body.toString(), all);
      assertThat(answer.statusCode()).isEqualTo(200);
      messages.add(Json.mapper().readTree(answer.body()).at("/choices/0/message"));
      trace = answer.headers().firstValue("X-Trace-ID").orElseThrow();
      return answer.headers().firstValue("X-WhyOps-Continuity").orElseThrow();
    }
  }

  @ParameterizedTest(name = "killed: {0}")
  @ValueSource(booleans = {false, true})
  @DisplayName("response_id, tool_call_id, history and signature hold across restarts")
  void goOnAfterARestart(boolean killed) throws Exception {
    Conversation talk = new Conversation().says(OPENING.formatted("1"));
    Conversation named = new Conversation().says(OPENING.formatted("2"));
    Conversation signed = new Conversation().says(OPENING.formatted("3"));
    Conversation tool = new Conversation().says("{{fake call=find}} " + OPENING.formatted("4"));
    tool.body
        .putArray("tools")
        .addObject()
        .put("type", "function")
        .putObject("function")
        .put("name", "find");
    Map<String, String> agent = Map.of("X-Agent-Name", "shop");
    String responseId;
    String responseTrace;
    try (FakeLlm provider = FakeLlm.start(0)) {
      try (ServerProcess server = ServerProcess.start(folder, provider.url(), Map.of())) {
        assertThat(talk.ask(server)).isEqualTo("new");
        assertThat(named.ask(server, "X-Trace-ID", "order-2", "X-Thread-ID", "customer-7"))
            .isEqualTo("header");
        assertThat(signed.ask(server, "X-WhyOps-Signature", "on")).isEqualTo("new");
        assertThat(tool.ask(server)).isEqualTo("new");
        HttpResponse<String> response =
            server.post("/v1/responses", "{\"model\":\"gpt-4o\",\"input\":\"hi\"}", agent);
        responseId = Json.mapper().readTree(response.body()).path("id").asString();
        responseTrace = response.headers().firstValue("X-Trace-ID").orElseThrow();
        await(() -> drained(server));
        if (killed) {
          server.kill();
        } else {
          assertThat(server.stop()).isZero();
        }
      }
      try (ServerProcess server = ServerProcess.start(folder, provider.url(), Map.of())) {
        String before = talk.trace;
        talk.says("and now?").goesOn(server, "history");
        assertThat(talk.trace).isEqualTo(before);
        named.says("and now?").goesOn(server, "history");
        assertThat(named.trace).isEqualTo("order-2");

        before = signed.trace;
        signed.messages.remove(0); // what was said is forgotten, the signature tells all the same
        signed.says("and now?").goesOn(server, "signature");
        assertThat(signed.trace).isEqualTo(before);

        before = tool.trace;
        ObjectNode called = (ObjectNode) tool.messages.get(1);
        tool.messages.removeAll();
        tool.messages.add(called);
        tool.messages
            .addObject()
            .put("role", "tool")
            .put("tool_call_id", called.at("/tool_calls/0/id").asString())
            .put("content", "on its way");
        tool.goesOn(server, "tool_call_id");
        assertThat(tool.trace).isEqualTo(before);

        String goOn =
            "{\"model\":\"gpt-4o\",\"input\":\"go on\",\"previous_response_id\":\"%s\"}"
                .formatted(responseId);
        await(
            () -> {
              var headers = post(server, "/v1/responses", goOn, agent).headers();
              return headers.firstValue("X-WhyOps-Continuity").orElse("").equals("response_id")
                  && headers.firstValue("X-Trace-ID").orElse("").equals(responseTrace);
            });

        Conversation stranger = new Conversation().says(OPENING.formatted("1"));
        stranger.messages.add(talk.messages.get(1));
        assertThat(stranger.says("x").ask(server, "X-External-User-Id", "somebody"))
            .as("another user with the same words")
            .isEqualTo("new");
      }
    }
  }

  @Test
  @DisplayName("a call without headers but with traceparent is read with the OTLP trace of that id")
  void traceparentJoinsTheOtlpTrace() throws Exception {
    String trace = "0af7651916cd43dd8448eb211c80319c";
    String span = "b7ad6b7169203331";
    try (FakeLlm provider = FakeLlm.start(0);
        ServerProcess server = ServerProcess.start(folder, provider.url(), Map.of())) {
      Conversation talk = new Conversation().says(OPENING.formatted("1"));
      assertThat(talk.ask(server, "traceparent", "00-" + trace + "-" + span + "-01"))
          .isEqualTo("new");
      assertThat(talk.trace).isEqualTo(trace);
      String spans =
          """
          {"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":
          {"stringValue":"shop"}}]},"scopeSpans":[{"scope":{"name":"app"},"spans":[{"traceId":"%s",
          "spanId":"%s","name":"answer the customer","kind":1,"startTimeUnixNano":"%d",
          "endTimeUnixNano":"%d"}]}]}]}\
          """
              .formatted(
                  trace,
                  span,
                  System.currentTimeMillis() * 1_000_000,
                  System.currentTimeMillis() * 1_000_000 + 5);
      assertThat(server.post("/v1/traces", spans, Map.of()).statusCode()).isEqualTo(200);
      await(() -> events(server, trace).toString().contains("answer the customer"));
      await(() -> events(server, trace).toString().contains("llm_response"));
      for (JsonNode event : events(server, trace)) {
        if (event.path("eventType").asString().equals("llm_response")) {
          assertThat(event.path("parentSpanId").asString()).isEqualTo(span);
        }
      }
      Conversation odd = new Conversation().says(OPENING.formatted("9"));
      odd.ask(server, "traceparent", "00-" + "0".repeat(32) + "-" + span + "-01");
      assertThat(odd.trace).startsWith("trc_");
    }
  }

  private static HttpResponse<String> post(
      ServerProcess server, String path, String body, Map<String, String> headers) {
    try {
      return server.post(path, body, headers);
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static long late(ServerProcess server) throws Exception {
    return server
        .get("/metrics")
        .body()
        .lines()
        .filter(line -> line.startsWith("whyops_continuity_late"))
        .map(line -> (long) Double.parseDouble(line.substring(line.indexOf(' ') + 1)))
        .findFirst()
        .orElseThrow();
  }

  private static JsonNode events(ServerProcess server, String trace) {
    try {
      return server.getJson("/api/traces/" + trace).path("events");
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Five calls were made, and all are in the store. */
  private static boolean drained(ServerProcess server) {
    try {
      return server.getJson("/api/traces").path("items").size() == 5;
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + 60_000_000_000L;
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("in time").isLessThan(deadline);
      Thread.sleep(20);
    }
  }
}
