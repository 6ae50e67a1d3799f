package dev.whyops.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whyops.id.ManualTime;
import dev.whyops.kit.FaultProxy;
import dev.whyops.provider.ProviderType;
import dev.whyops.record.Outcome;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Providers, names, clocks and networks that misbehave. */
class FaultsIT {
  private static final String PATH = "/v1/chat/completions";
  private static final String ASK = "{\"model\":\"m\"}";
  private static final byte[] STREAM =
      Wire.concat(
          Wire.utf8(Wire.SSE_HEAD),
          Wire.chunk("data: one\n\n"),
          Wire.chunk("data: \u00e4\ud83d\ude00\n\n"),
          Wire.chunk("data: [DONE]\n\n"),
          Wire.utf8(Wire.LAST));
  private static final String SAID = "data: one\n\ndata: \u00e4\ud83d\ude00\n\ndata: [DONE]\n\n";

  private static RawClient.Reply ask(Harness gateway) throws IOException {
    return ask(gateway, ASK);
  }

  private static RawClient.Reply ask(Harness gateway, String body) throws IOException {
    try (RawClient client = gateway.client()) {
      client.post(PATH, body);
      return client.read();
    }
  }

  @Test
  @DisplayName("F-13 calls that hang on one provider's connect leave the others alone")
  void f13OthersGoOn() throws Exception {
    try (Harness gateway = new Harness();
        ServerSocket full = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
        Socket first = new Socket("127.0.0.1", full.getLocalPort());
        Socket second = new Socket("127.0.0.1", full.getLocalPort());
        ScriptedUpstream up = ScriptedUpstream.answering(ScriptedUpstream.json("{}"))) {
      gateway.openAi(up.port());
      gateway.add(
          "hung",
          ProviderType.OPENAI,
          full.getLocalPort(),
          p ->
              Harness.patience(Duration.ofSeconds(1), Duration.ofSeconds(9), Duration.ofSeconds(9))
                  .apply(Harness.notDefault(p)));
      List<RawClient> hanging = new ArrayList<>();
      for (int i = 0; i < 64; i++) {
        hanging.add(gateway.client().post(PATH, "{\"model\":\"hung/m\"}"));
      }
      for (int i = 0; i < 20; i++) {
        assertThat(ask(gateway).status()).isEqualTo(200);
      }
      for (RawClient client : hanging) {
        RawClient.Reply reply = client.read();
        assertThat(reply.status()).isEqualTo(504);
        assertThat(reply.header("X-WhyOps-Error")).contains("provider_timeout");
        client.close();
      }
      assertThat(List.of(first.isConnected(), second.isConnected())).containsOnly(true);
    }
  }

  private static Harness resolving(
      dev.whyops.proxy.OutboundGate.Resolver resolver, ScriptedUpstream up, Duration connect) {
    Harness gateway = new Harness(HttpLimits.DEFAULT, List.of("127.0.0.1/32"), resolver);
    gateway.add(
        "openai",
        ProviderType.OPENAI,
        up.port(),
        p ->
            Harness.patience(connect, Duration.ofSeconds(9), Duration.ofSeconds(9))
                .apply(Harness.at(p, URI.create("http://named.example:" + up.port()))));
    return gateway;
  }

