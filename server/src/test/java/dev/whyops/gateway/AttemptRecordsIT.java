package dev.whyops.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whyops.provider.ProviderType;
import dev.whyops.record.Outcome;
import dev.whyops.route.ProviderRef;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The record of a call that took several attempts tells of the one that answered. */
class AttemptRecordsIT {
  private static final String PATH = "/v1/chat/completions";
  private static final String ASK = "{\"model\":\"m\",\"messages\":[]}";
  private static final String GOOD = "{\"id\":\"chatcmpl-1\",\"choices\":[]}";
  private static final String REFUSAL = "{\"error\":{\"message\":\"not now\"}}";

  private final Harness gateway = new Harness();

  @AfterEach
  void stop() {
    gateway.close();
  }

  private static void write(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.UTF_8));
    out.flush();
  }

  /** Head and body in one write, so that they come in one read. */
  private static String refusing(String framing) {
    return "HTTP/1.1 503 Busy\r\nRetry-After: 0\r\n"
        + (framing.equals("chunked")
            ? "Transfer-Encoding: chunked\r\n\r\n"
                + Integer.toHexString(REFUSAL.length())
                + "\r\n"
                + REFUSAL
                + "\r\n0\r\n\r\n"
            : "Content-Length: " + REFUSAL.length() + "\r\n\r\n" + REFUSAL);
  }

  private static UnaryOperator<ProviderRef> with(int retries, boolean isDefault, String fallback) {
    return p ->
        new ProviderRef(
            p.id(),
            p.slug(),
            p.type(),
            p.baseUrl(),
            isDefault,
            false,
            false,
            p.timeouts(),
            retries,
            fallback.isEmpty() ? null : fallback);
  }

  private RawClient.Reply ask(String body) throws IOException {
    try (RawClient client = gateway.client()) {
      client.post(PATH, body);
      return client.read();
    }
  }

  @ParameterizedTest(name = "PX-74 F-18 the body of a refused attempt is not in the record: {0}")
  @ValueSource(strings = {"length", "chunked"})
  void recordsTheAnswerOfTheAttemptThatWasUsed(String framing) throws Exception {
    AtomicInteger asked = new AtomicInteger();
    try (ScriptedUpstream up =
        new ScriptedUpstream(
            (seen, out, socket) -> {
              write(
                  out,
                  asked.getAndIncrement() == 0
                      ? refusing(framing)
                      : framing.equals("chunked")
                          ? "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                              + "Transfer-Encoding: chunked\r\n\r\n"
                              + Integer.toHexString(GOOD.length())
                              + "\r\n"
                              + GOOD
                              + "\r\n0\r\n\r\n"
                          : ScriptedUpstream.json(GOOD));
              return true;
            })) {
      gateway.add("openai", ProviderType.OPENAI, up.port(), with(1, true, ""));
      assertThat(ask(ASK).text()).isEqualTo(GOOD);
      Harness.Recorded call = gateway.onlyCall();
      assertThat(new String(call.answer(), StandardCharsets.UTF_8)).isEqualTo(GOOD);
      assertThat(call.end().bodyLength()).isEqualTo(GOOD.length());
      assertThat(call.end().status()).isEqualTo(200);
    }
  }

  @Test
  @DisplayName("C11 a call that fell back is recorded under the provider that answered")
  void recordsTheProviderThatAnswered() throws Exception {
    try (ScriptedUpstream bad = ScriptedUpstream.answering(refusing("length"));
        ScriptedUpstream good = ScriptedUpstream.answering(ScriptedUpstream.json(GOOD))) {
      gateway.add("openai", ProviderType.OPENAI, bad.port(), with(0, true, "backup"));
      gateway.add("backup", ProviderType.OPENAI, good.port(), with(0, false, ""));
      assertThat(ask(ASK).text()).isEqualTo(GOOD);
      Harness.Recorded call = gateway.onlyCall();
      assertThat(call.start.providerSlug()).isEqualTo("backup");
      assertThat(new String(call.answer(), StandardCharsets.UTF_8)).isEqualTo(GOOD);
    }
  }

  @Test
  @DisplayName("D2 a question for usage that was taken back is no rewrite of the record")
  void recordsTheBodyThatWasAnswered() throws Exception {
    try (ScriptedUpstream up =
        new ScriptedUpstream(
            (seen, out, socket) -> {
              write(
                  out,
                  seen.text().contains("include_usage")
                      ? "HTTP/1.1 400 Bad\r\nContent-Length: "
                          + REFUSAL.length()
                          + "\r\n\r\n"
                          + REFUSAL
                      : ScriptedUpstream.json(GOOD));
              return true;
            })) {
      gateway.add("openai", ProviderType.OPENAI, up.port(), p -> Harness.injecting(p, true, true));
      assertThat(ask("{\"model\":\"m\",\"stream\":true}").text()).isEqualTo(GOOD);
      Harness.Recorded call = gateway.onlyCall();
      assertThat(call.start.rewrites()).isEmpty();
      assertThat(new String(call.answer(), StandardCharsets.UTF_8)).isEqualTo(GOOD);
    }
  }

  @ParameterizedTest(
      name = "A1 F-12 a client that leaves before the next attempt ends its record: {0}")
  @ValueSource(strings = {"retry", "fallback"})
  void recordsAClientThatLeavesBetweenAttempts(String next) throws Exception {
    try (ScriptedUpstream up =
            ScriptedUpstream.answering(
                "HTTP/1.1 503 Busy\r\nRetry-After: 5\r\nContent-Length: 2\r\n\r\n{}");
        ServerSocket full = new ServerSocket(0, 1, java.net.InetAddress.getByName("127.0.0.1"));
        java.net.Socket first = new java.net.Socket("127.0.0.1", full.getLocalPort());
        java.net.Socket second = new java.net.Socket("127.0.0.1", full.getLocalPort())) {
      boolean retry = next.equals("retry");
      gateway.add(
          "openai",
          ProviderType.OPENAI,
          up.port(),
          retry ? with(1, true, "") : with(0, true, "hanging"));
      gateway.add("hanging", ProviderType.OPENAI, full.getLocalPort(), with(0, false, ""));
      try (RawClient client = gateway.client()) {
        client.post(PATH, ASK);
        Harness.await(() -> !up.seen().isEmpty());
        TimeUnit.MILLISECONDS.sleep(100);
      }
      assertThat(gateway.onlyCall().end().outcome()).isInstanceOf(Outcome.ClientGone.class);
      assertThat(first.isConnected() && second.isConnected()).isTrue();
    }
  }

  @Test
  @DisplayName("PX-76 a connection that is kept after a refusal in the midst of a body goes on")
  void goesOnAfterARefusalInTheMidstOfABody() throws Exception {
    int closedPort;
    try (ServerSocket socket = new ServerSocket(0)) {
      closedPort = socket.getLocalPort();
    }
    gateway.add("anthropic", ProviderType.ANTHROPIC, closedPort, p -> p);
    String body = "{\"model\":\"m\",\"max_tokens\":1,\"x\":\"" + "x".repeat(110_000) + "\"}";
    String head =
        "POST /v1/messages HTTP/1.1\r\nHost: x\r\nx-api-key: "
            + Harness.KEY
            + "\r\nX-Agent-Name: a\r\nContent-Type: application/json\r\nContent-Length: "
            + body.length()
            + "\r\n\r\n";
    try (RawClient client = gateway.client()) {
      client.socket().setSoTimeout(10_000);
      for (int i = 0; i < 20; i++) { // the refusal has to come between the parts
        client.send(head + body.substring(0, 70_000));
        TimeUnit.MILLISECONDS.sleep(i * 2);
        client.send(body.substring(70_000));
        RawClient.Reply reply = client.read();
        assertThat(reply.status()).isEqualTo(502);
        if (reply.header("connection").filter(c -> c.equals("close")).isPresent()) {
          return;
        }
      }
    }
  }
}
