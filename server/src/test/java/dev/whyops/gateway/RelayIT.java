package dev.whyops.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whyops.provider.ProviderType;
import dev.whyops.record.Outcome;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the relay does with odd answers, broken providers and clients that leave. */
class RelayIT {
  private static final String ASK = "{\"model\":\"m\",\"messages\":[]}";
  private static final String PATH = "/v1/chat/completions";
  private static final String STREAM_HEAD =
      "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";
  private final Harness gateway = new Harness();

  @AfterEach
  void stop() {
    gateway.close();
  }

  private static void write(OutputStream out, String latin1) throws IOException {
    out.write(latin1.getBytes(StandardCharsets.ISO_8859_1));
    out.flush();
  }

  private static String chunk(String text) {
    return Integer.toHexString(text.length()) + "\r\n" + text + "\r\n";
  }

  private RawClient.Reply ask(ScriptedUpstream up, String... headers) throws IOException {
    gateway.openAi(up.port());
    try (RawClient client = gateway.client()) {
      client.post(PATH, ASK, headers);
      return client.read();
    }
  }

  @Test
  @DisplayName("PX-61 PX-78 a stream cut at every byte arrives unchanged and is captured whole")
  void px61EveryByteOnItsOwn() throws Exception {
    String text = "data: {\"t\":\"\u00e4\u20ac\ud83d\ude00\"}\n\ndata: [DONE]\n\n";
    byte[] payload = text.getBytes(StandardCharsets.UTF_8);
    String latin1 = new String(payload, StandardCharsets.ISO_8859_1);
    String wire =
        STREAM_HEAD + chunk(latin1.substring(0, 13)) + chunk(latin1.substring(13)) + "0\r\n\r\n";
    try (ScriptedUpstream up =
        new ScriptedUpstream(
            (seen, out, socket) -> {
              for (byte b : wire.getBytes(StandardCharsets.ISO_8859_1)) {
                out.write(b);
                out.flush();
                Thread.sleep(1);
              }
              return true;
            })) {
      RawClient.Reply reply = ask(up);
      assertThat(reply.body()).isEqualTo(payload);
      assertThat(reply.clean()).isTrue();
      assertThat(gateway.onlyCall().answer()).isEqualTo(payload);
    }
  }

