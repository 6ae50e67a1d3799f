package dev.whyops.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whyops.auth.Caller;
import dev.whyops.project.ProjectId;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** One project floods the gateway; the others are served as if it did not. */
class FairnessIT {
  private static final String PATH = "/v1/chat/completions";
  private static final int NOISY_CONNECTIONS = 150;
  private static final int QUIET_PROJECTS = 20;
  private static final int QUIET_CALLS = 10;

  private static void project(Harness gateway, String key, String project) {
    Caller own = Objects.requireNonNull(gateway.callers.get(Harness.KEY));
    gateway.callers.put(
        key,
        new Caller(
            new ProjectId(project),
            project,
            own.environment(),
            "key_" + project,
            own.scopes(),
            "tester",
            null,
            own.limits()));
  }

  private static int ask(RawClient client, String key, String body) throws IOException {
    client.send(
        "POST "
            + PATH
            + " HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "
            + key
            + "\r\nContent-Length: "
            + body.length()
            + "\r\n\r\n"
            + body);
    return client.read().status();
  }

  @Test
  @DisplayName("F-26 one noisy project and twenty quiet ones: no quiet call fails")
  void f26OneFloodsAndNobodyElseFails() throws Exception {
    String large = "{\"model\":\"m\",\"x\":\"" + "x".repeat(100_000) + "\"}";
    AtomicBoolean flooding = new AtomicBoolean(true);
    AtomicInteger floods = new AtomicInteger();
    try (Harness gateway = new Harness();
        ScriptedUpstream up = ScriptedUpstream.answering(ScriptedUpstream.json("{}"))) {
      gateway.openAi(up.port());
      project(gateway, "noisy", "noisy");
      List<Thread> noise = new ArrayList<>();
      for (int i = 0; i < NOISY_CONNECTIONS; i++) {
        noise.add(Thread.startVirtualThread(() -> flood(gateway, large, flooding, floods)));
      }
      Harness.await(() -> floods.get() > NOISY_CONNECTIONS);
      AtomicInteger good = new AtomicInteger();
      CountDownLatch done = new CountDownLatch(QUIET_PROJECTS);
      for (int p = 0; p < QUIET_PROJECTS; p++) {
        String key = "quiet" + p;
        project(gateway, key, key);
        Thread.startVirtualThread(
            () -> {
              try (RawClient client = gateway.client()) {
                for (int i = 0; i < QUIET_CALLS; i++) {
                  good.addAndGet(ask(client, key, "{\"model\":\"m\"}") == 200 ? 1 : 0);
                }
              } catch (IOException e) {
                good.set(-1_000_000);
              } finally {
                done.countDown();
              }
            });
      }
      assertThat(done.await(60, TimeUnit.SECONDS)).isTrue();
      flooding.set(false);
      for (Thread thread : noise) {
        thread.join(10_000);
      }
      assertThat(good).hasValue(QUIET_PROJECTS * QUIET_CALLS);
    }
  }

  private static void flood(
      Harness gateway, String body, AtomicBoolean flooding, AtomicInteger floods) {
    while (flooding.get()) {
      try (RawClient client = gateway.client()) {
        for (int i = 0; i < 20 && flooding.get(); i++) {
          ask(client, "noisy", body);
          floods.incrementAndGet();
        }
      } catch (IOException e) {
        floods.incrementAndGet(); // refused with its connection closed
      }
    }
  }

  @Test
  @DisplayName("F-26 one project's calls that hang leave connections for the others")
  void f26HangingCallsLeaveRoom() throws Exception {
    CountDownLatch end = new CountDownLatch(1);
    HttpLimits few =
        new HttpLimits(
            8_192,
            16_384,
            32_768,
            100,
            1 << 20,
            100,
            HttpLimits.DEFAULT.headTime(),
            HttpLimits.DEFAULT.idleTime(),
            HttpLimits.DEFAULT.slowBodyAfter(),
            1_024,
            HttpLimits.DEFAULT.stallTime());
    try (Harness gateway = new Harness(few, List.of("127.0.0.1/32"), GatewayServer::resolve);
        ScriptedUpstream up =
            new ScriptedUpstream(
                (seen, out, socket) -> {
                  if (seen.text().contains("hang")) {
                    end.await(20, TimeUnit.SECONDS);
                  }
                  out.write(ScriptedUpstream.json("{}").getBytes());
                  out.flush();
                  return true;
                })) {
      gateway.openAi(up.port());
      project(gateway, "noisy", "noisy");
      project(gateway, "quiet", "quiet");
      List<RawClient> hanging = new ArrayList<>();
      for (int i = 0; i < 80; i++) {
        RawClient client = gateway.client();
        client.post(PATH, "{\"model\":\"hang\"}", "api-key: " + Harness.KEY);
        hanging.add(client);
      }
      Harness.await(() -> up.seen().size() == 80);
      try (RawClient more = gateway.client();
          RawClient other = gateway.client()) {
        more.post(PATH, "{\"model\":\"hang\"}");
        RawClient.Reply refused = more.read();
        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.header("Retry-After")).contains("1");
        assertThat(ask(other, "quiet", "{\"model\":\"m\"}")).isEqualTo(200);
      }
      end.countDown();
      for (RawClient client : hanging) {
        assertThat(client.read().status()).isEqualTo(200);
        client.close();
      }
      try (RawClient again = gateway.client()) {
        assertThat(ask(again, "noisy", "{\"model\":\"m\"}")).isEqualTo(200);
      }
    }
  }
}
