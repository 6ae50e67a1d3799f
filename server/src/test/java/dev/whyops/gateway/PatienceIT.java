package dev.whyops.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whyops.record.Outcome;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The limits as they ship, just before and just after they strike, on a clock that is moved. */
class PatienceIT {
  private static final String PATH = "/v1/chat/completions";
  private static final String ASK = "{\"model\":\"m\"}";
  private final Harness gateway = new Harness();

  @AfterEach
  void stop() {
    gateway.close();
  }

  /** Says {@code first}, then nothing until the gateway closes. */
  private static ScriptedUpstream silentAfter(byte[] first, CountDownLatch closed)
      throws IOException {
    return new ScriptedUpstream(
        (seen, out, socket) -> {
          Wire.write(out, first);
          socket.getInputStream().read();
          closed.countDown();
          return false;
        });
  }

  @Test
  @DisplayName("F-14 PX-71 before the head the provider has 600 s")
  void f14Head() throws Exception {
    CountDownLatch closed = new CountDownLatch(1);
    try (ScriptedUpstream up = silentAfter(new byte[0], closed);
        RawClient client = gateway.client()) {
      gateway.openAi(up.port());
      client.post(PATH, ASK);
      Harness.await(() -> up.seen().size() == 1);
      Thread.sleep(50); // the request is on the wire, so the gateway has counted it as sent
      gateway.server.tickIn(Duration.ofSeconds(595));
      assertThat(gateway.server.counters().providerFailures()).isZero();
      gateway.server.tickIn(Duration.ofSeconds(601));
      RawClient.Reply reply = client.read();
      assertThat(reply.status()).isEqualTo(504);
      assertThat(reply.header("X-WhyOps-Error")).contains("provider_timeout");
      assertThat(closed.await(5, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  @DisplayName("F-14 PX-71 between bytes the provider has 300 s, then the body breaks visibly")
  void f14Silence() throws Exception {
    CountDownLatch closed = new CountDownLatch(1);
    byte[] first = Wire.concat(Wire.utf8(Wire.SSE_HEAD), Wire.chunk("data: 1\n\n"));
    try (ScriptedUpstream up = silentAfter(first, closed);
        RawClient client = gateway.client()) {
      gateway.openAi(up.port());
      client.post(PATH, ASK);
      client.head();
      assertThat(client.nextChunk()).isEqualTo("data: 1\n\n");
      gateway.server.tickIn(Duration.ofSeconds(295));
      assertThat(gateway.server.counters().brokenAnswers()).isZero();
      gateway.server.tickIn(Duration.ofSeconds(301));
      assertThat(client.isClosed()).isTrue();
      assertThat(closed.await(5, TimeUnit.SECONDS)).isTrue();
      assertThat(gateway.onlyCall().end().outcome())
          .isEqualTo(new Outcome.Truncated("provider_timeout"));
    }
  }

  @Test
  @DisplayName("PX-10 F-21 a head has 10 s, PX-11 a body 1 KiB/s after 10 s, idleness 60 s")
  void clientLimits() throws Exception {
    try (ScriptedUpstream up = ScriptedUpstream.answering(ScriptedUpstream.json("{}"));
        RawClient head = gateway.client();
        RawClient body = gateway.client();
        RawClient idle = gateway.client()) {
      gateway.openAi(up.port());
      idle.post(PATH, ASK);
      assertThat(idle.read().status()).isEqualTo(200);
      head.send("POST /v1/ch");
      body.send(
          "POST " + PATH + " HTTP/1.1\r\nHost: x\r\nX-Agent-Name: a\r\napi-key: " + Harness.KEY);
      body.send("\r\nContent-Length: 9000\r\n\r\n" + " ".repeat(4_096));
      Harness.await(() -> gateway.server.openConnections() == 3);
      Thread.sleep(100);
      gateway.server.tickIn(Duration.ofSeconds(9));
      gateway.server.tickIn(Duration.ofSeconds(13)); // 3 s late: 3 KiB were owed, 4 came
      assertThat(head.read().status()).isEqualTo(408);
      gateway.server.tickIn(Duration.ofSeconds(16)); // 6 KiB owed
      assertThat(body.read().header("X-WhyOps-Error")).contains("body_too_slow");
      gateway.server.tickIn(Duration.ofSeconds(58));
      idle.post(PATH, ASK);
      assertThat(idle.read().status()).isEqualTo(200);
      Thread.sleep(20);
      gateway.server.tickIn(Duration.ofSeconds(61));
      assertThat(idle.isClosed()).isTrue();
    }
  }

  @Test
  @DisplayName(
      "A8 an hour of other traffic's idleness closes no connection with a stream in flight")
  void a8StreamsOutliveThePool() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    try (ScriptedUpstream up =
            new ScriptedUpstream(
                (seen, out, socket) -> {
                  if (seen.text().contains("short")) {
                    Wire.write(out, ScriptedUpstream.json("{}"));
                    return true;
                  }
                  Wire.write(out, Wire.SSE_HEAD);
                  Wire.write(out, Wire.chunk("data: 1\n\n"));
                  go.await(5, TimeUnit.SECONDS);
                  Wire.write(out, Wire.chunk("data: 2\n\n"));
                  Wire.write(out, Wire.LAST);
                  return true;
                });
        RawClient first = gateway.client();
        RawClient second = gateway.client()) {
      gateway.add(
          "openai",
          dev.whyops.provider.ProviderType.OPENAI,
          up.port(),
          Harness.patience(Duration.ofSeconds(5), Duration.ofHours(9), Duration.ofHours(9)));
      first.post(PATH, "{\"model\":\"short\"}"); // makes the connection that the stream takes over
      assertThat(first.read().status()).isEqualTo(200);
      first.post(PATH, ASK);
      first.head();
      second.post(PATH, "{\"model\":\"short\"}");
      assertThat(second.read().status()).isEqualTo(200);
      gateway.server.tickIn(Duration.ofHours(1));
      assertThat(second.isClosed()).isTrue(); // the control: what is idle goes
      go.countDown();
      assertThat(first.nextChunk() + first.nextChunk()).isEqualTo("data: 1\n\ndata: 2\n\n");
      assertThat(first.nextChunk()).isEmpty();
      assertThat(up.closedByPeer()).isLessThanOrEqualTo(1);
    }
  }
}
