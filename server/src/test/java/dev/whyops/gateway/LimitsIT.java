package dev.whyops.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whyops.auth.Caller;
import dev.whyops.auth.KeyLimits;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What a key may do, how slow a client may be, and what both are told. */
class LimitsIT {
  private static final String PATH = "/v1/chat/completions";
  private static final String BODY = "{\"model\":\"m\"}";
  private static final String PRICED =
      "{\"id\":\"1\",\"model\":\"m\",\"choices\":[],\"usage\":{\"prompt_tokens\":90,"
          + "\"completion_tokens\":20,\"total_tokens\":110}}";

  private static void limit(Harness gateway, KeyLimits limits) {
    Caller c = Harness.caller(java.util.Set.of(dev.whyops.auth.Scope.values()));
    gateway.callers.put(
        Harness.KEY,
        new Caller(
            c.project(),
            c.projectName(),
            c.environment(),
            "key_" + limits.hashCode(), // what was spent under other limits plays no part
            c.scopes(),
            null,
            null,
            limits));
  }

  private static RawClient.Reply ask(Harness gateway) throws IOException {
    try (RawClient client = gateway.client()) {
      client.post(PATH, BODY);
      return client.read();
    }
  }

  /** What a call used is known some moments after its end. */
  private static RawClient.Reply awaitRefusal(Harness gateway) throws Exception {
    RawClient.Reply[] last = new RawClient.Reply[1];
    Harness.await(
        () -> {
          try {
            last[0] = ask(gateway);
          } catch (IOException e) {
            throw new IllegalStateException(e);
          }
          return last[0].status() == 429;
        });
    return last[0];
  }

  @Test
  void aKeyIsHeldToItsLimits() throws Exception {
    try (Harness gateway = new Harness();
        ScriptedUpstream up = ScriptedUpstream.answering(ScriptedUpstream.json(PRICED))) {
      gateway.openAi(up.port());
      limit(gateway, new KeyLimits(2, null, null, null));
      assertThat(ask(gateway).status()).isEqualTo(200);
      assertThat(ask(gateway).status()).isEqualTo(200);
      RawClient.Reply third = ask(gateway);
      assertThat(third.status()).isEqualTo(429);
      assertThat(third.header("X-WhyOps-Error")).contains("rate_limit_exceeded");
      assertThat(third.header("Retry-After")).isPresent();
      assertThat(third.text()).contains("rate_limit_error");
      assertThat(up.seen()).hasSize(2);

      limit(gateway, new KeyLimits(null, 100L, null, null));
      assertThat(ask(gateway).status()).isEqualTo(200);
      RawClient.Reply spent = awaitRefusal(gateway);
      assertThat(spent.header("X-WhyOps-Error")).contains("rate_limit_exceeded");
      assertThat(spent.header("Retry-After").map(Integer::parseInt).orElseThrow())
          .isBetween(1, 600);
      assertThat(spent.header("x-should-retry")).isEmpty();

      limit(gateway, new KeyLimits(null, null, null, 1_500_000_000L));
      assertThat(ask(gateway).status()).isEqualTo(200);
      RawClient.Reply broke = awaitRefusal(gateway);
      assertThat(broke.header("Retry-After")).isPresent();
      assertThat(broke.header("X-WhyOps-Error")).contains("budget_exceeded");
      assertThat(broke.header("x-should-retry")).contains("false");
    }
  }

