package dev.whyops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whyops.fake.FakeLlm;
import dev.whyops.kit.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an operator sees of a running server, on the real jar. */
class OperationsIT {
  private static final Pattern METRIC = Pattern.compile("(?m)^# TYPE (whyops_\\w+) ");
  private static final Pattern TABLE_ROW = Pattern.compile("(?m)^\\| `(whyops_\\w+)` \\|");

  @TempDir private Path folder;

  @Test
  @DisplayName("F-03 SIGTERM: not ready, running streams end within the grace, the rest breaks off")
  void stopsWithOpenStreams() throws IOException, InterruptedException, ExecutionException {
    Map<String, String> grace = Map.of("WHYOPS_SHUTDOWN_GRACE", "3s");
    try (FakeLlm provider = FakeLlm.start(0);
        ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      try (ServerProcess server = ServerProcess.start(folder, provider.url(), grace)) {
        Future<String> ends = callers.submit(() -> stream(server, "ends", "chunks=20 pause=50"));
        Future<String> lasts = callers.submit(() -> stream(server, "lasts", "chunks=600 pause=50"));
        awaitCalls(provider, 2);

        Future<Integer> exit = callers.submit(server::stop);
        awaitStatus(server, 503);

        assertThat(ends.get()).as("a stream that ends in time").contains("[DONE]");
        assertThatThrownBy(lasts::get)
            .as("never a clean end")
            .hasCauseInstanceOf(IOException.class);
        assertThat(exit.get()).isZero();
      }
      try (ServerProcess server = ServerProcess.start(folder, provider.url(), Map.of())) {
        assertThat(server.getJson("/api/traces/ends").path("llmCalls").asInt()).isEqualTo(1);
        assertThat(server.get("/api/traces/lasts").body()).contains("\"llm_response\"");
      }
    }
  }

  @Test
  void everyMetricIsDocumented() throws IOException, InterruptedException {
    try (FakeLlm provider = FakeLlm.start(0);
        ServerProcess server = ServerProcess.start(folder, provider.url(), Map.of())) {
      server.post(
          "/v1/chat/completions", "{}", Map.of()); // no agent: refused, so there is a reason
      String scraped = server.get("/metrics").body();
      String page = Files.readString(Path.of("..", "docs", "self-hosting.md"));

      assertThat(names(METRIC, scraped)).hasSizeGreaterThan(10).isEqualTo(names(TABLE_ROW, page));
    }
  }

  @Test
  void tracesCloseAfterTheSilenceThatTheSettingNames() throws IOException, InterruptedException {
    Map<String, String> idle = Map.of("WHYOPS_TRACE_IDLE", "1s");
    try (FakeLlm provider = FakeLlm.start(0);
        ServerProcess server = ServerProcess.start(folder, provider.url(), idle)) {
      stream(server, "short", "chunks=2");
      long until = System.nanoTime() + 20_000_000_000L; // less than the default of 30 s
      String status = "open";
      while (!status.equals("ok") && System.nanoTime() < until) {
        Thread.sleep(100);
        status = server.getJson("/api/traces/short").path("status").asString("open");
      }
      assertThat(status).isEqualTo("ok");
      assertThat(server.getJson("/api/traces?status=ok").path("items")).hasSize(1);
    }
  }

  private static TreeSet<String> names(Pattern pattern, String text) {
    TreeSet<String> names = new TreeSet<>();
    Matcher matcher = pattern.matcher(text);
    while (matcher.find()) {
      names.add(matcher.group(1));
    }
    return names;
  }

  private static String stream(ServerProcess server, String traceId, String script)
      throws IOException, InterruptedException {
    return server
        .post(
            "/v1/chat/completions",
            """
            {"model":"gpt-4o","stream":true,"messages":[{"role":"user","content":"{{fake %s}}"}]}
            """
                .formatted(script),
            Map.of("X-Agent-Name", "a", "X-Trace-ID", traceId))
        .body();
  }

  private static void awaitCalls(FakeLlm provider, int count) throws InterruptedException {
    long until = System.nanoTime() + 10_000_000_000L;
    while (provider.seen().size() < count && System.nanoTime() < until) {
      Thread.sleep(10);
    }
    assertThat(provider.seen()).hasSizeGreaterThanOrEqualTo(count);
  }

  private static void awaitStatus(ServerProcess server, int status)
      throws IOException, InterruptedException {
    long until = System.nanoTime() + 2_000_000_000L;
    int answered = 0;
    while (answered != status && System.nanoTime() < until) {
      answered = server.get("/readyz").statusCode();
    }
    assertThat(answered).as("/readyz of the dashboard while calls end").isEqualTo(status);
  }
}
