package dev.whyops.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whyops.kit.Schedule;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ten times as much as can be served. */
class OverloadIT {
  private static final int BATCH = 100;
  private static final int USUAL_SENDERS = 8;

  /** {@code -Dwhyops.senders=N} for more: these find room in the usual heap, 400 do not. */
  private static final int SENDERS = Integer.getInteger("whyops.senders", 20 * USUAL_SENDERS);

  /** Much as ./whyops starts it, and a quarter of that. */
  @ParameterizedTest(name = "F-24 ten times ingest overload, heap of {0}: acked is kept")
  @ValueSource(strings = {"512m", "128m"})
  @DisplayName("F-24 ten times ingest overload: what is acked is kept, the rest told at once")
  void ingestOverload(String heap, @TempDir Path folder) throws Exception {
    int seconds = Schedule.pick(6, 60, 600);
    String options = "-Xmx" + heap + " -XX:+ExitOnOutOfMemoryError";
    try (Rig rig = Rig.start(folder, options, List.of())) {
      send(rig, USUAL_SENDERS, 3); // code is compiled before it counts
      awaitDrained(rig); // both begin alike: what is stored later costs processor time as well
      Sent usual = send(rig, USUAL_SENDERS, seconds);
      awaitDrained(rig);
      Vitals before = rig.vitals();
      Sent flooded;
      RefusalProbe probe = RefusalProbe.start(rig);
      try {
        flooded = send(rig, SENDERS, seconds);
      } finally {
        probe.stop();
      }
      double starved = rig.vitals().starvationSince(before);
      System.out.printf("F-24 usual %s%nF-24 flooded %s%n", usual, flooded);
      System.out.printf("F-24 %s; the machine made it wait %.1f-fold%n", probe, starved);
      if (heap.equals("128m")) { // elsewhere all of these senders together find room
        assertThat(probe.refusals()).as("refusals by length").isPositive();
      }
      // Of a few refusals the 95th in a hundred is the worst, which says more of the machine.
      assertThat((double) probe.percentileMs(probe.refusals() < 20 ? 50 : 95))
          .as("ms until a refusal, on a machine that made the server wait %.1f-fold", starved)
          .isLessThanOrEqualTo(50 * starved);
      assertThat(flooded.perCpuSecond())
          .as("goodput for the CPU that the server had")
          .isGreaterThanOrEqualTo(share(heap) * usual.perCpuSecond());
      assertThat(flooded.refusals())
          .as("refusals say when to come again")
          .allMatch(reply -> reply.status() == 503 || reply.status() == 429)
          .allMatch(reply -> !reply.header("retry-after").isEmpty());
      assertThat(flooded.broken()).as("requests without an answer").isZero();
      long acked = usual.acked() + flooded.acked();
      try (Client client = rig.client()) {
        long began = System.nanoTime();
        Rig.await("an accepted batch", Duration.ofSeconds(5), () -> accepted(client));
        System.out.printf("F-24 recovered after %d ms%n", (System.nanoTime() - began) / 1_000_000);
      }
      Rig.await("all acked events stored", Duration.ofMinutes(3), () -> stored(rig) >= acked);
      assertThat(rig.server.log()).doesNotContain("java.lang.OutOfMemoryError");
      rig.assertAlive();
    }
  }

  /** What has to be left in the flood; in a quarter of the usual heap it must not collapse. */
  private static double share(String heap) {
    return heap.equals("128m") ? 0.5 : 0.9;
  }

