package dev.whyops.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whyops.auth.Caller;
import dev.whyops.auth.KeyLimits;
import dev.whyops.auth.Scope;
import dev.whyops.project.Environment;
import dev.whyops.project.ProjectId;
import dev.whyops.provider.ProviderType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes up and down beside the body, and what a caller can never bring about. */
class TransparencyIT {
  private static final String PATH = "/v1/chat/completions";
  private static final String BODY = "{\"model\":\"m\"}";
  private final Harness gateway = new Harness();

  @SuppressWarnings("NullAway.Init")
  private ScriptedUpstream upstream;

  @BeforeEach
  void start() throws IOException {
    upstream = ScriptedUpstream.answering(ScriptedUpstream.json("{}"));
    gateway.openAi(upstream.port());
  }

  @AfterEach
  void stop() throws IOException {
    gateway.close();
    upstream.close();
  }

  private RawClient.Reply ask(String path, String body, String... headers) throws IOException {
    try (RawClient client = gateway.client()) {
      client.post(path, body, headers);
      return client.read();
    }
  }

  @ParameterizedTest(name = "PX-37 not forwarded: {0}")
  @ValueSource(
      strings = {
        "Keep-Alive: timeout=5",
        "Proxy-Authorization: Basic eA==",
        "Proxy-Connection: keep-alive",
        "Proxy-Anything: 1",
        "TE: trailers",
        "Trailer: X-A",
        "X-Forwarded-For: 1.2.3.4",
        "X-Forwarded-Proto: https",
        "x-forwarded-anything: 1",
        "Forwarded: for=1.2.3.4",
        "Cookie: a=b",
        "X-Trace-ID: t",
        "X-Thread-ID: th",
        "X-External-User-Id: u",
        "X-WhyOps-Capture: full",
        "X-WhyOps-Parent-Span: s",
        "x-whyops-unknown: 1",
        "api-key: " + Harness.KEY,
        "x-api-key: " + Harness.KEY
      })
  void px37NotForwarded(String header) throws IOException {
    assertThat(ask(PATH, BODY, header).status()).isEqualTo(200);
    String name = header.substring(0, header.indexOf(':'));
    ScriptedUpstream.Seen seen = upstream.seen().getFirst();
    assertThat(seen.header(name)).isEmpty();
    assertThat(seen.head()).doesNotContain(Harness.KEY);
    assertThat(seen.header("authorization")).containsExactly("Bearer " + Harness.CREDENTIAL);
    assertThat(seen.header("host")).containsExactly("127.0.0.1:" + upstream.port());
  }

  @Test
  @DisplayName("PX-37 what Connection names is the hop's, in any case and list form")
  void px37NamedByConnection() throws IOException {
    ask(PATH, BODY, "Connection: x-one , X-TWO", "Connection: close, x-three", "X-One: 1");
    ask(PATH, BODY, "Connection: x-one,X-TWO", "x-two: 2", "X-Three: 3", "X-One: 1");
    assertThat(upstream.seen().getFirst().header("x-one")).isEmpty();
    ScriptedUpstream.Seen second = upstream.seen().getLast();
    assertThat(second.header("x-one")).isEmpty();
    assertThat(second.header("x-two")).isEmpty();
    assertThat(second.header("x-three")).containsExactly("3");
    assertThat(second.header("connection")).isEmpty();
  }

  @ParameterizedTest(name = "PX-38 forwarded as sent: {0}")
  @ValueSource(
      strings = {
        "openai-organization: org-1",
        "OpenAI-Project: proj_1",
        "OpenAI-Beta: assistants=v2, responses=v1",
        "anthropic-version: 2023-06-01",
        "anthropic-dangerous-direct-browser-access: true",
        "x-stainless-retry-count: 0",
        "X-Stainless-OS: Linux",
        "Idempotency-Key: k",
        "User-Agent: OpenAI/Python 1.99.0",
        "Via: 1.1 corporate",
        "Accept: text/event-stream",
        "Accept-Encoding: gzip, br, zstd",
        "Accept-Language: de",
        "Origin: https://app.example",
        "Referer: https://app.example/x",
        "baggage: a=b;c=d",
        "tracestate: v=1",
        "X-Custom: \u00e4\u00ff raw latin1",
        "x-empty:",
        "Cache-Control: no-cache",
        "Range: bytes=0-5",
        "If-None-Match: \"x\""
      })
  void px38Forwarded(String header) throws IOException {
    assertThat(latin1(header).status()).isEqualTo(200);
    int colon = header.indexOf(':');
    assertThat(upstream.seen().getFirst().header(header.substring(0, colon)))
        .containsExactly(header.substring(colon + 1).strip());
  }

