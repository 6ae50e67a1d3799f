package dev.whyops.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whyops.auth.Caller;
import dev.whyops.project.ProjectId;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Calls find their traces over sockets, and never one of another project. */
class ContinuityIT {
  private static final String CHAT = "/v1/chat/completions";
  private static final String OPENING =
      "{\"role\":\"user\",\"content\":\"Please tell me where the order with number one is.\"}";
  private static final String SAID =
      "{\"role\":\"assistant\",\"content\":\"It is on its way to you.\"}";
  private static final String ANSWER =
      "{\"id\":\"c1\",\"choices\":[{\"index\":0,\"finish_reason\":\"stop\",\"message\":"
          + SAID
          + "}]}";
  private static final String RESPONSE =
      "{\"id\":\"resp_1\",\"status\":\"completed\",\"output\":[{\"id\":\"msg_1\",\"type\":"
          + "\"message\",\"role\":\"assistant\",\"content\":[{\"type\":\"output_text\",\"text\":"
          + "\"It is on its way to you.\"}]}]}";

  private final Harness gateway = new Harness();
  private final AtomicInteger count = new AtomicInteger();

  @SuppressWarnings("NullAway.Init")
  private ScriptedUpstream upstream;

  @BeforeEach
  void start() throws IOException {
    upstream =
        new ScriptedUpstream(
            (seen, out, socket) -> {
              boolean chat = seen.requestLine().contains("chat");
              String response = RESPONSE.replace("resp_1", "resp_" + count.incrementAndGet());
              out.write(ScriptedUpstream.json(chat ? ANSWER : response).getBytes());
              out.flush();
              return true;
            });
    gateway.openAi(upstream.port());
    Caller own = Objects.requireNonNull(gateway.callers.get(Harness.KEY));
    gateway.callers.put(
        "other",
        new Caller(
            new ProjectId("prj_2"),
            "other",
            own.environment(),
            "key_2",
            own.scopes(),
            null,
            null,
            own.limits()));
  }

  @AfterEach
  void stop() throws IOException {
    gateway.close();
    upstream.close();
  }

  private RawClient.Reply ask(String key, String path, String body, String... headers)
      throws IOException {
    StringBuilder head = new StringBuilder("POST " + path + " HTTP/1.1\r\nHost: x\r\n");
    head.append("Authorization: Bearer ").append(key).append("\r\nX-Agent-Name: shop\r\n");
    for (String header : headers) {
      head.append(header).append("\r\n");
    }
    try (RawClient client = gateway.client()) {
      client.send(head + "Content-Length: " + body.length() + "\r\n\r\n" + body);
      return client.read();
    }
  }

  /** A look-up has 2 ms, which a JVM that is cold or held up may miss; that is counted. */
  private RawClient.Reply unlessLate(String key, String path, String body) throws IOException {
    while (true) {
      long late = gateway.server.counters().continuityLate();
      RawClient.Reply reply = ask(key, path, body);
      if (gateway.server.counters().continuityLate() == late) {
        return reply;
      }
    }
  }

  /** What an answer issued is remembered beside the call, some moments later. */
  private RawClient.Reply awaitRule(String rule, String path, String body) throws Exception {
    List<RawClient.Reply> replies = new ArrayList<>();
    Harness.await(
        () -> {
          try {
            replies.add(ask(Harness.KEY, path, body));
          } catch (IOException e) {
            throw new IllegalStateException(e);
          }
          return replies.getLast().header("X-WhyOps-Continuity").orElse("").equals(rule);
        });
    return replies.getLast();
  }

  private static String chat(String... messages) {
    return "{\"model\":\"m\",\"messages\":[" + String.join(",", messages) + "]}";
  }

  @Test
  @DisplayName("a call with trace headers is continued by one without, whatever is captured")
  void headersAreRemembered() throws Exception {
    ask(
        Harness.KEY,
        CHAT,
        chat(OPENING),
        "X-Trace-ID: order-1",
        "X-Thread-ID: thread-1",
        "X-WhyOps-Capture: metadata");
    RawClient.Reply next = awaitRule("history", CHAT, chat(OPENING, SAID, OPENING));
    assertThat(next.header("X-Trace-ID")).contains("order-1");
    assertThat(next.header("X-Thread-ID")).contains("thread-1");
  }