  /** Far more clients than there is room for; each sends again as soon as it has an answer. */
  private static Sent send(Rig rig, int senders, int seconds) throws Exception {
    AtomicBoolean running = new AtomicBoolean(true);
    AtomicLong acked = new AtomicLong();
    AtomicLong broken = new AtomicLong();
    ConcurrentLinkedQueue<Client.Reply> refusals = new ConcurrentLinkedQueue<>();
    long cpuMs = rig.vitals().cpuMs();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < senders; i++) {
      String batch = batch("trace-" + senders + "-" + i);
      threads.add(
          Thread.startVirtualThread(
              () -> {
                while (running.get()) {
                  try (Client client = rig.client()) {
                    Client.Reply reply = client.post("/api/events/ingest", batch).reply();
                    if (reply.status() == 202) {
                      acked.addAndGet(BATCH);
                    } else {
                      refusals.add(reply);
                      Thread.sleep(50);
                    }
                  } catch (IOException e) {
                    broken.incrementAndGet();
                  } catch (InterruptedException e) {
                    return;
                  }
                }
              }));
    }
    Thread.sleep(seconds * 1_000L);
    running.set(false);
    for (Thread thread : threads) {
      thread.join();
    }
    return new Sent(acked.get(), rig.vitals().cpuMs() - cpuMs, broken.get(), List.copyOf(refusals));
  }

  private record Sent(long acked, long cpuMs, long broken, List<Client.Reply> refusals) {
    double perCpuSecond() {
      return 1_000.0 * acked / cpuMs;
    }

    @Override
    public String toString() {
      long medianMs =
          refusals.stream()
              .mapToLong(Client.Reply::tookMs)
              .sorted()
              .skip(refusals.size() / 2)
              .findFirst()
              .orElse(0);
      return "acked %d in %d ms of CPU, %.0f per second of it; refused %d, median after %d ms"
          .formatted(acked, cpuMs, perCpuSecond(), refusals.size(), medianMs);
    }
  }

  private static boolean accepted(Client client) throws IOException {
    return client.post("/api/events/ingest", batch("after")).reply().status() == 202;
  }

  private static void awaitDrained(Rig rig) throws Exception {
    Rig.await("the store has everything", Duration.ofMinutes(3), () -> behind(rig) == 0);
  }

  private static long behind(Rig rig) throws IOException, InterruptedException {
    return rig.server.getJson("/api/ingestion").path("journal").path("lagFrames").asLong(-1);
  }

  private static long stored(Rig rig) throws IOException, InterruptedException {
    return rig.server.getJson("/api/analytics/overview").path("events").asLong(0);
  }

  private static String batch(String traceId) {
    String event =
        "{\"eventType\":\"tool_result\",\"traceId\":\"%s\",\"agentName\":\"load\",\"metadata\":{\"tool\":\"search\"},\"content\":\"%s\"}"
            .formatted(traceId, "event text ".repeat(180));
    return "[" + String.join(",", java.util.Collections.nCopies(BATCH, event)) + "]";
  }

  @Test
  @DisplayName("F-25 ten times proxy overload: running streams go on, every call gets an answer")
  void proxyOverload(@TempDir Path folder) throws Exception {
    int seconds = Schedule.pick(5, 60, 600);
    List<String> limited = List.of("prlimit", "--nofile=1024:1024"); // 320 connections
    try (Rig rig = Rig.start(folder, "", limited);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Client.Reply>> streams = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        streams.add(threads.submit(() -> stream(rig, seconds)));
      }
      Rig.await("the streams begin", Duration.ofSeconds(20), () -> rig.provider.running() >= 50);
      Flood flood = Flood.start(rig, 1_000);
      for (int i = 0; i < seconds; i++) {
        try (Client dashboard = new Client(rig.server.dashboard())) {
          assertThat(dashboard.get("/healthz").reply().status()).isEqualTo(200);
        }
        Thread.sleep(1_000);
      }
      flood.stop();
      System.out.printf("F-25 %s%n", flood);
      for (Future<Client.Reply> stream : streams) {
        assertThat(stream.get().body()).contains("data: [DONE]");
      }
      assertThat(flood.statuses()).as("answers").isSubsetOf(200, 429, 503);
      assertThat(flood.served()).as("calls served meanwhile").isPositive();
      assertThat(flood.refused()).as("connections closed beyond the limit").isPositive();
      rig.assertAlive();
    }
  }

  private static Client.Reply stream(Rig rig, int seconds) throws IOException {
    try (Client client = rig.client()) {
      return client.post(Rig.stream(10 * (seconds + 2), 50, 100), Rig.STREAM_BODY).reply();
    }
  }
}
