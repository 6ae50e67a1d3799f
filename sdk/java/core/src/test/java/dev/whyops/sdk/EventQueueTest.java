package dev.whyops.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A dead, slow or failing server costs the host nothing and loses nothing that fits the queue. */
@NullUnmarked // reads JSON bluntly
class EventQueueTest {

  @Test
  void batchesOf100InOrder() throws IOException {
    try (StubServer server = new StubServer();
        WhyOps whyops = server.client().build()) {
      for (int n = 0; n < 250; n++) {
        whyops.trace("t").userMessage(Map.of("n", n));
      }
      assertThat(whyops.flush()).isTrue();
      assertThat(server.events()).hasSize(250);
      for (int n = 0; n < 250; n++) {
        assertThat(server.events().get(n).get("content")).isEqualTo(Map.of("n", (double) n));
      }
      assertThat(server.requests("/events/ingest"))
          .allSatisfy(
              request -> assertThat((List<?>) request.json()).hasSizeLessThanOrEqualTo(100));
      assertThat(server.requests("/events/ingest").get(0).headers())
          .containsEntry("Content-Encoding", "gzip")
          .containsEntry("Authorization", "Bearer " + StubServer.KEY);
      assertThat(whyops.stats().sent()).isEqualTo(250);
    }
  }

  @Test
  void anEventLeavesWithoutAFlush() throws Exception {
    try (StubServer server = new StubServer();
        WhyOps whyops = server.client().build()) {
      whyops.trace("t").userMessage("x");
      StubServer.until(() -> !server.events().isEmpty());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {429, 500, 502, 503, 504})
  void failuresAreTriedAgainAndNothingIsDoubled(int status) throws IOException {
    try (StubServer server = new StubServer();
        WhyOps whyops = server.client().build()) {
      server.answers.add(StubServer.Answer.json(status, "{}"));
      whyops.trace("t").userMessage("x");
      assertThat(whyops.flush()).isTrue();
      Set<Object> ids = new HashSet<>();
      server.events().forEach(event -> ids.add(event.get("eventId")));
      assertThat(ids).hasSize(1);
      assertThat(server.events()).hasSize(2);
      assertThat(whyops.stats().sent()).isEqualTo(1);
      assertThat(whyops.stats().failedSends()).isEqualTo(1);
    }
  }

  @Test
  void retryAfterIsHonoured() throws IOException {
    try (StubServer server = new StubServer();
        WhyOps whyops = server.client().build()) {
      server.answers.add(
          new StubServer.Answer(429, "application/json", "{}", Map.of("Retry-After", "1")));
      long started = System.nanoTime();
      whyops.trace("t").userMessage("x");
      assertThat(whyops.flush()).isTrue();
      assertThat(Duration.ofNanos(System.nanoTime() - started))
          .isGreaterThan(Duration.ofSeconds(1));
    }
  }

  @Test
  void aDeadServerCostsNoExceptionNoTimeAndBoundedMemory() throws IOException {
    WhyOps whyops =
        WhyOps.builder()
            .apiKey(StubServer.KEY)
            .agent("a")
            .proxyBaseUrl("http://127.0.0.1:" + freePort())
            .queueSize(50)
            .build();
    long started = System.nanoTime();
    for (int n = 0; n < 5_000; n++) {
      whyops.trace("t").userMessage(Map.of("n", n));
    }
    assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - started)).isLessThan(2_000);
    assertThat(whyops.stats().queued()).isLessThanOrEqualTo(150);
    assertThat(whyops.stats().dropped()).isGreaterThanOrEqualTo(5_000 - 150);
    assertThat(whyops.flush(200)).isFalse();
  }

  @Test
  void eventsSurviveAnOutageThatFitsTheQueue() throws IOException {
    int port = freePort();
    try (WhyOps whyops =
        WhyOps.builder()
            .apiKey(StubServer.KEY)
            .agent("a")
            .proxyBaseUrl("http://127.0.0.1:" + port)
            .build()) {
      for (int n = 0; n < 120; n++) {
        whyops.trace("t").userMessage(Map.of("n", n));
      }
      assertThat(whyops.flush(300)).isFalse();
      try (StubServer server = new StubServer(port)) {
        assertThat(whyops.flush(10_000)).isTrue();
        assertThat(server.events()).hasSize(120);
        assertThat(whyops.stats().dropped()).isZero();
      }
    }
  }

  @Test
  void manyThreadsLoseNothing() throws Exception {
    try (StubServer server = new StubServer();
        WhyOps whyops = server.client().build()) {
      List<Thread> threads = new ArrayList<>();
      for (int t = 0; t < 8; t++) {
        Thread thread =
            new Thread(
                () -> {
                  for (int n = 0; n < 200; n++) {
                    whyops.trace("t").userMessage("x");
                  }
                });
        thread.start();
        threads.add(thread);
      }
      for (Thread thread : threads) {
        thread.join();
      }
      assertThat(whyops.flush()).isTrue();
      assertThat(server.events()).hasSize(1_600);
    }
  }

  @Test
  void closeFlushesAndLaterEventsAreCounted() throws IOException {
    try (StubServer server = new StubServer()) {
      WhyOps whyops = server.client().build();
      whyops.trace("t").userMessage("x");
      whyops.close();
      assertThat(server.events()).hasSize(1);
      whyops.trace("t").userMessage("late");
      assertThat(whyops.stats().dropped()).isEqualTo(1);
      whyops.close();
    }
  }

  @Test
  void eventsOfAProcessThatEndsAreSent() throws Exception {
    try (StubServer server = new StubServer()) {
      ProcessBuilder builder =
          new ProcessBuilder(
              JAVA, "-cp", System.getProperty("java.class.path"), LastWords.class.getName());
      builder.environment().put("WHYOPS_API_KEY", StubServer.KEY);
      builder.environment().put("WHYOPS_PROXY_BASE_URL", server.url);
      assertThat(builder.start().waitFor()).isZero();
      assertThat(server.events()).hasSize(1);
      assertThat(server.events().get(0).get("content")).isEqualTo("last words");
    }
  }

  private static final String JAVA =
      Path.of(System.getProperty("java.home"), "bin", "java").toString();

  /** A host that ends without closing anything. */
  static final class LastWords {
    public static void main(String[] args) {
      WhyOps.builder().agent("a").build().trace("t").userMessage("last words");
    }
  }

  @Test
  void anyContentBecomesValidJson() throws IOException {
    try (StubServer server = new StubServer();
        WhyOps whyops = server.client().build()) {
      Map<String, Object> cyclic = new HashMap<>();
      cyclic.put("self", cyclic);
      List<Object> contents = new ArrayList<>();
      contents.add(null);
      contents.add(Double.NaN);
      contents.add(cyclic);
      contents.add(new byte[] {1, 2});
      contents.add(new int[][] {{1}, {2}});
      contents.add("\ud800 \u0000 Größe 📦");
      contents.add(new AgentInfo("a", "v", "created", "h"));
      contents.add(
          new Object() {
            @Override
            public String toString() {
              throw new IllegalStateException("no text");
            }
          });
      contents.forEach(content -> whyops.trace("t").userMessage(content));
      assertThat(whyops.flush()).isTrue();
      assertThat(server.events()).hasSize(contents.size());
      assertThat(server.events().get(5).get("content")).isEqualTo("\ud800 \u0000 Größe 📦");
      assertThat(server.events().get(6).get("content"))
          .isEqualTo(
              Map.of(
                  "agentId", "a", "agentVersionId", "v", "status", "created", "versionHash", "h"));
      assertThat(whyops.stats().internalErrors()).isZero();
    }
  }

  @Test
  void contentOverTheLimitIsShortenedAndCounted() throws IOException {
    try (StubServer server = new StubServer();
        WhyOps whyops = server.client().build()) {
      whyops.trace("t").userMessage("x".repeat(2 * 1024 * 1024));
      assertThat(whyops.flush()).isTrue();
      assertThat(map(server.events().get(0).get("content"))).containsKey("preview");
      assertThat(whyops.stats().truncated()).isEqualTo(1);
    }
  }

  @Test
  void toolsAreMeasuredAndFailuresGoOn() throws Exception {
    try (StubServer server = new StubServer();
        WhyOps whyops = server.client().build()) {
      Trace trace = whyops.trace("t");
      assertThat(trace.<String>tool("search", Map.of("q", "x"), () -> "found")).isEqualTo("found");
      assertThatThrownBy(
              () ->
                  trace.tool(
                      "broken",
                      Map.of(),
                      () -> {
                        throw new IOException("no such order");
                      }))
          .isInstanceOf(IOException.class);
      try (ToolSpan outer = trace.tool("outer", Map.of(), "call_1")) {
        trace.error("inside");
        assertThat(outer.spanId()).hasSize(16);
      }
      assertThat(whyops.flush()).isTrue();
      List<Map<String, Object>> events = server.events();
      assertThat(events.get(1).get("spanId")).isEqualTo(events.get(0).get("spanId"));
      assertThat(map(events.get(1).get("metadata"))).containsKey("latencyMs");
      assertThat(events.get(3).get("content"))
          .isEqualTo(
              Map.of(
                  "toolCalls",
                  List.of(Map.of("name", "broken", "arguments", Map.of())),
                  "toolResults",
                  Map.of("error", Map.of("type", "IOException", "message", "no such order")),
                  "isError",
                  true));
      assertThat(events.get(5).get("parentSpanId")).isEqualTo(events.get(4).get("spanId"));
      assertThat(events.get(4).containsKey("parentSpanId")).isFalse();
    }
  }

  @Test
  void theTraceGoesToAnotherThreadWhenCarried() throws Exception {
    try (StubServer server = new StubServer();
        WhyOps whyops = server.client().build()) {
      AtomicInteger found = new AtomicInteger();
      try (TraceScope scope = whyops.withTrace("session-1")) {
        Runnable task =
            WhyOps.carry(() -> whyops.currentTrace().ifPresent(t -> found.incrementAndGet()));
        Thread thread = new Thread(task);
        thread.start();
        thread.join();
        Thread bare = new Thread(() -> whyops.currentTrace().ifPresent(t -> found.addAndGet(10)));
        bare.start();
        bare.join();
      }
      assertThat(found).hasValue(1);
      assertThat(whyops.currentTrace()).isEmpty();
    }
  }

  @Test
  void settingsOfTheBuilderAndDefaults() {
    try (WhyOps whyops = WhyOps.builder().apiKey(" ").proxyBaseUrl("http://p.test/v1/").build()) {
      assertThat(whyops.proxyBaseUrl()).isEqualTo("http://p.test/v1");
      assertThat(whyops.analyseBaseUrl()).isEqualTo("http://p.test/api");
    }
    try (WhyOps whyops = WhyOps.builder().apiKey(StubServer.KEY).agent("a").build()) {
      assertThat(whyops.proxyBaseUrl()).isEqualTo("http://127.0.0.1:8080");
      assertThat(whyops.analyseBaseUrl()).isEqualTo("http://127.0.0.1:8080/api");
      assertThat(whyops.toString()).doesNotContain(StubServer.KEY);
    }
  }

  @Test
  void uuidsOfVersion7() {
    Set<String> ids = new HashSet<>();
    for (int n = 0; n < 10_000; n++) {
      ids.add(Ids.uuid7());
    }
    assertThat(ids).hasSize(10_000);
    assertThat(ids)
        .allSatisfy(
            id -> {
              assertThat(UUID.fromString(id).version()).isEqualTo(7);
              assertThat(UUID.fromString(id).variant()).isEqualTo(2);
            });
    assertThat(Json.write("a").getBytes(StandardCharsets.US_ASCII)).hasSize(3);
  }

  @SuppressWarnings("unchecked") // JSON objects have text for names
  private static Map<String, Object> map(Object value) {
    return (Map<String, Object>) value;
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
