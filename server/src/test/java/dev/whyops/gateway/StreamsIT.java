package dev.whyops.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whyops.provider.ProviderType;
import dev.whyops.record.Outcome;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Streams of every shape: what comes goes on at once, and nothing comes that was not sent. */
class StreamsIT {
  private static final String PATH = "/v1/chat/completions";
  private static final String ASK = "{\"model\":\"m\",\"stream\":true,\"messages\":[]}";
  private final Harness gateway = new Harness();

  @AfterEach
  void stop() {
    gateway.close();
  }

  private void provider(ScriptedUpstream up, boolean injectsUsage) {
    gateway.add(
        "openai", ProviderType.OPENAI, up.port(), p -> Harness.injecting(p, injectsUsage, true));
  }

  @ParameterizedTest(name = "C1 C2 line end {0}, cut at every byte, usage chunk hidden: {1}")
  @CsvSource({
    "LF,false",
    "CRLF,false",
    "CR,false",
    "MIXED,false",
    "LF,true",
    "CRLF,true",
    "CR,true"
  })
  void c1LineEndsAndCuts(String lineEnd, boolean hides) throws Exception {
    String said =
        lines("data: {\"choices\":[{\"delta\":{\"content\":\"\u00e4\ud83d\ude00\"}}]}", lineEnd);
    String usage = lines("data: {\"choices\":[],\"usage\":{\"prompt_tokens\":1}}", lineEnd);
    String done = lines("data: [DONE]", lineEnd);
    byte[] sent = Wire.utf8(said + usage + done);
    byte[] expected = Wire.utf8(hides ? said + done : said + usage + done);
    int[] cut = {1};
    try (ScriptedUpstream up =
            new ScriptedUpstream(
                (seen, out, socket) -> {
                  Wire.write(out, Wire.SSE_HEAD);
                  Wire.write(out, Wire.chunk(java.util.Arrays.copyOf(sent, cut[0])));
                  Thread.sleep(1);
                  Wire.write(
                      out, Wire.chunk(java.util.Arrays.copyOfRange(sent, cut[0], sent.length)));
                  Wire.write(out, Wire.LAST);
                  return true;
                });
        RawClient client = gateway.client()) {
      provider(up, hides);
      for (; cut[0] < sent.length; cut[0]++) {
        client.post(PATH, ASK);
        RawClient.Reply reply = client.read();
        assertThat(reply.body()).as("cut at %d", cut[0]).isEqualTo(expected);
        assertThat(reply.clean()).isTrue();
      }
    }
  }

  private static String lines(String event, String lineEnd) {
    return switch (lineEnd) {
      case "LF" -> event + "\n\n";
      case "CRLF" -> event + "\r\n\r\n";
      case "CR" -> event + "\r\r";
      default -> event + "\r\n\r";
    };
  }

  @ParameterizedTest(name = "C4 F4 I2 each event reaches the client before the next is made: {0}")
  @ValueSource(booleans = {false, true})
  void c4NothingIsBatched(boolean hides) throws Exception {
    BlockingQueue<Integer> arrived = new ArrayBlockingQueue<>(1);
    String event = "data: {\"id\":\"%03d\",\"choices\":[{\"delta\":{\"content\":\"x\"}}]}\n\n";
    int length = event.formatted(0).length();
    try (ScriptedUpstream up =
            new ScriptedUpstream(
                (seen, out, socket) -> {
                  Wire.write(out, Wire.SSE_HEAD);
                  for (int i = 0; i < 200; i++) {
                    Wire.write(out, Wire.chunk(event.formatted(i)));
                    if (!Integer.valueOf(i).equals(arrived.poll(5, TimeUnit.SECONDS))) {
                      return false;
                    }
                  }
                  Wire.write(out, Wire.LAST);
                  return true;
                });
        RawClient client = gateway.client()) {
      provider(up, hides);
      client.post(PATH, ASK);
      client.head();
      for (int i = 0; i < 200; i++) {
        assertThat(client.nextChunk())
            .hasSize(length)
            .startsWith("data: {\"id\":\"%03d".formatted(i));
        arrived.put(i);
      }
      assertThat(client.nextChunk()).isEmpty();
    }
  }