  @Test
  void concurrentCallsEndWithTheirCall() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    try (Harness gateway = new Harness();
        ScriptedUpstream up =
            new ScriptedUpstream(
                (seen, out, socket) -> {
                  go.await(5, TimeUnit.SECONDS);
                  out.write(ScriptedUpstream.json("{}").getBytes());
                  out.flush();
                  return true;
                });
        RawClient first = gateway.client();
        RawClient leaving = gateway.client()) {
      gateway.openAi(up.port());
      limit(gateway, new KeyLimits(null, null, 2, null));
      first.post(PATH, BODY);
      leaving.post(PATH, BODY);
      Harness.await(() -> up.seen().size() == 2);
      RawClient.Reply third = ask(gateway);
      assertThat(third.status()).isEqualTo(429);
      assertThat(third.header("X-WhyOps-Error")).contains("rate_limit_exceeded");
      assertThat(third.header("Retry-After")).isPresent();
      leaving.close();
      Harness.await(() -> gateway.server.counters().clientsGone() == 1);
      go.countDown();
      assertThat(first.read().status()).isEqualTo(200);
      assertThat(ask(gateway).status()).isEqualTo(200);
    }
  }

  @Test
  @DisplayName("PX-59 junk keys are 401, then 429; a known key goes on")
  void px59JunkKeys() throws Exception {
    try (Harness gateway = new Harness();
        ScriptedUpstream up = ScriptedUpstream.answering(ScriptedUpstream.json("{}"));
        RawClient client = gateway.client()) {
      gateway.openAi(up.port());
      int limited = 0;
      for (int i = 0; i < 400; i++) {
        client.send("GET /v1/models HTTP/1.1\r\nHost: x\r\napi-key: junk" + i + "\r\n\r\n");
        RawClient.Reply reply = client.read();
        assertThat(reply.status()).isIn(401, 429);
        limited += reply.status() == 429 ? 1 : 0;
      }
      assertThat(limited).isPositive();
      assertThat(ask(gateway).status()).isEqualTo(200);
      assertThat(gateway.intake.unknownKeys()).isNotEmpty();
    }
  }

  private static Harness impatient() {
    HttpLimits d = HttpLimits.DEFAULT;
    Duration short300 = Duration.ofMillis(300);
    return new Harness(
        new HttpLimits(
            d.requestLineMax(),
            d.headerMax(),
            d.headMax(),
            d.headerCountMax(),
            d.ownBodyMax(),
            8,
            short300,
            short300,
            short300,
            1_024,
            short300),
        java.util.List.of("127.0.0.1/32"),
        GatewayServer::resolve);
  }

  @Test
  @DisplayName("PX-10 PX-11 F-21 a slow head or body is 408, an idle connection is closed")
  void px10SlowClients() throws Exception {
    try (Harness gateway = impatient();
        RawClient head = gateway.client();
        RawClient body = gateway.client();
        RawClient ingest = gateway.client();
        RawClient idle = gateway.client()) {
      gateway.openAi(1);
      head.send("POST /v1/chat");
      String start =
          " HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "
              + Harness.KEY
              + "\r\nX-Agent-Name: a\r\nContent-Length: 100000\r\n\r\n{";
      body.send("POST " + PATH + start);
      ingest.send("POST /api/events/ingest" + start);
      assertThat(head.read().status()).isEqualTo(408);
      RawClient.Reply slow = body.read();
      assertThat(slow.status()).isEqualTo(408);
      assertThat(slow.header("X-WhyOps-Error")).contains("body_too_slow");
      assertThat(ingest.read().status()).isEqualTo(408);
      assertThat(idle.isClosed()).isTrue();
    }
  }

  @Test
  @DisplayName("PX-13 connections beyond the accept limit are closed, the others go on")
  void px13AcceptLimit() throws Exception {
    try (Harness gateway = impatient();
        ScriptedUpstream up = ScriptedUpstream.answering(ScriptedUpstream.json("{}"))) {
      gateway.openAi(up.port());
      RawClient[] clients = new RawClient[8];
      for (int i = 0; i < 8; i++) {
        clients[i] = gateway.client();
      }
      Harness.await(() -> gateway.server.openConnections() == 8);
      try (RawClient ninth = gateway.client()) {
        assertThat(ninth.isClosed()).isTrue();
      }
      clients[0].post(PATH, BODY);
      assertThat(clients[0].read().status()).isEqualTo(200);
      for (RawClient client : clients) {
        client.close();
      }
    }
  }

  @Test
  @DisplayName("PX-12 a client that takes no byte is closed in the end")
  void px12StalledClient() throws Exception {
    try (Harness gateway = impatient();
        ScriptedUpstream up =
            new ScriptedUpstream(
                (seen, out, socket) -> {
                  out.write("HTTP/1.1 200 OK\r\nContent-Length: 268435456\r\n\r\n".getBytes());
                  byte[] block = new byte[64 * 1024];
                  for (int i = 0; i < 4096; i++) {
                    out.write(block);
                  }
                  return true;
                });
        RawClient client = gateway.client()) {
      gateway.openAi(up.port());
      client.post(PATH, BODY);
      client.head();
      Harness.await(() -> gateway.server.counters().clientsGone() == 1);
    }
  }

  @Test
  void drainsBeforeItCloses() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    try (Harness gateway = new Harness();
        ScriptedUpstream up =
            new ScriptedUpstream(
                (seen, out, socket) -> {
                  go.await(5, TimeUnit.SECONDS);
                  out.write(ScriptedUpstream.json("{}").getBytes());
                  out.flush();
                  return true;
                });
        RawClient client = gateway.client();
        RawClient idle = gateway.client()) {
      gateway.openAi(up.port());
      client.post(PATH, BODY);
      Harness.await(() -> up.seen().size() == 1);
      Thread closing = Thread.ofVirtual().start(() -> gateway.server.close(Duration.ofSeconds(5)));
      assertThat(idle.isClosed()).isTrue();
      Thread.sleep(100); // the other loop is told at the same time, not before
      go.countDown();
      RawClient.Reply reply = client.read();
      assertThat(reply.status()).isEqualTo(200);
      assertThat(reply.header("connection")).contains("close");
      closing.join(Duration.ofSeconds(8));
    }
  }

  @Test
  @DisplayName("DA-14 deleting a project breaks its running calls off, and only its")
  void da14EndsTheCallsOfAProject() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    try (Harness gateway = new Harness();
        ScriptedUpstream up =
            new ScriptedUpstream(
                (seen, out, socket) -> {
                  go.await(5, TimeUnit.SECONDS);
                  out.write(ScriptedUpstream.json("{}").getBytes());
                  out.flush();
                  return true;
                });
        RawClient client = gateway.client()) {
      gateway.openAi(up.port());
      client.post(PATH, BODY);
      Harness.await(() -> up.seen().size() == 1);
      gateway.server.endCalls(new dev.whyops.project.ProjectId("prj_other"));
      gateway.server.endCalls(Harness.PROJECT);
      assertThat(client.isClosed()).isTrue();
      Harness.await(() -> gateway.server.counters().clientsGone() == 1);
      go.countDown();
    }
  }
}
