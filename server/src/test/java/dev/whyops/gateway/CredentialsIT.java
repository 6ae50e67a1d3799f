package dev.whyops.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whyops.auth.KeyCheck;
import dev.whyops.auth.Scope;
import dev.whyops.json.Json;
import java.io.IOException;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may call, on which route, under which name. */
class CredentialsIT {
  private static final String BODY = "{\"model\":\"m\"}";
  private final Harness gateway = new Harness();

  @SuppressWarnings("NullAway.Init")
  private ScriptedUpstream upstream;

  @BeforeEach
  void start() throws IOException {
    upstream = ScriptedUpstream.answering(ScriptedUpstream.json("{}"));
    gateway.openAi(upstream.port());
    gateway.anthropic(upstream.port());
  }

  @AfterEach
  void stop() throws IOException {
    gateway.close();
    upstream.close();
  }

  private RawClient.Reply ask(String path, String... headers) throws IOException {
    try (RawClient client = gateway.client()) {
      StringBuilder head = new StringBuilder("POST " + path + " HTTP/1.1\r\nHost: x\r\n");
      for (String header : headers) {
        head.append(header).append("\r\n");
      }
      client.send(head + "Content-Length: " + BODY.length() + "\r\n\r\n" + BODY);
      return client.read();
    }
  }

  private static String key() {
    return "Authorization: Bearer " + Harness.KEY;
  }

  @ParameterizedTest(name = "PX-34 {0}")
  @ValueSource(strings = {"Authorization: Bearer other", "x-api-key: other", "api-key: other"})
  void px34TwoDifferentCredentials(String second) throws IOException {
    RawClient.Reply reply = ask("/v1/chat/completions", key(), second, "X-Agent-Name: a");
    assertThat(reply.status()).isEqualTo(400);
    assertThat(reply.header("X-WhyOps-Error")).contains("ambiguous_credentials");
    assertThat(upstream.seen()).isEmpty();
  }

  @Test
  @DisplayName("PX-34 the same key twice is one key; carriersAnswerAlike")
  void px34TheSameKeyTwice() throws IOException {
    assertThat(ask("/v1/messages", key(), "x-api-key: " + Harness.KEY, "X-Agent-Name: a").status())
        .isEqualTo(200);
    for (String carrier : new String[] {"x-api-key: ", "api-key: ", "Authorization: bearer "}) {
      assertThat(ask("/v1/messages", carrier + Harness.KEY, "X-Agent-Name: a").status())
          .isEqualTo(200);
      assertThat(ask("/v1/messages", carrier + "junk", "X-Agent-Name: a").status()).isEqualTo(401);
    }
  }

  @ParameterizedTest(name = "PX-53 {0}")
  @ValueSource(
      strings = {
        "X-None: 1",
        "Authorization: Bearer",
        "Authorization: Bearer ",
        "Authorization: Basic x",
        "Cookie: whyops_session=abc"
      })
  void px53NoKey(String header) throws IOException {
    RawClient.Reply reply = ask("/v1/messages", header, "X-Agent-Name: a");
    assertThat(reply.status()).isEqualTo(401);
    assertThat(reply.header("X-WhyOps-Error")).contains("invalid_api_key");
    assertThat(Json.mapper().readTree(reply.body()).at("/error/type").asString())
        .isEqualTo("authentication_error");
    assertThat(Json.mapper().readTree(reply.body()).at("/request_id").asString())
        .isEqualTo(reply.header("X-WhyOps-Request-ID").orElseThrow());
  }

  @Test
  @DisplayName("PX-53 a key in the query is refused and not forwarded")
  void px53KeyInUrl() throws IOException {
    RawClient.Reply reply =
        ask("/v1/chat/completions?key=whyops_live_abc", key(), "X-Agent-Name: a");
    assertThat(reply.status()).isEqualTo(400);
    assertThat(reply.header("X-WhyOps-Error")).contains("key_in_url");
    assertThat(reply.text()).doesNotContain("whyops_live_abc");
    assertThat(upstream.seen()).isEmpty();
  }