  private RawClient.Reply latin1(String header) throws IOException {
    try (RawClient client = gateway.client()) {
      client.send("POST " + PATH + " HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + Harness.KEY);
      client.send("\r\nX-Agent-Name: a\r\n" + header + "\r\nContent-Length: " + BODY.length());
      client.send("\r\n\r\n" + BODY);
      return client.read();
    }
  }

  @Test
  @DisplayName("PX-38 F1 several values keep their number and their order; the query goes up")
  void px38Order() throws IOException {
    ask(
        PATH + "?a=1&b=%20x&a=2",
        BODY,
        "X-M: 1",
        "anthropic-beta: b",
        "X-M: 2",
        "Anthropic-Beta: a");
    ScriptedUpstream.Seen seen = upstream.seen().getFirst();
    assertThat(seen.header("x-m")).containsExactly("1", "2");
    assertThat(seen.header("anthropic-beta")).containsExactly("b", "a");
    assertThat(seen.requestLine()).isEqualTo("POST " + PATH + "?a=1&b=%20x&a=2 HTTP/1.1");
  }

  @Test
  @DisplayName("F3 traceparent goes up as sent and is on the record")
  void f3Traceparent() throws Exception {
    String parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    ask(PATH, BODY, "traceparent: " + parent, "tracestate: a=1");
    assertThat(upstream.seen().getFirst().header("traceparent")).containsExactly(parent);
    assertThat(gateway.onlyCall().start.traceparent()).isEqualTo(parent);
    ask(PATH, BODY, "traceparent: broken");
    assertThat(upstream.seen().getLast().header("traceparent")).containsExactly("broken");
  }

  @Test
  @DisplayName("I4 upstream requests are plain HTTP/1.1: no upgrade, no invented header")
  void i4NothingInvented() throws IOException {
    try (RawClient client = gateway.client()) {
      client.send("GET /v1/models HTTP/1.1\r\nHost: x\r\nX-Agent-Name: a\r\napi-key: ");
      client.send(Harness.KEY + "\r\n\r\n");
      assertThat(client.read().status()).isEqualTo(200);
    }
    assertThat(upstream.seen().getFirst().head().lines().filter(line -> !line.isEmpty()))
        .containsExactlyInAnyOrder(
            "GET /v1/models HTTP/1.1",
            "host: 127.0.0.1:" + upstream.port(),
            "authorization: Bearer " + Harness.CREDENTIAL);
  }

  @Test
  @DisplayName("PX-58 a session cookie of the dashboard opens nothing and is not read")
  void px58Cookie() throws IOException {
    for (String cookie :
        List.of("whyops_session=abc", "__Host-whyops_session=" + Harness.KEY, Harness.KEY)) {
      try (RawClient client = gateway.client()) {
        client.send(
            "POST " + PATH + " HTTP/1.1\r\nHost: x\r\nCookie: " + cookie + "\r\nX-Agent-Name: a");
        client.send("\r\nContent-Length: " + BODY.length() + "\r\n\r\n" + BODY);
        assertThat(client.read().status()).isEqualTo(401);
      }
    }
    assertThat(upstream.seen()).isEmpty();
  }

  @Test
  @DisplayName("requestNeverNamesDestination: no header, target or member leads elsewhere")
  void requestNeverNamesDestination() throws IOException {
    try (ScriptedUpstream evil = ScriptedUpstream.answering(ScriptedUpstream.json("{}"))) {
      String url = "http://127.0.0.1:" + evil.port();
      for (String name :
          List.of("api_base", "base_url", "baseUrl", "api_key", "endpoint", "proxy")) {
        ask(PATH, "{\"" + name + "\":\"" + url + "\",\"model\":\"m\"}", "X-" + name + ": " + url);
        assertThat(upstream.seen().getLast().text()).contains(url);
      }
      ask(PATH, "{\"model\":\"" + url + "/m\"}");
      ask(url + PATH, BODY, "X-Forwarded-Host: 127.0.0.1:" + evil.port());
      ask(PATH + "?api_base=" + url, BODY, "Destination: " + url, "X-Original-URL: " + url);
      assertThat(upstream.seen()).hasSizeGreaterThan(7);
      assertThat(evil.connections()).isZero();
    }
  }

  @Test
  @DisplayName("noKeyNoBodyRead: without a key nothing of a body is waited for or parsed")
  void noKeyNoBodyRead() throws IOException {
    for (String path : List.of(PATH, "/v1/files", "/api/events/ingest")) {
      try (RawClient client = gateway.client()) {
        client.send(
            "POST "
                + path
                + " HTTP/1.1\r\nHost: x\r\nContent-Length: 500000000\r\n"
                + "Content-Type: multipart/form-data; boundary=x\r\n\r\n");
        RawClient.Reply reply = client.read();
        assertThat(reply.status()).isEqualTo(401);
        assertThat(reply.header("connection")).contains("close");
      }
    }
    assertThat(upstream.connections()).isZero();
  }

  @Test
  @DisplayName("errorsHoldNoCanary: no refusal of ours repeats a key, whoever's it is")
  void errorsHoldNoCanary() throws Exception {
    String canary = "whyops_live_canary7f3a9c21d4e85b60canary7f3a9c21d4";
    List<RawClient.Reply> replies = new ArrayList<>();
    String key = "Authorization: Bearer " + canary;
    for (String carrier : List.of(key, "x-api-key: " + canary, "api-key: " + canary)) {
      replies.add(keyless(PATH, carrier, "X-Agent-Name: a"));
      replies.add(keyless(PATH, "Authorization: Bearer " + Harness.KEY, carrier.replace("A", "a")));
      replies.add(keyless("/v1/messages", carrier, "Content-Length: 5, 6"));
    }
    replies.add(keyless(PATH + "?key=" + canary, "api-key: " + Harness.KEY, "X-Agent-Name: a"));
    replies.add(keyless(PATH, "api-key: " + Harness.KEY, "X-Agent-Name: \u0001" + canary));
    upstream.close();
    replies.add(ask(PATH, "{\"model\":\"m\",\"api_key\":\"" + canary + "\"}"));
    gateway.providers.clear();
    replies.add(ask(PATH, "{\"model\":\"m\",\"api_key\":\"" + canary + "\"}"));
    assertThat(replies)
        .allSatisfy(
            reply -> {
              assertThat(reply.status()).isGreaterThanOrEqualTo(400);
              assertThat(reply.head() + reply.text())
                  .doesNotContain("canary7f3a")
                  .doesNotContain(Harness.CREDENTIAL)
                  .doesNotContain(Harness.KEY);
            });
  }

  private RawClient.Reply keyless(String path, String... headers) throws IOException {
    try (RawClient client = gateway.client()) {
      client.send("POST " + path + " HTTP/1.1\r\nHost: x\r\n" + String.join("\r\n", headers));
      client.send("\r\nContent-Length: 0\r\n\r\n");
      return client.read();
    }
  }

  @Test
  @DisplayName("PX-88 itemReferenceStaysInProject: ids of another project are only text")
  void itemReferenceStaysInProject() throws Exception {
    String answer = "{\"id\":\"resp_a\",\"object\":\"response\",\"output\":[{\"id\":\"msg_a\"}]}";
    try (ScriptedUpstream a = ScriptedUpstream.answering(ScriptedUpstream.json(answer))) {
      gateway.add("second", ProviderType.OPENAI, a.port(), Harness::notDefault);
      gateway.callers.put("other", caller("prj_2"));
      ask("/v1/responses", "{\"model\":\"second/m\",\"input\":\"hi\"}");
      Harness.await(() -> gateway.recorded.getFirst().end != null);
      Thread.sleep(200); // what is remembered is remembered by then
      String body =
          "{\"model\":\"m\",\"previous_response_id\":\"resp_a\",\"input\":[{\"type\":"
              + "\"item_reference\",\"id\":\"msg_a\"}]}";
      RawClient.Reply reply;
      try (RawClient client = gateway.client()) {
        client.send("POST /v1/responses HTTP/1.1\r\nHost: x\r\napi-key: other\r\nX-Agent-Name: a");
        client.send("\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
        reply = client.read();
      }
      assertThat(reply.header("X-WhyOps-Continuity")).contains("new");
      assertThat(a.seen()).hasSize(1);
      assertThat(upstream.seen().getLast().text()).isEqualTo(body);
      ask("/v1/responses", body);
      assertThat(a.seen()).hasSize(2);
    }
  }

  private static Caller caller(String project) {
    return new Caller(
        new ProjectId(project),
        "other",
        Environment.PRODUCTION,
        "key_2",
        EnumSet.allOf(Scope.class),
        null,
        null,
        KeyLimits.NONE);
  }

  @Test
  @DisplayName("PX-67 echoedKeyIsDropped: from headers, and masked in the record of a body")
  void echoedKeyIsDropped() throws Exception {
    String body = "{\"a\":\"" + Harness.CREDENTIAL + "\",\"b\":\"" + Harness.CREDENTIAL + "\"}";
    upstream.script(
        (seen, out, socket) -> {
          Wire.write(
              out,
              ScriptedUpstream.json(body)
                  .replaceFirst(
                      "\r\n",
                      "\r\nX-Debug: "
                          + Harness.CREDENTIAL
                          + "\r\nx-request-id: Bearer "
                          + Harness.CREDENTIAL
                          + "\r\nopenai-version: 1\r\n"));
          return true;
        });
    RawClient.Reply reply = ask(PATH, BODY);
    assertThat(reply.head()).doesNotContain(Harness.CREDENTIAL).contains("openai-version: 1");
    assertThat(reply.text()).isEqualTo(body);
    Harness.Recorded call = gateway.onlyCall();
    String stars = "*".repeat(Harness.CREDENTIAL.length());
    assertThat(new String(call.answer(), StandardCharsets.UTF_8))
        .isEqualTo(body.replace(Harness.CREDENTIAL, stars));
    assertThat(call.end().warnings()).contains("provider_echoed_key");
    assertThat(call.end().providerRequestId()).isNull();
    assertThat(gateway.server.counters().keysEchoed()).isEqualTo(1);
  }

  @Test
  @DisplayName("PX-67 echoedKeyIsDropped: also when a stream is handed over in the midst of it")
  void echoedKeyAcrossHandOvers() throws Exception {
    String first = "data: x " + Harness.CREDENTIAL.substring(0, 9);
    String second = Harness.CREDENTIAL.substring(9) + " y\n\n";
    upstream.script(
        (seen, out, socket) -> {
          Wire.write(out, Wire.SSE_HEAD);
          Wire.write(out, Wire.chunk("data: 1\n\n"));
          Thread.sleep(1_050);
          Wire.write(out, Wire.chunk(first));
          Thread.sleep(50);
          Wire.write(out, Wire.chunk(second));
          Wire.write(out, Wire.LAST);
          return true;
        });
    assertThat(ask(PATH, BODY).text()).isEqualTo("data: 1\n\n" + first + second);
    Harness.Recorded call = gateway.onlyCall();
    assertThat(call.chunks.size()).isPositive();
    assertThat(new String(call.answer(), StandardCharsets.UTF_8))
        .isEqualTo("data: 1\n\ndata: x " + "*".repeat(Harness.CREDENTIAL.length()) + " y\n\n");
  }
}