  @Test
  @DisplayName("the id of a chat answer is none of a response")
  void chatAnswersAreNoResponses() throws Exception {
    ask(Harness.KEY, CHAT, chat(OPENING));
    awaitRule("history", CHAT, chat(OPENING, SAID, OPENING));
    String next = "{\"model\":\"m\",\"input\":\"on\",\"previous_response_id\":\"c1\"}";
    assertThat(unlessLate(Harness.KEY, "/v1/responses", next).header("X-WhyOps-Continuity"))
        .contains("new");
  }

  @Test
  @DisplayName("what nobody recorded nobody continues: capture off with trace headers")
  void unrecordedCallsAreNotContinued() throws Exception {
    ask(Harness.KEY, CHAT, chat(OPENING), "X-Trace-ID: order-1", "X-WhyOps-Capture: off");
    RawClient.Reply other = ask(Harness.KEY, CHAT, chat(OPENING, "{\"role\":\"user\"}"));
    assertThat(other.header("X-WhyOps-Continuity")).contains("new");
    RawClient.Reply next = unlessLate(Harness.KEY, CHAT, chat(OPENING, SAID, OPENING));
    assertThat(next.header("X-WhyOps-Continuity")).contains("new");
  }

  @Test
  @DisplayName("itemReferenceStaysInProject PX-88 ids of another project lead nowhere")
  void itemReferenceStaysInProject() throws Exception {
    String first = "{\"model\":\"m\",\"input\":\"hi\"}";
    String trace = ask(Harness.KEY, "/v1/responses", first).header("X-Trace-ID").orElseThrow();
    String next = "{\"model\":\"m\",\"input\":\"on\",\"previous_response_id\":\"resp_1\"}";
    assertThat(awaitRule("response_id", "/v1/responses", next).header("X-Trace-ID"))
        .contains(trace);
    String reference =
        "{\"model\":\"m\",\"input\":[{\"type\":\"item_reference\",\"id\":\"msg_1\"}],"
            + "\"previous_response_id\":\"resp_1\"}";
    for (String body : List.of(next, reference)) {
      RawClient.Reply foreign = unlessLate("other", "/v1/responses", body);
      assertThat(foreign.header("X-WhyOps-Continuity")).contains("new");
      assertThat(foreign.header("X-Trace-ID"))
          .isPresent()
          .isNotEqualTo(java.util.Optional.of(trace));
      assertThat(upstream.seen().getLast().text()).isEqualTo(body);
    }
  }

  @Test
  @DisplayName("sameTraceIdInTwoProjects PX-85 one id in two projects is two traces")
  void sameTraceIdInTwoProjects() throws Exception {
    for (String key : List.of(Harness.KEY, "other")) {
      RawClient.Reply reply = ask(key, CHAT, chat(OPENING), "X-Trace-ID: shared");
      assertThat(reply.header("X-Trace-ID")).contains("shared");
    }
    Harness.await(() -> gateway.recorded.size() == 2);
    assertThat(gateway.recorded)
        .extracting(call -> call.start.project().value() + " " + call.start.traceId())
        .containsExactly("prj_1 shared", "prj_2 shared");
    RawClient.Reply stranger = unlessLate("other", CHAT, chat(OPENING, SAID, OPENING));
    assertThat(stranger.header("X-WhyOps-Continuity")).contains("new");
  }

  @Test
  @DisplayName("a call that continues nothing takes the trace of its traceparent")
  void traceparent() throws Exception {
    String id = "4bf92f3577b34da6a3ce929d0e0e4736";
    RawClient.Reply reply =
        ask(Harness.KEY, CHAT, chat(OPENING), "traceparent: 00-" + id + "-00f067aa0ba902b7-01");
    assertThat(reply.header("X-Trace-ID")).contains(id);
    assertThat(upstream.seen().getLast().header("traceparent")).hasSize(1);
    for (String bad :
        List.of(
            "00-" + "0".repeat(32) + "-00f067aa0ba902b7-01",
            "00-" + id.toUpperCase(java.util.Locale.ROOT) + "-00f067aa0ba902b7-01",
            "../../etc/passwd-----------------------------------------",
            "")) {
      assertThat(ask(Harness.KEY, CHAT, chat(OPENING), "traceparent: " + bad).header("X-Trace-ID"))
          .hasValueSatisfying(trace -> assertThat(trace).startsWith("trc_"));
    }
  }
}
