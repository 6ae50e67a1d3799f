package dev.whyops.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class CancelMixIT {
  private static final int CLIENTS = 16;
  private static final int REQUESTS_EACH = 320;

  @Test
  @DisplayName("F-16 I1 A7 cancelsNeverMixAnswers: 5,000 calls, 30 % cancelled, no byte of another")
  void cancelsNeverMixAnswers() throws Exception {
    AtomicInteger mixed = new AtomicInteger();
    AtomicInteger complete = new AtomicInteger();
    try (Harness gateway = new Harness();
        ScriptedUpstream up =
            new ScriptedUpstream(
                (seen, out, socket) -> {
                  String marker = seen.header("x-marker").getFirst();
                  String part = ("data: " + marker + "\n\n").repeat(20);
                  String size = Integer.toHexString(part.length());
                  out.write(
                      ("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
                              + "Transfer-Encoding: chunked\r\n\r\n")
                          .getBytes());
                  for (int i = 0; i < 3; i++) {
                    out.write((size + "\r\n" + part + "\r\n").getBytes());
                    out.flush();
                  }
                  out.write("0\r\n\r\n".getBytes());
                  out.flush();
                  return true;
                })) {
      gateway.openAi(up.port());
      CountDownLatch done = new CountDownLatch(CLIENTS);
      for (int c = 0; c < CLIENTS; c++) {
        int client = c;
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    run(gateway, client, mixed, complete);
                  } catch (Exception e) {
                    mixed.addAndGet(1_000_000);
                  } finally {
                    done.countDown();
                  }
                });
      }
      assertThat(done.await(60, TimeUnit.SECONDS)).isTrue();
      assertThat(mixed).hasValue(0);
      assertThat(complete.get()).isGreaterThan(CLIENTS * REQUESTS_EACH / 2);
      Harness.await(() -> gateway.server.openConnections() == 0);
      assertThat(gateway.server.counters().upstreamReuses()).isPositive();
    }
  }

  private static void run(Harness gateway, int client, AtomicInteger mixed, AtomicInteger complete)
      throws Exception {
    RawClient connection = gateway.client();
    for (int i = 0; i < REQUESTS_EACH; i++) {
      String marker = "m-" + client + "-" + i;
      connection.post("/v1/chat/completions", "{\"model\":\"m\"}", "X-Marker: " + marker);
      if (ThreadLocalRandom.current().nextInt(10) < 3) {
        int before = ThreadLocalRandom.current().nextInt(900);
        if (before > 450) {
          connection.head();
          for (int b = 450; b < before; b++) {
            connection.readByte();
          }
        }
        connection.close();
        connection = gateway.client();
        continue;
      }
      RawClient.Reply reply = connection.read();
      if (!reply.clean() || !reply.text().equals(("data: " + marker + "\n\n").repeat(60))) {
        mixed.incrementAndGet();
      }
      complete.incrementAndGet();
    }
    connection.close();
  }
}