  @Test
  @DisplayName("F-31 F-13 a name that does not exist is 502 at once, and is asked again")
  void f31UnknownName() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    try (ScriptedUpstream up = ScriptedUpstream.answering(ScriptedUpstream.json("{}"));
        Harness gateway =
            resolving(
                host -> {
                  if (asked.getAndIncrement() == 0) {
                    throw new UnknownHostException(host);
                  }
                  return new InetAddress[] {InetAddress.getByName("127.0.0.1")};
                },
                up,
                Duration.ofSeconds(5))) {
      RawClient.Reply reply = ask(gateway);
      assertThat(reply.status()).isEqualTo(502);
      assertThat(reply.header("X-WhyOps-Error")).contains("provider_unreachable");
      assertThat(reply.text()).doesNotContain("named.example");
      assertThat(ask(gateway).status()).isEqualTo(200);
    }
  }

  @Test
  @DisplayName("F-31 a good answer is kept for a minute: slow and failing names cost nobody else")
  void f31Cached() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    try (ScriptedUpstream up =
            new ScriptedUpstream(
                (seen, out, socket) -> {
                  Wire.write(out, ScriptedUpstream.json("{}"));
                  return false; // each call needs a connection of its own
                });
        Harness gateway =
            resolving(
                host -> {
                  asked.incrementAndGet();
                  return new InetAddress[] {InetAddress.getByName("127.0.0.1")};
                },
                up,
                Duration.ofSeconds(5))) {
      for (int i = 0; i < 5; i++) {
        assertThat(ask(gateway).status()).isEqualTo(200);
      }
      assertThat(up.connections()).isEqualTo(5);
      assertThat(asked).hasValue(1);
    }
  }

  @Test
  @DisplayName("F-31 a resolver that hangs is 504 at the connect limit; other calls are unharmed")
  void f31SlowNames() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    try (ScriptedUpstream up = ScriptedUpstream.answering(ScriptedUpstream.json("{}"));
        Harness gateway =
            resolving(
                host -> {
                  try {
                    if (host.equals("named.example")) {
                      go.await(9, TimeUnit.SECONDS);
                    }
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  }
                  return new InetAddress[] {InetAddress.getByName("127.0.0.1")};
                },
                up,
                Duration.ofMillis(700))) {
      gateway.add("plain", ProviderType.OPENAI, up.port(), Harness::notDefault);
      try (RawClient hanging = gateway.client()) {
        hanging.post(PATH, ASK);
        for (int i = 0; i < 10; i++) {
          assertThat(ask(gateway, "{\"model\":\"plain/m\"}").status()).isEqualTo(200);
        }
        RawClient.Reply reply = hanging.read();
        assertThat(reply.status()).isEqualTo(504);
        assertThat(reply.header("X-WhyOps-Error")).contains("provider_timeout");
      }
      go.countDown();
      Harness.await(() -> statusOf(gateway) == 200); // the late answer serves the next call
    }
  }

  private static int statusOf(Harness gateway) {
    try {
      return ask(gateway).status();
    } catch (IOException e) {
      return 0;
    }
  }

  @Test
  @DisplayName("F-31 an answer that has one private address beside public ones is refused")
  void f31Poisoned() throws Exception {
    try (ScriptedUpstream up = ScriptedUpstream.answering(ScriptedUpstream.json("{}"));
        Harness gateway =
            new Harness(
                HttpLimits.DEFAULT,
                List.of(),
                host ->
                    new InetAddress[] {
                      InetAddress.getByName("93.184.216.34"), InetAddress.getByName("127.0.0.1")
                    })) {
      gateway.add(
          "openai",
          ProviderType.OPENAI,
          up.port(),
          p -> Harness.at(p, URI.create("https://named.example:" + up.port())));
      RawClient.Reply reply = ask(gateway);
      assertThat(reply.status()).isEqualTo(502);
      assertThat(reply.header("X-WhyOps-Error")).contains("provider_unreachable");
      assertThat(up.connections()).isZero();
    }
  }

  @ParameterizedTest(name = "F-15 PX-72 {0} at every chunk boundary, one byte before and after")
  @ValueSource(strings = {"fin", "rst", "garbage"})
  void f15EveryBoundary(String how) throws Exception {
    Set<Integer> places = new HashSet<>();
    int headLength = Wire.SSE_HEAD.length();
    for (int at = headLength; at < STREAM.length; at++) {
      boolean lineStart = STREAM[at - 1] == '\n' && STREAM[at - 2] == '\r';
      if (lineStart) {
        places.addAll(List.of(Math.max(headLength, at - 1), at, at + 1));
      }
    }
    int[] cut = {0};
    try (Harness gateway = new Harness();
        ScriptedUpstream up =
            new ScriptedUpstream(
                (seen, out, socket) -> {
                  Wire.write(out, Arrays.copyOf(STREAM, cut[0]));
                  Thread.sleep(3);
                  if (how.equals("garbage")) {
                    Wire.write(out, "\u0000\u0000zz\r\n\r\n");
                  } else if (how.equals("rst")) {
                    socket.setSoLinger(true, 0);
                  }
                  return false;
                })) {
      gateway.openAi(up.port());
      for (int place : places) {
        cut[0] = place;
        gateway.recorded.clear();
        RawClient.Reply reply = ask(gateway);
        if (how.equals("garbage") && place >= STREAM.length - 2) {
          // Noise in place of trailers: the body was whole, and the connection is given up.
          assertThat(reply.text()).isEqualTo(SAID);
          continue;
        }
        // A reset may take what was under way with it, the head included.
        assertThat(reply.status()).isIn(200, how.equals("rst") ? 502 : 200);
        if (reply.status() == 200) {
          assertThat(reply.clean()).as("cut at %d", place).isFalse();
          assertPrefix(reply.body());
          assertThat(gateway.onlyCall().end().outcome()).isInstanceOf(Outcome.Truncated.class);
        }
      }
    }
  }

  /** What came is what was sent, as far as it came. */
  private static void assertPrefix(byte[] body) {
    byte[] all = SAID.getBytes(StandardCharsets.UTF_8);
    // Garbage inside of a chunk is payload to everybody, so only what came before it is ours.
    int length = body.length;
    while (length > 0 && !Arrays.equals(body, 0, length, all, 0, Math.min(length, all.length))) {
      length--;
    }
    assertThat(body.length - length).isLessThanOrEqualTo(8);
    assertThat(new String(body, StandardCharsets.ISO_8859_1).substring(length)).doesNotContain("d");
  }

  @Test
  @DisplayName("F-14 F-15 a network that hangs, resets or lies at a random byte breaks visibly")
  void f15Networks() throws Exception {
    long seed = 20_260_101;
    Random random = new Random(seed);
    try (Harness gateway = new Harness();
        ScriptedUpstream up =
            new ScriptedUpstream(
                (seen, out, socket) -> {
                  Wire.write(out, STREAM);
                  return true;
                });
        FaultProxy network = FaultProxy.to(up.port(), seed)) {
      gateway.add(
          "openai",
          ProviderType.OPENAI,
          network.port(),
          Harness.patience(Duration.ofSeconds(1), Duration.ofMillis(400), Duration.ofMillis(400)));
      for (int i = 0; i < 60; i++) {
        int at = random.nextInt(STREAM.length);
        String fault = List.of("hang", "rst", "fin", "truncate").get(i % 4) + "(" + at + ")";
        network.next(fault + (i % 3 == 0 ? " slice(1)" : ""));
        RawClient.Reply reply = ask(gateway);
        String as = "seed " + seed + ": " + fault;
        if (at < Wire.SSE_HEAD.length() || fault.startsWith("rst") && reply.status() != 200) {
          assertThat(reply.status()).as(as).isIn(502, 504);
          assertThat(reply.header("X-WhyOps-Error")).as(as).isPresent();
        } else {
          assertThat(reply.status()).as(as).isEqualTo(200);
          assertThat(reply.clean()).as(as).isFalse();
          assertThat(Arrays.copyOf(SAID.getBytes(StandardCharsets.UTF_8), reply.body().length))
              .as(as)
              .isEqualTo(reply.body());
        }
      }
      network.always("slice(1) latency(0,1)");
      assertThat(ask(gateway).text()).isEqualTo(SAID);
    }
  }

  @ParameterizedTest(name = "F-27 the wall clock says {0}")
  @ValueSource(strings = {"1970-01-01T00:00:00Z", "2038-01-19T03:14:08Z", "2106-02-07T06:28:16Z"})
  void f27WallClock(String now) throws Exception {
    ManualTime time = new ManualTime();
    time.setWall(Instant.parse(now));
    try (Harness gateway =
            new Harness(HttpLimits.DEFAULT, List.of("127.0.0.1/32"), GatewayServer::resolve, time);
        ScriptedUpstream up = ScriptedUpstream.answering(ScriptedUpstream.json("{}"))) {
      gateway.openAi(up.port());
      Set<String> ids = new HashSet<>();
      for (int i = 0; i < 300; i++) {
        if (i % 100 == 50) {
          time.setWall(time.instant().plus(Duration.ofDays(i == 150 ? -1 : 1)));
        }
        RawClient.Reply reply = ask(gateway); // the clock stands still but for three jumps
        assertThat(reply.status()).isEqualTo(200);
        ids.add(reply.header("X-WhyOps-Request-ID").orElseThrow());
        ids.add(reply.header("X-Trace-ID").orElseThrow());
      }
      assertThat(ids).hasSize(600);
      assertThat(gateway.recorded)
          .allSatisfy(call -> assertThat(call.end().stamps().downLast()).isNotNegative());
    }
  }
}