  @Test
  @DisplayName("C3 several events in one read, and one event in several, all arrive")
  void c3GluedEvents() throws Exception {
    StringBuilder all = new StringBuilder();
    for (int i = 0; i < 500; i++) {
      all.append("data: {\"i\":").append(i).append("}\n\n");
    }
    try (ScriptedUpstream up =
            new ScriptedUpstream(
                (seen, out, socket) -> {
                  Wire.write(out, Wire.stream(all.toString()));
                  return true;
                });
        RawClient client = gateway.client()) {
      provider(up, false);
      client.post(PATH, ASK);
      assertThat(client.read().text()).isEqualTo(all.toString());
      assertThat(gateway.onlyCall().answer()).isEqualTo(Wire.utf8(all.toString()));
    }
  }

  @Test
  @DisplayName("B1 silence is measured between bytes, not over the whole answer")
  void b1SilenceIsNoTotal() throws Exception {
    try (ScriptedUpstream up =
            new ScriptedUpstream(
                (seen, out, socket) -> {
                  Wire.write(out, Wire.SSE_HEAD);
                  for (int i = 0; i < 15; i++) {
                    Thread.sleep(100);
                    Wire.write(out, Wire.chunk(": tick\n\n"));
                  }
                  socket.getInputStream().read();
                  return false;
                });
        RawClient client = gateway.client()) {
      impatient(up, 600);
      client.post(PATH, ASK);
      RawClient.Reply reply = client.read();
      assertThat(reply.text()).isEqualTo(": tick\n\n".repeat(15));
      assertThat(reply.clean()).isFalse();
      assertThat(gateway.onlyCall().end().outcome())
          .isEqualTo(new Outcome.Truncated("provider_timeout"));
    }
  }

  private void impatient(ScriptedUpstream up, int silenceMs) {
    gateway.add(
        "openai",
        ProviderType.OPENAI,
        up.port(),
        Harness.patience(
            Duration.ofSeconds(1), Duration.ofSeconds(5), Duration.ofMillis(silenceMs)));
  }

  @Test
  @DisplayName("B2 B3 pings and comments go on as they come, and none is invented in a silence")
  void b2NothingIsInvented() throws Exception {
    List<String> parts = List.of(": keep-alive\n\n", "event: ping\ndata: {}\n\n", "data: 1\n\n");
    try (ScriptedUpstream up =
            new ScriptedUpstream(
                (seen, out, socket) -> {
                  Wire.write(out, Wire.SSE_HEAD);
                  for (String part : parts) {
                    Thread.sleep(500);
                    Wire.write(out, Wire.chunk(part));
                  }
                  socket.getInputStream().read();
                  return false;
                });
        RawClient client = gateway.client()) {
      impatient(up, 900);
      client.post(PATH, ASK);
      client.head();
      for (String part : parts) {
        assertThat(client.nextChunk()).isEqualTo(part);
      }
      // The provider is dead now, and no ping of ours hides that.
      assertThat(client.isClosed()).isTrue();
    }
  }

  @ParameterizedTest(name = "C12 what observes fails, the call does not: {0}")
  @ValueSource(strings = {"recorder", "no stream", "no gzip", "binary"})
  void c12ObserversFail(String how) throws Exception {
    byte[] noise = new byte[20_000];
    new Random(3).nextBytes(noise);
    byte[] payload = how.equals("recorder") ? Wire.utf8("data: 1\n\ndata: [DONE]\n\n") : noise;
    String coding = how.equals("no gzip") ? "Content-Encoding: gzip\r\n" : "";
    try (ScriptedUpstream up =
            new ScriptedUpstream(
                (seen, out, socket) -> {
                  Wire.write(
                      out,
                      "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
                          + coding
                          + "Transfer-Encoding: chunked\r\n\r\n");
                  Wire.write(out, Wire.chunk(payload));
                  Thread.sleep(how.equals("recorder") ? 1_100 : 1);
                  Wire.write(out, Wire.chunk(payload));
                  Wire.write(out, Wire.LAST);
                  return true;
                });
        RawClient client = gateway.client()) {
      provider(up, how.equals("binary"));
      gateway.recorderFails = how.equals("recorder");
      for (int i = 1; i <= 2; i++) {
        client.post(PATH, ASK);
        RawClient.Reply reply = client.read();
        assertThat(reply.body()).isEqualTo(Wire.concat(payload, payload));
        assertThat(reply.clean()).isTrue();
        assertThat(gateway.server.counters().captureGaps())
            .isEqualTo(gateway.recorderFails ? i : 0);
      }
    }
  }