  @Test
  @DisplayName("PX-55 IN-30 a key without the scope of the route gets 403")
  void px55Scopes() throws IOException {
    gateway.callers.put("ingest-only", Harness.caller(Set.of(Scope.INGEST)));
    gateway.callers.put("proxy-only", Harness.caller(Set.of(Scope.PROXY)));
    assertThat(ask("/v1/chat/completions", "api-key: ingest-only", "X-Agent-Name: a").status())
        .isEqualTo(403);
    assertThat(ask("/v1/files", "api-key: proxy-only", "X-Agent-Name: a").status()).isEqualTo(403);
    assertThat(ask("/api/events/ingest", "api-key: proxy-only").status()).isEqualTo(403);
    assertThat(ask("/api/events/ingest", "api-key: ingest-only").status()).isEqualTo(202);
  }

  @Test
  void checksAnUnknownKeyOffTheLoop() throws IOException {
    gateway.slowKeys.put("slow", new KeyCheck.Accepted(Harness.caller(Set.of(Scope.PROXY))));
    gateway.slowKeys.put("gone", new KeyCheck.Rejected("revoked"));
    gateway.slowKeys.put("down", new KeyCheck.Unavailable());
    assertThat(ask("/v1/chat/completions", "api-key: slow", "X-Agent-Name: a").status())
        .isEqualTo(200);
    assertThat(ask("/v1/chat/completions", "api-key: gone", "X-Agent-Name: a").status())
        .isEqualTo(401);
    assertThat(ask("/v1/chat/completions", "api-key: down", "X-Agent-Name: a").status())
        .isEqualTo(503);
  }

  @Test
  @DisplayName("PX-14 a bad key is answered without 100 Continue, a good one with it")
  void px14ExpectContinue() throws IOException {
    String head =
        "POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nX-Agent-Name: a\r\n"
            + "Expect: 100-continue\r\nContent-Length: "
            + BODY.length()
            + "\r\n";
    try (RawClient client = gateway.client()) {
      client.send(head + "api-key: junk\r\n\r\n");
      assertThat(client.read().status()).isEqualTo(401);
    }
    try (RawClient client = gateway.client()) {
      client.send(head + key() + "\r\n\r\n");
      assertThat(client.read().status()).isEqualTo(100);
      client.send(BODY);
      assertThat(client.read().status()).isEqualTo(200);
    }
    assertThat(upstream.seen().getFirst().header("expect")).isEmpty();
  }

  @ParameterizedTest(name = "PX-36 {0}")
  @CsvSource({
    "X-Agent-Name: , missing_agent_name",
    "X-Agent-Name:    , missing_agent_name",
    "X-None: 1, missing_agent_name",
    "X-WhyOps-Agent-Name: a%0Ab, bad_agent_name",
    "X-WhyOps-Agent-Name: a%e2%80%aeb, bad_agent_name",
    "X-WhyOps-Agent-Name: a%zz, bad_agent_name",
    "X-WhyOps-Agent-Name: %ff, bad_agent_name"
  })
  void px36AgentNames(String header, String code) throws IOException {
    RawClient.Reply reply = ask("/v1/chat/completions", key(), header);
    assertThat(reply.status()).isEqualTo(400);
    assertThat(reply.header("X-WhyOps-Error")).contains(code);
    assertThat(upstream.seen()).isEmpty();
  }

  @Test
  @DisplayName("PX-36 a name of 255 characters passes, one of 256 does not; UTF-8 both ways")
  void px36Lengths() throws Exception {
    assertThat(ask("/v1/chat/completions", key(), "X-Agent-Name: " + "a".repeat(256)).status())
        .isEqualTo(400);
    assertThat(ask("/v1/chat/completions", key(), "X-Agent-Name: " + "a".repeat(255)).status())
        .isEqualTo(200);
    assertThat(ask("/v1/chat/completions", key(), "X-Agent-Name: caf\u00c3\u00a9").status())
        .isEqualTo(200);
    assertThat(ask("/v1/chat/completions", key(), "X-WhyOps-Agent-Name: caf%C3%A9").status())
        .isEqualTo(200);
    Harness.await(() -> gateway.recorded.size() == 3);
    assertThat(gateway.recorded.get(1).start.agentName()).isEqualTo("caf\u00e9");
    assertThat(gateway.recorded.get(2).start.agentName()).isEqualTo("caf\u00e9");
  }

