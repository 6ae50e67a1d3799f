package dev.whyops.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whyops.json.Json;
import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * PX-20 to PX-35: what two servers might read differently is refused, and nothing of it goes up.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FramingIT {
  private static final String HEAD =
      "POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "
          + Harness.KEY
          + "\r\nX-Agent-Name: a\r\n";
  private static final String BODY = "{\"model\":\"m\"}";
  private final Harness gateway = new Harness();

  @SuppressWarnings("NullAway.Init")
  private ScriptedUpstream upstream;

  @BeforeAll
  void start() throws IOException {
    upstream = ScriptedUpstream.answering(ScriptedUpstream.json("{}"));
    gateway.openAi(upstream.port());
  }

  @BeforeEach
  void forget() {
    upstream.seen().clear();
  }

  @AfterAll
  void stop() throws IOException {
    gateway.close();
    upstream.close();
  }

  private void refused(String request, int... statuses) throws IOException {
    upstream.seen().clear();
    try (RawClient client = gateway.client()) {
      client.send(request);
      RawClient.Reply reply = client.read();
      assertThat(statuses).as(reply.head()).contains(reply.status());
      assertThat(reply.header("X-WhyOps-Request-ID")).isPresent();
      assertThat(Json.mapper().readTree(reply.body()).has("error")).isTrue();
      assertThat(reply.header("connection")).contains("close");
      assertThat(client.isClosed()).isTrue();
    }
    assertThat(upstream.seen()).isEmpty();
    try (RawClient client = gateway.client()) {
      client.post("/v1/chat/completions", BODY);
      assertThat(client.read().status()).isEqualTo(200);
    }
  }

  @Test
  void px20LengthAndChunked() throws IOException {
    refused(HEAD + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400);
  }

  @ParameterizedTest(name = "PX-21 Content-Length: {0}")
  @ValueSource(
      strings = {
        "5\r\nContent-Length: 6",
        "5, 6",
        "5\r\nContent-Length: 5",
        "+5",
        "0x5",
        "9223372036854775808",
        "-5",
        "5 5",
        ""
      })
  void px21(String length) throws IOException {
    refused(HEAD + "Content-Length: " + length + "\r\n\r\n{}", 400);
  }

  @ParameterizedTest(name = "PX-22 Transfer-Encoding: {0}")
  @ValueSource(
      strings = {
        "xchunked",
        "chunked, identity",
        "\u000bchunked",
        "chunked\r\nTransfer-Encoding: chunked",
        "chunked, chunked",
        "identity",
        "gzip, chunked"
      })
  void px22(String coding) throws IOException {
    refused(HEAD + "Transfer-Encoding: " + coding + "\r\n\r\n0\r\n\r\n", 400, 501);
  }

  @Test
  void px23ChunkedOnHttp10() throws IOException {
    refused(
        HEAD.replace("HTTP/1.1", "HTTP/1.0") + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400);
  }

  static Stream<Arguments> badChunks() {
    return Stream.of(
            "3x\r\nabc\r\n0\r\n\r\n",
            "FFFFFFFFFFFFFFFF\r\n",
            "-1\r\n",
            "1".repeat(1000) + "\r\n",
            "3;a\nabc\r\n0\r\n\r\n",
            "\r\n",
            " 3\r\nabc\r\n0\r\n\r\n",
            "3\r\nabcd\r\n0\r\n\r\n")
        .map(Arguments::of);
  }

  @ParameterizedTest(name = "PX-24 {0}")
  @MethodSource("badChunks")
  void px24(String chunks) throws IOException {
    refused(HEAD + "Transfer-Encoding: chunked\r\n\r\n" + chunks, 400);
  }

  @ParameterizedTest(name = "PX-25 {index}")
  @ValueSource(
      strings = {
        "X-A: 1\nX-B: 2\r\n",
        "X-A: 1\rX-B: 2\r\n",
        "X-A: 1\r\n  folded\r\n",
        "X-A: a\u0000b\r\n",
        "X-A: 1\n"
      })
  void px25(String line) throws IOException {
    refused(HEAD + line + "Content-Length: 2\r\n\r\n{}", 400);
  }

  @Test
  void px25BareLineFeedsEverywhere() throws IOException {
    refused((HEAD + "Content-Length: 2\r\n\r\n{}").replace("\r\n", "\n"), 400);
  }

  @Test
  void px25FoldedAfterALeadingEmptyLineOrInPieces() throws Exception {
    refused("\r\n" + HEAD + "X-A: 1\r\n  folded\r\nContent-Length: 2\r\n\r\n{}", 400);
    try (RawClient client = gateway.client()) {
      client.send(HEAD + "Content-Length: " + (BODY.length() + 1) + "\r\n");
      Thread.sleep(20);
      client.send("\r\n " + BODY);
      assertThat(client.read().status()).isEqualTo(200);
    }
  }

  @ParameterizedTest(name = "PX-26 {0}")
  @ValueSource(strings = {"X-A : 1", ": 1", "X A: 1", "X\u0001A: 1", "X(A): 1", "nocolon"})
  void px26(String line) throws IOException {
    refused(HEAD + line + "\r\nContent-Length: 2\r\n\r\n{}", 400);
  }

  @ParameterizedTest(name = "PX-27 {index}")
  @ValueSource(strings = {"\u0000", "\u0001", "\u0000\u0000GET"})
  void px27(String lead) throws IOException {
    refused(lead + HEAD + "Content-Length: 2\r\n\r\n{}", 400);
  }

  @Test
  void px28TrailersAreDropped() throws IOException {
    try (RawClient client = gateway.client()) {
      client.send(
          HEAD
              + "Transfer-Encoding: chunked\r\n\r\nd\r\n"
              + BODY
              + "\r\n0\r\nAuthorization: Bearer evil\r\nContent-Length: 3\r\nX-T: 1\r\n\r\n");
      assertThat(client.read().status()).isEqualTo(200);
    }
    assertThat(upstream.seen()).hasSize(1);
    assertThat(upstream.seen().getFirst().head()).doesNotContain("evil").doesNotContain("X-T");
    assertThat(upstream.seen().getFirst().text()).isEqualTo(BODY);
  }

  @Test
  void px29NothingRunsAfterAnError() throws IOException {
    try (RawClient client = gateway.client()) {
      client.send(HEAD + "Content-Length: 5, 6\r\n\r\nxxxxx");
      client.send(HEAD + "Content-Length: " + BODY.length() + "\r\n\r\n" + BODY);
      assertThat(client.read().status()).isEqualTo(400);
      assertThat(client.isClosed()).isTrue();
    }
    assertThat(upstream.seen()).isEmpty();
  }

  @ParameterizedTest(name = "PX-30 {0}")
  @ValueSource(
      strings = {
        "/v1/../x",
        "/v1/%2e%2e/x",
        "/v1/.%2E/x",
        "/v1/./x",
        "/v1//x",
        "//v1/x",
        "/v1/x\\y",
        "/v1/..",
        "/v1/a/%2e"
      })
  void px30PathsThatClimb(String path) throws IOException {
    try (RawClient client = gateway.client()) {
      client.post(path, BODY);
      assertThat(client.read().status()).isEqualTo(400);
    }
    assertThat(upstream.seen()).isEmpty();
  }

  @ParameterizedTest(name = "PX-30 a target with a byte that no URL has: {index}")
  @ValueSource(
      strings = {
        "/v1/models\u0000",
        "/v1/models?a=\u0000",
        "/v1/models?a=\u001f",
        "/v1/models?a=\u007f",
        "/v1/models?a=\u00e4",
        "/v1/mo\u00ffdels"
      })
  void px30BytesOfNoUrl(String target) throws IOException {
    refused("GET " + target + " HTTP/1.1\r\nHost: x\r\napi-key: k\r\n\r\n", 400);
  }

  @ParameterizedTest(name = "PX-30 {0}")
  @ValueSource(strings = {"OPTIONS *", "CONNECT x:443", "TRACE /v1/models", "GET x:443"})
  void px30OtherTargets(String start) throws IOException {
    try (RawClient client = gateway.client()) {
      client.send(start + " HTTP/1.1\r\nHost: x\r\n\r\n");
      assertThat(client.read().status()).isIn(405, 501, 400);
    }
    assertThat(upstream.seen()).isEmpty();
  }

  @Test
  void px30AbsoluteTarget() throws IOException {
    try (RawClient client = gateway.client()) {
      client.post("http://other/v1/chat/completions", BODY);
      assertThat(client.read().status()).isEqualTo(200);
    }
    assertThat(upstream.seen().getFirst().requestLine())
        .isEqualTo("POST /v1/chat/completions HTTP/1.1");
  }

  @ParameterizedTest(name = "PX-31 {0}")
  @ValueSource(
      strings = {
        "",
        "Host: a\r\nHost: b\r\n",
        "Host: a/b\r\n",
        "Host: a@b\r\n",
        "Host: a?b\r\n",
        "Host: a#b\r\n"
      })
  void px31BadHosts(String host) throws IOException {
    refused(HEAD.replace("Host: x\r\n", host) + "Content-Length: 2\r\n\r\n{}", 400);
  }

  @Test
  void px31UnknownHostIsServed() throws IOException {
    try (RawClient client = gateway.client()) {
      client.send(
          HEAD.replace("Host: x", "Host: evil.example:99")
              + "Content-Length: "
              + BODY.length()
              + "\r\n\r\n"
              + BODY);
      assertThat(client.read().status()).isEqualTo(200);
    }
  }

  @Test
  void px32Http2Preface() throws IOException {
    refused("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400);
  }

  @Test
  void px33HeadLimits() throws IOException {
    StringBuilder many = new StringBuilder();
    for (int i = 0; i < 101; i++) {
      many.append("X-H").append(i).append(": 1\r\n");
    }
    refused(HEAD + many + "Content-Length: 0\r\n\r\n", 431);
    refused(HEAD + "X-Big: " + "a".repeat(16 * 1024 + 1) + "\r\nContent-Length: 0\r\n\r\n", 431);
    String eight = "a".repeat(8 * 1024);
    refused(
        HEAD + ("X-A: " + eight + "\r\n").repeat(4) + "X-B: b\r\nContent-Length: 0\r\n\r\n", 431);
    refused("GET /" + "a".repeat(8 * 1024) + " HTTP/1.1\r\nHost: x\r\n\r\n", 414);
    refused(HEAD + "X-Big: " + "a".repeat(70 * 1024) + "\r\nContent-Length: 0\r\n\r\n", 431);
  }

  @Test
  void px33JustBelowTheLimits() throws IOException {
    try (RawClient client = gateway.client()) {
      client.post("/v1/chat/completions", BODY, "X-Big: " + "a".repeat(16 * 1024 - 10));
      assertThat(client.read().status()).isEqualTo(200);
    }
  }

  @Test
  void px35LineEndsInEchoedValues() throws IOException {
    try (RawClient client = gateway.client()) {
      client.post("/v1/chat/completions", BODY, "X-Trace-ID: a%0d%0aSet-Cookie: x");
      RawClient.Reply reply = client.read();
      assertThat(reply.header("set-cookie")).isEmpty();
    }
    try (RawClient client = gateway.client()) {
      client.post("/v1/chat/completions", BODY, "X-Trace-ID: a%0d%0aSet-Cookie:x");
      assertThat(client.read().header("X-Trace-ID")).contains("a%0d%0aSet-Cookie:x");
    }
    refused(HEAD + "X-Trace-ID: a\rSet-Cookie: x\r\nContent-Length: 2\r\n\r\n{}", 400);
    refused(HEAD + "X-Trace-ID: a\nSet-Cookie: x\r\nContent-Length: 2\r\n\r\n{}", 400);
    try (RawClient client = gateway.client()) {
      client.post("/v1/chat/completions", BODY, "X-Trace-ID: a\r\nSet-Cookie: x");
      RawClient.Reply reply = client.read();
      assertThat(reply.header("X-Trace-ID")).contains("a");
      assertThat(reply.header("set-cookie")).isEmpty();
    }
  }
}
