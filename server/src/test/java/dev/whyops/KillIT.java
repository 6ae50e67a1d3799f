package dev.whyops;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whyops.fake.FakeLlm;
import dev.whyops.kit.Invariants;
import dev.whyops.kit.Schedule;
import dev.whyops.kit.ServerProcess;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * The real jar under load, killed without warning again and again: every call that a client saw
 * complete and every acknowledged event is there exactly once, and nothing that was never sent.
 *
 * <p>The seed is printed; {@code -Dwhyops.seed=N} repeats a run.
 */
class KillIT {
  /** {@code -Dwhyops.kills=N} for a run in pieces. */
  private static final int KILLS =
      Integer.getInteger("whyops.kills", Schedule.pick(20, 200, 1_000));

  private static final long LOAD_PATIENCE_NS = 60_000_000_000L;
  private static final int CALLERS = 3;
  private static final int SENDERS = 2;

  private final long seed = Long.getLong("whyops.seed", System.nanoTime());
  private final Random random = new Random(seed);
  private final Set<String> completeCalls = ConcurrentHashMap.newKeySet();
  private final Set<String> sentCalls = ConcurrentHashMap.newKeySet();
  private final Map<String, Set<String>> ackedEvents = new ConcurrentHashMap<>();
  private final Set<String> sentEvents = ConcurrentHashMap.newKeySet();
  private final AtomicInteger number = new AtomicInteger();

  @Test
  @DisplayName("F-01, F-02 kill -9 under load loses and doubles nothing")
  void killsLoseAndDoubleNothing(@TempDir Path folder) throws IOException, InterruptedException {
    System.out.println("seed " + seed + "; repeat with -Dwhyops.seed=" + seed);
    int lateRecords = 0;
    try (FakeLlm provider = FakeLlm.start(0)) {
      for (int round = 0; round < KILLS; round++) {
        try (ServerProcess server = ServerProcess.start(folder, provider.url(), Map.of())) {
          lateRecords += loadAndKill(server);
        }
      }
      try (ServerProcess server = ServerProcess.start(folder, provider.url(), Map.of())) {
        verify(server, lateRecords);
        Invariants.hold(server, folder);
        assertThat(server.stop()).as("exit code after SIGTERM").isZero();
      }
    }
  }

  private int loadAndKill(ServerProcess server) throws IOException, InterruptedException {
    AtomicBoolean running = new AtomicBoolean(true);
    List<Thread> load = new ArrayList<>();
    for (int i = 0; i < CALLERS; i++) {
      boolean streamed = i % 2 == 1;
      load.add(Thread.startVirtualThread(() -> calls(server, running, streamed)));
    }
    for (int i = 0; i < SENDERS; i++) {
      load.add(Thread.startVirtualThread(() -> events(server, running)));
    }
    int calls = completeCalls.size();
    int batches = ackedEvents.size();
    Thread.sleep(300 + random.nextInt(1_200));
    long until = System.nanoTime() + LOAD_PATIENCE_NS; // on a busy machine the load needs longer
    while ((completeCalls.size() < calls + 11 || ackedEvents.size() < batches + 6)
        && System.nanoTime() < until) {
      Thread.sleep(1 + random.nextInt(20));
    }
    int late = lateRecords(server);
    server.kill();
    running.set(false);
    for (Thread thread : load) {
      thread.join();
    }
    return late;
  }