  @Test
  @DisplayName("E8 a coded error body keeps the headers that describe its bytes")
  void e8CodedError() throws Exception {
    ByteArrayOutputStream coded = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(coded)) {
      gzip.write(Wire.utf8("{\"error\":{\"message\":\"no\"}}"));
    }
    try (ScriptedUpstream up =
            new ScriptedUpstream(
                (seen, out, socket) -> {
                  Wire.write(
                      out,
                      "HTTP/1.1 400 Bad\r\nContent-Type: application/json\r\nContent-Encoding:"
                          + " gzip\r\nContent-Length: "
                          + coded.size()
                          + "\r\n\r\n");
                  Wire.write(out, coded.toByteArray());
                  return true;
                });
        RawClient client = gateway.client()) {
      provider(up, false);
      client.post(PATH, ASK);
      RawClient.Reply reply = client.read();
      assertThat(reply.status()).isEqualTo(400);
      assertThat(reply.header("content-encoding")).contains("gzip");
      assertThat(reply.header("content-length")).contains("" + coded.size());
      assertThat(reply.body()).isEqualTo(coded.toByteArray());
      assertThat(gateway.onlyCall().end().contentEncoding()).isEqualTo("gzip");
    }
  }

  @Test
  @DisplayName("E8 a failure of ours in place of a coded answer carries no coding of it")
  void e8OwnFailure() throws Exception {
    String redirect =
        "HTTP/1.1 302 X\r\nLocation: http://127.0.0.1/\r\nContent-Encoding: gzip\r\n"
            + "Content-Length: 0\r\n\r\n";
    try (ScriptedUpstream up = ScriptedUpstream.answering(redirect);
        RawClient client = gateway.client()) {
      provider(up, false);
      client.post(PATH, ASK);
      RawClient.Reply reply = client.read();
      assertThat(reply.status()).isEqualTo(502);
      assertThat(reply.header("content-encoding")).isEmpty();
      assertThat(reply.header("content-length")).contains("" + reply.body().length);
      assertThat(reply.text()).contains("provider_redirect_refused");
    }
  }

  @Test
  @DisplayName("D7 the record tells when content came and when it was delivered, streams too")
  void d7BothTimes() throws Exception {
    try (ScriptedUpstream up =
            new ScriptedUpstream(
                (seen, out, socket) -> {
                  Wire.write(out, Wire.SSE_HEAD);
                  Thread.sleep(60);
                  Wire.write(out, Wire.chunk("data: 1\n\n"));
                  Thread.sleep(60);
                  Wire.write(
                      out, Wire.concat(Wire.chunk("data: [DONE]\n\n"), Wire.utf8(Wire.LAST)));
                  return true;
                });
        RawClient client = gateway.client()) {
      provider(up, false);
      client.post(PATH, ASK);
      client.read();
      var stamps = gateway.onlyCall().end().stamps();
      assertThat(stamps.upFirst()).isPositive();
      assertThat(stamps.downFirst()).isGreaterThanOrEqualTo(stamps.upFirst());
      assertThat(stamps.upContent() - stamps.bodySent()).isGreaterThan(50_000_000);
      assertThat(stamps.upLast() - stamps.upContent()).isGreaterThan(50_000_000);
      assertThat(stamps.downLast()).isGreaterThanOrEqualTo(stamps.upLast());
      assertThat(stamps.sent()).isGreaterThanOrEqualTo(stamps.routable());
    }
  }

  @Test
  @DisplayName("G2 the events of a Responses stream go on unchanged, ids and order kept")
  void g2ResponsesEvents() throws IOException {
    String stream =
        """
        event: response.created
        data: {"type":"response.created","sequence_number":0,"response":{"id":"resp_1"}}

        event: response.output_item.added
        data: {"type":"response.output_item.added","output_index":0,"item":{"id":"msg_1"}}

        event: response.output_text.delta
        data: {"type":"response.output_text.delta","item_id":"msg_1","delta":"h\u00e9"}

        event: response.of_tomorrow
        data: {"type":"response.of_tomorrow","x":[1]}

        event: response.completed
        data: {"type":"response.completed","response":{"id":"resp_1","status":"completed"}}

        """;
    try (ScriptedUpstream up =
            new ScriptedUpstream(
                (seen, out, socket) -> {
                  Wire.write(out, Wire.stream(stream));
                  return true;
                });
        RawClient client = gateway.client()) {
      provider(up, true);
      client.post("/v1/responses", "{\"model\":\"m\",\"stream\":true,\"input\":\"hi\"}");
      assertThat(new String(client.read().body(), StandardCharsets.UTF_8)).isEqualTo(stream);
      assertThat(up.seen().getFirst().text()).doesNotContain("stream_options");
    }
  }
}
