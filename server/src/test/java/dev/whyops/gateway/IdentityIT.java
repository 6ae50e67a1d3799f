package dev.whyops.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever the bytes are, the provider gets the client's and the client gets the provider's. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class IdentityIT {
  private static final String PATH = "/v1/chat/completions";
  private final Harness gateway = new Harness();

  @SuppressWarnings("NullAway.Init")
  private ScriptedUpstream upstream;

  @BeforeAll
  void start() throws IOException {
    upstream = ScriptedUpstream.answering(ScriptedUpstream.json("{}"));
    gateway.openAi(upstream.port());
  }

  @AfterAll
  void stop() throws IOException {
    gateway.close();
    upstream.close();
  }

  private RawClient.Reply post(String path, byte[] body, String... headers) throws IOException {
    try (RawClient client = gateway.client()) {
      StringBuilder head = new StringBuilder("POST " + path + " HTTP/1.1\r\nHost: x\r\n");
      head.append("Authorization: Bearer ").append(Harness.KEY).append("\r\nX-Agent-Name: a\r\n");
      for (String header : headers) {
        head.append(header).append("\r\n");
      }
      client.send(head + "Content-Length: " + body.length + "\r\n\r\n").send(body);
      return client.read();
    }
  }

  static Stream<Arguments> requests() {
    String user = "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":%s}]}";
    String sign = "\u2063" + "\u200b\u200c\u200d\u2060".repeat(23) + "\u2063";
    return Stream.of(
        Arguments.of("PX-08 lone surrogate escape", user.formatted("\"\\ud800 \\udc00\\ud83d\"")),
        Arguments.of("PX-09 NUL escape", user.formatted("\"a\\u0000b\"")),
        Arguments.of(
            "PX-80 joiners, Persian, Hindi, family emoji",
            user.formatted(
                "\"\u200b\u200c\u200d\u200e \u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645"
                    + " \u0915\u094d\u200d\u0937"
                    + " \ud83d\udc68\u200d\ud83d\udc69\u200d\ud83d\udc67\"")),
        Arguments.of("PX-80 PX-81 what looks like a signature", user.formatted("\"" + sign + "\"")),
        Arguments.of(
            "PX-91 an image URL that leads inside",
            user.formatted(
                "[{\"type\":\"image_url\",\"image_url\":{\"url\":\"http://169.254.169.254/\"}}]")),
        Arguments.of(
            "PX-92 E1 many messages, odd order, spaces, unknown members",
            "{ \"zz\" : 1.0e+2 ,\n\t\"model\":\"m\",\"messages\":["
                + "{\"content\":\"x\",\"role\":\"user\"},".repeat(20_000)
                + "{}] }"),
        Arguments.of(
            "E2 E3 E4 cache_control, thinking with a signature",
            user.formatted(
                "[{\"type\":\"text\",\"cache_control\":{\"type\":\"ephemeral\"}},"
                    + "{\"type\":\"thinking\",\"thinking\":\"\",\"signature\":\"c2ln\"}]")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("requests")
  void requestBytes(String name, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    assertThat(post(PATH, bytes).status()).isEqualTo(200);
    assertThat(upstream.seen().getLast().body()).isEqualTo(bytes);
  }

  @Test
  @DisplayName("PX-18 PX-19 the content type plays no part; multipart is relayed, never parsed")
  void px18ContentTypes() throws IOException {
    byte[] json = "{\"model\":\"m\"}".getBytes(StandardCharsets.UTF_8);
    for (String type : new String[] {"text/plain", "application/json; charset=latin1"}) {
      assertThat(post(PATH, json, "Content-Type: " + type).status()).isEqualTo(200);
      assertThat(upstream.seen().getLast().header("content-type")).containsExactly(type);
    }
    assertThat(post(PATH, json).status()).isEqualTo(200);
    assertThat(upstream.seen().getLast().header("content-type")).isEmpty();
    String boundary = "-".repeat(1_000);
    byte[] form = ("--" + boundary + "\r\n\r\nx\r\n--" + boundary + "--").getBytes();
    String type = "Content-Type: multipart/form-data; boundary=" + boundary;
    assertThat(post("/v1/files", form, type).status()).isEqualTo(200);
    assertThat(upstream.seen().getLast().body()).isEqualTo(form);
    assertThat(
            post(PATH, json, "Content-Type: multipart/x; boundary=" + "-".repeat(17_000)).status())
        .isEqualTo(431);
  }

  @Test
  @DisplayName("PX-77 an Idempotency-Key is passed on and answers nothing by itself")
  void px77IdempotencyKey() throws IOException {
    int before = upstream.seen().size();
    for (int i = 0; i < 3; i++) {
      post(PATH, "{\"model\":\"m\"}".getBytes(StandardCharsets.UTF_8), "Idempotency-Key: k");
    }
    assertThat(upstream.seen()).hasSize(before + 3);
    assertThat(upstream.seen().getLast().header("idempotency-key")).containsExactly("k");
  }

  static Stream<Arguments> answers() {
    String error = "data: {\"error\":{\"message\":\"x\"}}\n\n";
    return Stream.of(
        Arguments.of(
            "PX-60 CR, LF, CRLF, BOM, comments",
            "\ufeff: c\r\nevent: a\rid: 1\nretry: 5\r\ndata: x\r\rdata: y\n\ndata: open"),
        Arguments.of(
            "PX-63 bad JSON, [DONE] twice and early",
            "data: [DONE]\n\ndata: {bad\n\ndata: [DONE]\n\n"),
        Arguments.of("C6 C9 pings and an error event", "event: ping\ndata: {}\n\n" + error),
        Arguments.of(
            "PX-69 odd usage",
            "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":-5,\"x\":1e309}}\n\n"),
        Arguments.of("PX-75 JSON although a stream was asked for", "{\"choices\":[]}"),
        Arguments.of("PX-62 C5 an event without a newline", "data: " + "x".repeat(3_000_000)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("answers")
  void answerBytes(String name, String text) throws Exception {
    byte[] payload = text.getBytes(StandardCharsets.UTF_8);
    try (ScriptedUpstream up =
            new ScriptedUpstream(
                (seen, out, socket) -> {
                  out.write(
                      ("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
                              + "Transfer-Encoding: chunked\r\n\r\n")
                          .getBytes());
                  for (int at = 0; at < payload.length; at += 70_000) {
                    int to = Math.min(payload.length, at + 70_000);
                    ByteArrayOutputStream chunk = new ByteArrayOutputStream();
                    chunk.writeBytes((Integer.toHexString(to - at) + "\r\n").getBytes());
                    chunk.writeBytes(Arrays.copyOfRange(payload, at, to));
                    chunk.writeBytes("\r\n".getBytes());
                    out.write(chunk.toByteArray());
                    out.flush();
                  }
                  out.write("0\r\n\r\n".getBytes());
                  out.flush();
                  return true;
                });
        Harness fresh = new Harness();
        RawClient client = fresh.client()) {
      fresh.openAi(up.port());
      client.post(PATH, "{\"model\":\"m\",\"stream\":true}");
      RawClient.Reply reply = client.read();
      assertThat(reply.body()).isEqualTo(payload);
      assertThat(reply.clean()).isTrue();
      assertThat(fresh.onlyCall().answer()).isEqualTo(payload);
    }
  }

  @Test
  @DisplayName("PX-85 PX-90 a thousand calls on one trace id are all recorded")
  void px90OneTrace() throws Exception {
    try (Harness fresh = new Harness()) {
      fresh.openAi(upstream.port());
      AtomicInteger good = new AtomicInteger();
      CountDownLatch done = new CountDownLatch(20);
      for (int c = 0; c < 20; c++) {
        Thread.ofVirtual()
            .start(
                () -> {
                  try (RawClient client = fresh.client()) {
                    for (int i = 0; i < 50; i++) {
                      client.post(PATH, "{\"model\":\"m\"}", "X-Trace-ID: shared");
                      good.addAndGet(client.read().status() == 200 ? 1 : 0);
                    }
                  } catch (IOException e) {
                    good.set(-1_000_000);
                  } finally {
                    done.countDown();
                  }
                });
      }
      assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();
      assertThat(good).hasValue(1_000);
      assertThat(fresh.recorded).hasSize(1_000).allMatch(c -> c.start.traceId().equals("shared"));
    }
  }
}