  @Test
  @DisplayName("PX-78 one-byte chunks with extensions keep their bytes")
  void px78ManySmallChunks() throws Exception {
    StringBuilder wire = new StringBuilder(STREAM_HEAD);
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 50_000; i++) {
      char c = (char) ('a' + i % 26);
      wire.append(i % 7 == 0 ? "1;x=y\r\n" : "1\r\n").append(c).append("\r\n");
      text.append(c);
    }
    wire.append("0\r\nX-Trailer: 1\r\n\r\n");
    try (ScriptedUpstream up = ScriptedUpstream.answering(wire.toString())) {
      RawClient.Reply reply = ask(up);
      assertThat(reply.text()).isEqualTo(text.toString());
      assertThat(reply.clean()).isTrue();
      assertThat(new String(gateway.onlyCall().answer(), StandardCharsets.UTF_8))
          .isEqualTo(text.toString());
    }
  }

  @Test
  @DisplayName("F4 the head goes out before the first byte of the body")
  void f4HeadAtOnce() throws Exception {
    CountDownLatch headSeen = new CountDownLatch(1);
    try (ScriptedUpstream up =
            new ScriptedUpstream(
                (seen, out, socket) -> {
                  write(out, STREAM_HEAD);
                  assertThat(headSeen.await(5, TimeUnit.SECONDS)).isTrue();
                  write(out, chunk("data: 1\n\n") + "0\r\n\r\n");
                  return true;
                });
        RawClient client = gateway.client()) {
      gateway.openAi(up.port());
      client.post(PATH, ASK);
      assertThat(client.head()).startsWith("HTTP/1.1 200");
      headSeen.countDown();
      assertThat(client.readByte()).isEqualTo('9');
    }
  }

  @Test
  @DisplayName("F1 F2 headers: up all but ours and the hop's, down the allow-list")
  void headers() throws Exception {
    String response =
        "HTTP/1.1 429 Too Many\r\nContent-Type: application/json\r\nRetry-After: -1\r\n"
            + "x-ratelimit-remaining-tokens: 7\r\nanthropic-ratelimit-x: 1\r\nOpenAI-Version: v\r\n"
            + "x-request-id: abc\r\nSet-Cookie: s=1\r\nServer: nginx\r\nLocation: http://x/\r\n"
            + "Via: 1.1 x\r\nConnection: keep-alive\r\nX-Secret: k\r\nContent-Length: 2\r\n\r\n{}";
    try (ScriptedUpstream up = ScriptedUpstream.answering(response)) {
      RawClient.Reply reply =
          ask(
              up,
              "anthropic-beta: a",
              "anthropic-beta: b",
              "x-stainless-lang: python",
              "traceparent: 00-1",
              "Via: 1.0 y",
              "Idempotency-Key: k1",
              "Connection: keep-alive, X-Hop",
              "X-Hop: 1",
              "Keep-Alive: 5",
              "Proxy-Anything: 1",
              "X-Forwarded-For: 1.2.3.4",
              "Forwarded: for=1",
              "Cookie: c=1",
              "TE: trailers",
              "X-Thread-ID: th",
              "X-External-User-Id: u1",
              "X-WhyOps-Anything: 1");
      assertThat(reply.head()).startsWith("HTTP/1.1 429 Too Many\r\n");
      assertThat(reply.header("Retry-After")).contains("-1");
      assertThat(reply.header("x-ratelimit-remaining-tokens")).contains("7");
      assertThat(reply.header("anthropic-ratelimit-x")).contains("1");
      assertThat(reply.header("openai-version")).contains("v");
      assertThat(reply.header("x-request-id")).contains("abc");
      for (String dropped : new String[] {"Set-Cookie", "Server", "Location", "Via", "X-Secret"}) {
        assertThat(reply.header(dropped)).as(dropped).isEmpty();
      }
      ScriptedUpstream.Seen seen = up.seen().getFirst();
      assertThat(seen.header("anthropic-beta")).containsExactly("a", "b");
      assertThat(seen.header("x-stainless-lang")).containsExactly("python");
      assertThat(seen.header("traceparent")).containsExactly("00-1");
      assertThat(seen.header("via")).containsExactly("1.0 y");
      assertThat(seen.header("idempotency-key")).containsExactly("k1");
      for (String dropped :
          new String[] {
            "X-Hop", "Connection", "Keep-Alive", "Proxy-Anything", "X-Forwarded-For", "Forwarded",
            "Cookie", "TE", "X-Thread-ID", "X-External-User-Id", "X-WhyOps-Anything", "X-Agent-Name"
          }) {
        assertThat(seen.header(dropped)).as(dropped).isEmpty();
      }
      assertThat(seen.header("host")).containsExactly("127.0.0.1:" + up.port());
      assertThat(gateway.onlyCall().start.externalUserId()).isEqualTo("u1");
    }
  }

  @ParameterizedTest(name = "PX-65 status {0} is relayed")
  @ValueSource(ints = {200, 204, 400, 401, 404, 418, 500, 529})
  void px65Statuses(int status) throws Exception {
    String body = status == 204 ? "" : "Content-Length: 6\r\n\r\n<html>";
    String response =
        "HTTP/1.1 103 Early\r\nLink: x\r\n\r\nHTTP/1.1 "
            + status
            + " X\r\nContent-Type: text/html\r\n"
            + (status == 204 ? "\r\n" : body);
    try (ScriptedUpstream up = ScriptedUpstream.answering(response)) {
      RawClient.Reply reply = ask(up);
      assertThat(reply.status()).isEqualTo(status);
      assertThat(reply.text()).isEqualTo(status == 204 ? "" : "<html>");
      assertThat(reply.header("X-WhyOps-Error")).isEmpty();
    }
  }

  @ParameterizedTest(name = "PX-65 PX-66 {index}")
  @ValueSource(
      strings = {
        "HTTP/1.1 999 X\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 101 X\r\nUpgrade: x\r\n\r\n",
        "HTTP/2.0 200 OK\r\n\r\n",
        "garbage that is no HTTP at all\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nxxxxxx",
        "HTTP/1.1 200 OK\r\nContent-Length: +5\r\n\r\nxxxxx",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nX-A: 1\nX-B: 2\r\n\r\n",
        "HTTP/1.1 200 OK\r\nX-A : 1\r\n\r\n",
        "HTTP/1.1 200 OK\r\n folded: 1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nX-A: a\u0000b\r\n\r\n"
      })
  void px66BadHeads(String response) throws Exception {
    try (ScriptedUpstream up = ScriptedUpstream.answering(response)) {
      RawClient.Reply reply = ask(up);
      assertThat(reply.status()).isEqualTo(502);
      assertThat(reply.header("X-WhyOps-Error")).contains("provider_bad_response");
      assertThat(gateway.onlyCall().end().outcome()).isInstanceOf(Outcome.Failed.class);
    }
  }

  @Test
  @DisplayName("PX-66 a head of 1 MB, or with 10 000 headers")
  void px66HugeHeads() throws Exception {
    for (String headers :
        new String[] {"X-A: " + "a".repeat(1 << 20) + "\r\n", "X: 1\r\n".repeat(10_000)}) {
      try (ScriptedUpstream up =
          ScriptedUpstream.answering("HTTP/1.1 200 OK\r\n" + headers + "\r\n")) {
        gateway.providers.clear();
        RawClient.Reply reply = ask(up);
        assertThat(reply.header("X-WhyOps-Error")).contains("provider_bad_response");
      }
    }
  }

  @ParameterizedTest(name = "PX-44 {0}")
  @ValueSource(ints = {301, 302, 303, 307, 308})
  void px44Redirects(int status) throws Exception {
    try (ScriptedUpstream up =
        ScriptedUpstream.answering(
            "HTTP/1.1 "
                + status
                + " X\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n")) {
      RawClient.Reply reply = ask(up);
      assertThat(reply.status()).isEqualTo(502);
      assertThat(reply.header("X-WhyOps-Error")).contains("provider_redirect_refused");
      assertThat(reply.header("x-should-retry")).contains("false");
      assertThat(up.seen()).hasSize(1);
    }
  }

  @Test
  @DisplayName("PX-64 a body shorter than its length ends visibly broken")
  void px64ShortBody() throws Exception {
    try (ScriptedUpstream up =
        new ScriptedUpstream(
            (seen, out, socket) -> {
              write(out, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\npartial");
              return false;
            })) {
      RawClient.Reply reply = ask(up);
      assertThat(reply.clean()).isFalse();
      assertThat(reply.text()).isEqualTo("partial");
      assertThat(gateway.onlyCall().end().outcome()).isInstanceOf(Outcome.Truncated.class);
      assertThat(new String(gateway.onlyCall().answer(), StandardCharsets.UTF_8))
          .isEqualTo("partial");
    }
  }

  @ParameterizedTest(name = "PX-72 C10 F-15 truncationIsVisible {0}")
  @ValueSource(strings = {"fin", "rst", "garbage", "mid-size", "mid-data"})
  void px72BreaksMidStream(String how) throws Exception {
    try (ScriptedUpstream up =
        new ScriptedUpstream(
            (seen, out, socket) -> {
              write(out, STREAM_HEAD + chunk("data: 1\n\n"));
              Thread.sleep(50);
              switch (how) {
                case "rst" -> socket.setSoLinger(true, 0);
                case "garbage" -> write(out, "zz\r\nnot a chunk\r\n");
                case "mid-size" -> write(out, "1");
                case "mid-data" -> write(out, "ff\r\nabc");
                default -> {}
              }
              return false;
            })) {
      RawClient.Reply reply = ask(up);
      assertThat(reply.status()).isEqualTo(200);
      assertThat(reply.clean()).isFalse();
      assertThat(reply.text()).startsWith("data: 1\n\n").doesNotContain("zz");
      assertThat(gateway.onlyCall().end().outcome()).isInstanceOf(Outcome.Truncated.class);
      assertThat(gateway.server.counters().brokenAnswers()).isEqualTo(1);
    }
  }

  @Test
  @DisplayName("PX-73 a connection with bytes after the end is closed, not pooled")
  void px73Surplus() throws Exception {
    String response = ScriptedUpstream.json("{}");
    try (ScriptedUpstream up = ScriptedUpstream.answering(response + response);
        RawClient client = gateway.client()) {
      gateway.openAi(up.port());
      for (int i = 1; i <= 3; i++) {
        client.post(PATH, ASK);
        assertThat(client.read().text()).isEqualTo("{}");
        assertThat(up.connections()).isEqualTo(i);
      }
    }
  }

  @Test
  @DisplayName("A9 a pooled connection that the provider closed is not used again")
  void a9StaleConnection() throws Exception {
    try (ScriptedUpstream up =
            new ScriptedUpstream(
                (seen, out, socket) -> {
                  write(out, ScriptedUpstream.json("{}"));
                  return false;
                });
        RawClient client = gateway.client()) {
      gateway.openAi(up.port());
      for (int i = 0; i < 5; i++) {
        client.post(PATH, ASK);
        assertThat(client.read().status()).isEqualTo(200);
        Thread.sleep(30);
      }
      assertThat(up.connections()).isEqualTo(5);
    }
  }

  @ParameterizedTest(name = "PX-76 A1 A2 A3 cancelsTheUpstreamWhenTheClientLeaves {0}")
  @ValueSource(strings = {"before the head", "mid-stream", "non-stream", "after the head"})
  void px76ClientLeaves(String when) throws Exception {
    AtomicLong closedAt = new AtomicLong();
    Semaphore asked = new Semaphore(0);
    try (ScriptedUpstream up =
        new ScriptedUpstream(
            (seen, out, socket) -> {
              switch (when) {
                case "mid-stream" -> write(out, STREAM_HEAD + chunk("data: 1\n\n"));
                case "non-stream" -> write(out, "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nabc");
                case "after the head" -> write(out, STREAM_HEAD);
                default -> {}
              }
              asked.release();
              socket.getInputStream().read();
              closedAt.set(System.nanoTime());
              return false;
            })) {
      gateway.openAi(up.port());
      Harness.within(
          Duration.ofMillis(100),
          () -> {
            closedAt.set(0);
            gateway.recorded.clear();
            RawClient client = gateway.client();
            client.post(PATH, ASK);
            assertThat(asked.tryAcquire(5, TimeUnit.SECONDS)).isTrue();
            Thread.sleep(30);
            long leftAt = System.nanoTime();
            client.close();
            Harness.await(() -> closedAt.get() != 0);
            return Duration.ofNanos(closedAt.get() - leftAt);
          });
      Harness.Recorded call = gateway.onlyCall();
      assertThat(call.end().outcome()).isInstanceOf(Outcome.ClientGone.class);
      if (when.equals("mid-stream")) {
        assertThat(new String(call.answer(), StandardCharsets.UTF_8)).isEqualTo("data: 1\n\n");
      }
    }
  }

  @Test
  @DisplayName("PX-71 F-14 silence before the head is 504, between bytes a visible break")
  void px71Silence() throws Exception {
    for (String first : new String[] {"", STREAM_HEAD + chunk("data: 1\n\n")}) {
      gateway.providers.clear();
      gateway.recorded.clear();
      CountDownLatch closed = new CountDownLatch(1);
      try (ScriptedUpstream up =
              new ScriptedUpstream(
                  (seen, out, socket) -> {
                    write(out, first);
                    socket.getInputStream().read();
                    closed.countDown();
                    return false;
                  });
          RawClient client = gateway.client()) {
        gateway.add(
            "openai",
            ProviderType.OPENAI,
            up.port(),
            Harness.patience(
                Duration.ofSeconds(1), Duration.ofMillis(300), Duration.ofMillis(300)));
        client.post(PATH, ASK);
        RawClient.Reply reply = client.read();
        if (first.isEmpty()) {
          assertThat(reply.status()).isEqualTo(504);
          assertThat(reply.header("X-WhyOps-Error")).contains("provider_timeout");
          assertThat(gateway.onlyCall().end().outcome()).isInstanceOf(Outcome.Failed.class);
        } else {
          assertThat(reply.clean()).isFalse();
          assertThat(reply.text()).isEqualTo("data: 1\n\n");
          assertThat(gateway.onlyCall().end().outcome())
              .isEqualTo(new Outcome.Truncated("provider_timeout"));
        }
        assertThat(closed.await(5, TimeUnit.SECONDS)).isTrue();
      }
    }
  }

  @Test
  @DisplayName("F-13 a provider that refuses is 502, one that does not accept is 504")
  void f13Connect() throws Exception {
    int closedPort;
    try (ServerSocket socket = new ServerSocket(0)) {
      closedPort = socket.getLocalPort();
    }
    gateway.openAi(closedPort);
    try (RawClient client = gateway.client()) {
      client.post(PATH, ASK);
      RawClient.Reply reply = client.read();
      assertThat(reply.status()).isEqualTo(502);
      assertThat(reply.header("X-WhyOps-Error")).contains("provider_unreachable");
      assertThat(reply.text()).doesNotContain("127.0.0.1");
      assertThat(reply.header("X-Trace-ID")).isPresent();
      client.post(PATH, ASK);
      assertThat(client.read().status()).isEqualTo(502);
    }
    try (ServerSocket full = new ServerSocket(0, 1, java.net.InetAddress.getByName("127.0.0.1"));
        Socket first = new Socket("127.0.0.1", full.getLocalPort());
        Socket second = new Socket("127.0.0.1", full.getLocalPort());
        RawClient client = gateway.client()) {
      gateway.providers.clear();
      gateway.add(
          "openai",
          ProviderType.OPENAI,
          full.getLocalPort(),
          Harness.patience(Duration.ofMillis(300), Duration.ofSeconds(9), Duration.ofSeconds(9)));
      client.post(PATH, ASK);
      RawClient.Reply reply = client.read();
      assertThat(reply.status()).isEqualTo(504);
      assertThat(List.of(first.isClosed(), second.isClosed())).containsOnly(false);
    }
  }

  @Test
  @DisplayName("the end of the body waits for the record, 5 ms at most, then goes and is counted")
  void endWaitsForTheRecord() throws Exception {
    gateway.settle = settled -> {};
    try (ScriptedUpstream up = ScriptedUpstream.answering(ScriptedUpstream.json("{}"))) {
      RawClient.Reply reply = ask(up);
      assertThat(reply.text()).isEqualTo("{}");
      assertThat(gateway.server.counters().lateRecords()).isEqualTo(1);
    }
    gateway.settle =
        settled ->
            Thread.ofVirtual()
                .start(
                    () -> {
                      settled.run();
                    });
    try (ScriptedUpstream up =
        ScriptedUpstream.answering(STREAM_HEAD + chunk("data: 1\n\n") + "0\r\n\r\n")) {
      gateway.providers.clear();
      RawClient.Reply reply = ask(up);
      assertThat(reply.clean()).isTrue();
    }
  }

  @Test
  @DisplayName(
      "PX-12 slowReaderHoldsLittle: a client that does not read holds the provider back, and little"
          + " is held here")
  void px12SlowReader() throws Exception {
    AtomicLong written = new AtomicLong();
    byte[] block = new byte[64 * 1024];
    try (ScriptedUpstream up =
            new ScriptedUpstream(
                (seen, out, socket) -> {
                  write(out, "HTTP/1.1 200 OK\r\nContent-Length: 268435456\r\n\r\n");
                  while (written.get() < 268435456L) {
                    out.write(block);
                    written.addAndGet(block.length);
                  }
                  return true;
                });
        RawClient client = gateway.client()) {
      gateway.openAi(up.port());
      client.post(PATH, ASK);
      client.head();
      Thread.sleep(700);
      long stoppedAt = written.get();
      Thread.sleep(300);
      assertThat(written.get()).isEqualTo(stoppedAt).isLessThan(64L * 1024 * 1024);
    }
    assertThat(gateway.onlyCall().end().outcome()).isInstanceOf(Outcome.ClientGone.class);
  }

  @Test
  @DisplayName("an HTTP/1.0 client gets a chunked answer until close; a break is a reset")
  void http10Client() throws Exception {
    try (ScriptedUpstream up =
            ScriptedUpstream.answering(STREAM_HEAD + chunk("data: 1\n\n") + "0\r\n\r\n");
        RawClient client = gateway.client()) {
      gateway.openAi(up.port());
      client.send(
          "POST "
              + PATH
              + " HTTP/1.0\r\nAuthorization: Bearer "
              + Harness.KEY
              + "\r\nX-Agent-Name: a\r\nContent-Length: "
              + ASK.length()
              + "\r\n\r\n"
              + ASK);
      RawClient.Reply reply = client.read();
      assertThat(reply.header("transfer-encoding")).isEmpty();
      assertThat(reply.text()).isEqualTo("data: 1\n\n");
      assertThat(reply.clean()).isTrue();
    }
  }

  @Test
  @DisplayName("a body that ends with the connection is given an end that can be told from a break")
  void closeDelimited() throws Exception {
    try (ScriptedUpstream up =
        new ScriptedUpstream(
            (seen, out, socket) -> {
              write(out, "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\nabc");
              Thread.sleep(20);
              write(out, "def");
              return false;
            })) {
      RawClient.Reply reply = ask(up);
      assertThat(reply.text()).isEqualTo("abcdef");
      assertThat(reply.clean()).isTrue();
      assertThat(reply.header("transfer-encoding")).contains("chunked");
    }
  }

  @Test
  @DisplayName("PX-68 E6 gzipAnswerIsUntouched: a gzip answer is relayed as it is, with its header")
  void px68Gzip() throws Exception {
    try (ScriptedUpstream up =
        ScriptedUpstream.answering(
            "HTTP/1.1 200 OK\r\n"
                + "Content-Encoding: gzip\r\n"
                + "Content-Length: 4\r\n\r\n"
                + "\u001f\u008b\u0008\u0000")) {
      RawClient.Reply reply = ask(up);
      assertThat(reply.header("content-encoding")).contains("gzip");
      assertThat(reply.body()).containsExactly(0x1f, 0x8b, 0x08, 0x00);
      assertThat(gateway.onlyCall().end().contentEncoding()).isEqualTo("gzip");
    }
  }

  @Test
  void servesPipelinedRequestsInOrder() throws Exception {
    try (ScriptedUpstream up =
            new ScriptedUpstream(
                (seen, out, socket) -> {
                  Thread.sleep(seen.text().contains("slow") ? 50 : 0);
                  write(out, ScriptedUpstream.json(seen.text()));
                  return true;
                });
        RawClient client = gateway.client()) {
      gateway.openAi(up.port());
      for (int i = 0; i < 20; i++) {
        client.post(PATH, "{\"model\":\"" + (i % 5 == 0 ? "slow" : "m") + i + "\"}");
      }
      for (int i = 0; i < 20; i++) {
        assertThat(client.read().text()).contains((i % 5 == 0 ? "slow" : "m") + i);
      }
    }
  }
}