  @Test
  @DisplayName("PX-86 a bad trace id is ignored with a warning")
  void px86BadTraceIds() throws IOException {
    for (String bad : new String[] {"a b", "a\u00e9", ".", "..", "a".repeat(201), ""}) {
      RawClient.Reply reply =
          ask("/v1/chat/completions", key(), "X-Agent-Name: a", "X-Trace-ID: " + bad);
      assertThat(reply.status()).isEqualTo(200);
      assertThat(reply.header("X-WhyOps-Warning")).as(bad).contains("bad_trace_id");
      assertThat(reply.header("X-Trace-ID").orElseThrow()).startsWith("trc_").hasSize(24);
      assertThat(reply.header("X-WhyOps-Continuity")).contains("new");
    }
    for (String plain : new String[] {"../../etc", "a/b", "%00", "a".repeat(200)}) {
      RawClient.Reply reply =
          ask("/v1/chat/completions", key(), "X-Agent-Name: a", "X-Trace-ID: " + plain);
      assertThat(reply.header("X-Trace-ID")).contains(plain);
      assertThat(reply.header("X-Thread-ID")).contains(plain);
    }
  }

  @Test
  @DisplayName("PX-87 trace and thread id differ: both are kept")
  void px87TraceAndThread() throws IOException {
    RawClient.Reply reply =
        ask("/v1/messages", key(), "X-Agent-Name: a", "X-Trace-ID: t", "X-Thread-ID: th");
    assertThat(reply.header("X-Trace-ID")).contains("t");
    assertThat(reply.header("X-Thread-ID")).contains("th");
    RawClient.Reply only = ask("/v1/messages", key(), "X-Agent-Name: a", "X-Thread-ID: th");
    assertThat(only.header("X-Trace-ID")).contains("th");
  }

  @ParameterizedTest(name = "{0} {1} is {2}")
  @CsvSource({
    "GET, /favicon.ico, 404",
    "GET, /metrics, 404",
    "GET, /api/traces, 404",
    "POST, /v1/agents/init, 404",
    "POST, /traces, 404",
    "GET, /api/events/ingest, 405",
    "GET, /v1, 404",
    "GET, /providers/x, 404",
    "GET, /healthz, 200",
    "GET, /readyz, 200",
    "GET, /, 200"
  })
  void neverRelaysOurPaths(String method, String path, int status) throws IOException {
    try (RawClient client = gateway.client()) {
      client.send(method + " " + path + " HTTP/1.1\r\nHost: x\r\n" + key() + "\r\n\r\n");
      assertThat(client.read().status()).isEqualTo(status);
      client.send("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n");
      assertThat(client.read().status()).isEqualTo(200);
    }
    assertThat(upstream.seen()).isEmpty();
  }

  @Test
  @DisplayName("PX-79 G3 a WebSocket upgrade is answered with 426 at once")
  void px79WebSocket() throws IOException {
    try (RawClient client = gateway.client()) {
      client.send(
          "GET /v1/realtime HTTP/1.1\r\n"
              + "Host: x\r\n"
              + "Connection: Upgrade\r\n"
              + "Upgrade: websocket\r\n\r\n");
      assertThat(client.read().status()).isEqualTo(426);
    }
  }

  @Test
  @DisplayName("I-7 a framing fault of a known path is told in the dialect of its route")
  void framingFaultsSpeakTheDialect() throws IOException {
    try (RawClient client = gateway.client()) {
      client.send("POST /v1/messages HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n");
      RawClient.Reply reply = client.read();
      assertThat(reply.status()).isEqualTo(400);
      assertThat(Json.mapper().readTree(reply.body()).at("/type").asString()).isEqualTo("error");
    }
  }
}