  private void calls(ServerProcess server, AtomicBoolean running, boolean streamed) {
    while (running.get()) {
      String traceId = "call-" + number.incrementAndGet();
      sentCalls.add(traceId);
      String body =
          "{\"model\":\"gpt-4o\",\"stream\":%s,\"messages\":[{\"role\":\"user\",\"content\":\"Where is order %s?\"}]}"
              .formatted(streamed, traceId);
      try {
        HttpResponse<String> answer =
            server.post(
                "/v1/chat/completions",
                body,
                Map.of("X-Agent-Name", "kill-agent", "X-Trace-ID", traceId));
        if (answer.statusCode() == 200 && (!streamed || answer.body().contains("[DONE]"))) {
          completeCalls.add(traceId);
        }
        Thread.sleep(5);
      } catch (IOException e) {
        continue; // cut by the kill: may be stored or not
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  private void events(ServerProcess server, AtomicBoolean running) {
    while (running.get()) {
      String traceId = "events-" + number.incrementAndGet();
      Set<String> ids = new HashSet<>();
      StringBuilder batch = new StringBuilder("[");
      for (int i = 0; i < 20; i++) {
        String id = UUID.randomUUID().toString();
        ids.add(id);
        sentEvents.add(id);
        batch
            .append(i == 0 ? "" : ",")
            .append(
                "{\"eventType\":\"tool_result\",\"traceId\":\"%s\",\"agentName\":\"kill-agent\",\"eventId\":\"%s\",\"metadata\":{\"tool\":\"search\"},\"content\":{\"n\":%d}}"
                    .formatted(traceId, id, i));
      }
      try {
        HttpResponse<String> answer =
            server.post("/api/events/ingest", batch.append(']').toString(), Map.of());
        if (answer.statusCode() == 202) {
          ackedEvents.put(traceId, ids);
        }
        Thread.sleep(5);
      } catch (IOException e) {
        continue; // not acknowledged: may be stored or not
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  /** Calls whose end did not wait for its record: the only ones that may be missing. */
  private static int lateRecords(ServerProcess server) throws IOException, InterruptedException {
    return server.getJson("/api/ingestion").path("lateRecords").asInt(0);
  }

  private void verify(ServerProcess server, int lateRecords)
      throws IOException, InterruptedException {
    assertThat(completeCalls).as("the load reached the server").hasSizeGreaterThan(KILLS * 10);
    assertThat(ackedEvents).as("the load reached the server").hasSizeGreaterThan(KILLS * 5);
    awaitDrained(server);
    List<String> missing = new ArrayList<>();
    for (String traceId : completeCalls) {
      JsonNode trace = server.getJson("/api/traces/" + traceId);
      int answers = count(trace, "llm_response");
      assertThat(answers).as("answers of %s in %s", traceId, trace).isLessThanOrEqualTo(1);
      if (answers == 0) {
        missing.add(traceId);
      }
    }
    assertThat(missing).as("complete calls without a record").hasSizeLessThanOrEqualTo(lateRecords);
    for (Map.Entry<String, Set<String>> batch : ackedEvents.entrySet()) {
      JsonNode trace = server.getJson("/api/traces/" + batch.getKey());
      List<String> ids = new ArrayList<>();
      trace.path("events").forEach(event -> ids.add(event.path("id").asString()));
      assertThat(ids).as("events of %s", batch.getKey()).doesNotHaveDuplicates();
      assertThat(ids).as("events of %s", batch.getKey()).containsAll(batch.getValue());
      assertThat(sentEvents).as("events of %s", batch.getKey()).containsAll(ids);
    }
    System.out.printf(
        "%d kills: %d complete calls, %d acknowledged batches, %d late records, %d of them"
            + " missing%n",
        KILLS, completeCalls.size(), ackedEvents.size(), lateRecords, missing.size());
  }

  private static int count(JsonNode trace, String type) {
    int count = 0;
    for (JsonNode event : trace.path("events")) {
      if (event.path("eventType").asString("").equals(type)) {
        count++;
      }
    }
    return count;
  }

  private static void awaitDrained(ServerProcess server) throws IOException, InterruptedException {
    long until = System.nanoTime() + 30_000_000_000L;
    while (System.nanoTime() < until) {
      if (server.getJson("/api/ingestion").path("journal").path("lagFrames").asLong(-1) == 0) {
        return;
      }
      Thread.sleep(100);
    }
  }
}
