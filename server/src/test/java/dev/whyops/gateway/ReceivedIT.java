package dev.whyops.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whyops.record.CallStart;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ReceivedIT {
  private static final String ASK = "{\"model\":\"gpt-4o\",\"messages\":[]}";
  private static final Duration PAUSE = Duration.ofMillis(400);

  @Test
  @DisplayName(
      "events.md 1: a call is received with its first byte, however late its head is whole")
  void receivedIsTheFirstByte() throws Exception {
    try (ScriptedUpstream upstream = ScriptedUpstream.answering(ScriptedUpstream.json("{}"));
        Harness gateway = new Harness();
        RawClient client = gateway.client()) {
      gateway.openAi(upstream.port());
      Instant before = Instant.now();
      client.send("POST /v1/chat/compl");
      Thread.sleep(PAUSE); // the pause is what is tested
      client.send(
          "etions HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
              + Harness.KEY
              + "\r\nX-Agent-Name: a\r\nContent-Type: application/json\r\nContent-Length: "
              + ASK.length()
              + "\r\n\r\n");
      client.send(ASK.getBytes(StandardCharsets.UTF_8));
      assertThat(client.read().status()).isEqualTo(200);
      Instant after = Instant.now();
      CallStart start = gateway.onlyCall().start;
      assertThat(start.receivedAt()).isBetween(before.minusMillis(5), before.plus(PAUSE));
      Instant end = start.receivedAt().plusNanos(gateway.onlyCall().end().stamps().upLast());
      assertThat(end).isBefore(after.plusMillis(5));
    }
  }
}
