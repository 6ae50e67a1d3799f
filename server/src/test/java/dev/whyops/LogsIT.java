package dev.whyops;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whyops.fake.FakeLlm;
import dev.whyops.kit.ServerProcess;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the log of a running server holds, and what it costs when nobody reads it. */
class LogsIT {
  private static final String CANARY = "canary-b81d5e60";
  private static final String PATH = "/v1/chat/completions";

  @TempDir private Path folder;

  @Test
  @DisplayName("IN-26 logsHoldNoPayload: no prompt, key, name, id or answer reaches the log")
  void logsHoldNoPayload() throws Exception {
    try (FakeLlm provider = FakeLlm.start(0);
        ServerProcess server = ServerProcess.start(folder, provider.url(), Map.of())) {
      Map<String, String> names =
          Map.of("X-Agent-Name", CANARY, "X-Trace-ID", CANARY, "X-External-User-Id", CANARY);
      String call = "{\"model\":\"%s\",\"messages\":[{\"role\":\"user\",\"content\":\"%s\"}]}";
      server.post(PATH, call.formatted("gpt-4o", CANARY), names);
      server.post(PATH, call.formatted("nobody-" + CANARY + "/m", CANARY), names);
      server.post(PATH + "?x=" + CANARY, "{\"model\":" + CANARY, names);
      server.post("/v1/" + CANARY, CANARY, names);
      server.post("/api/events/ingest", "{\"eventType\":\"" + CANARY + "\"}", Map.of());
      server.post("/api/events/ingest", event("sk-" + CANARY + " AKIA0123456789ABCDEF"), Map.of());
      server.post("/v1/traces", CANARY, Map.of());
      server.stop();
      assertThat(server.log())
          .contains("status=404") // the control: refusals are in it
          .doesNotContain(CANARY)
          .doesNotContain(ServerProcess.KEY)
          .doesNotContain("sk-scripted")
          .doesNotContain("AKIA");
    }
  }

  private static String event(String content) {
    return "{\"eventType\":\"user_message\",\"traceId\":\"t\",\"agentName\":\"a\",\"content\":\""
        + content
        + "\"}";
  }

  @Test
  @DisplayName("F-34 a log that nobody reads blocks no request; its lines are dropped and counted")
  void f34BlockedOutput() throws Exception {
    Path log = folder.resolve("server.log");
    Assumptions.assumeTrue(
        succeeds("mkfifo", log.toString()), "F-34: named pipes cannot be made here");
    try (FakeLlm provider = FakeLlm.start(0);
        RandomAccessFile pipe = new RandomAccessFile(log.toFile(), "rw");
        ServerProcess server = ServerProcess.start(folder, provider.url(), Map.of())) {
      // Enough for the pipe (64 KiB) and the queue (4,096 lines), and more.
      refusals(server, 8_000);
      assertThat(droppedLines(server)).isPositive();
      String call = "{\"model\":\"gpt-4o\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}";
      long began = System.nanoTime();
      assertThat(server.post(PATH, call, Map.of("X-Agent-Name", "a")).statusCode()).isEqualTo(200);
      assertThat(TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - began)).isLessThan(5);
      assertThat(server.post("/api/events/ingest", event("x"), Map.of()).statusCode())
          .isEqualTo(202);
      byte[] some = new byte[4_096];
      assertThat(pipe.read(some)).isPositive();
      assertThat(new String(some, StandardCharsets.UTF_8)).contains("level=");
    }
  }

  private static boolean succeeds(String... command) throws IOException, InterruptedException {
    return new ProcessBuilder(List.of(command)).start().waitFor() == 0;
  }

  /** Calls without an agent's name, pipelined: each is one line. */
  private static void refusals(ServerProcess server, int count) throws IOException {
    String request =
        "GET /v1/models HTTP/1.1\r\nHost: x\r\napi-key: " + ServerProcess.KEY + "\r\n\r\n";
    try (Socket socket = new Socket("127.0.0.1", server.gateway().getPort())) {
      socket.setSoTimeout(30_000);
      byte[] batch = request.repeat(10).getBytes(StandardCharsets.US_ASCII);
      int answered = 0;
      StringBuilder answers = new StringBuilder();
      byte[] buffer = new byte[64 * 1024];
      for (int i = 0; i < count / 10; i++) {
        socket.getOutputStream().write(batch);
        while (answered < (i + 1) * 10) {
          int read = socket.getInputStream().read(buffer);
          answers.append(new String(buffer, 0, read, StandardCharsets.ISO_8859_1));
          for (int at = answers.indexOf("HTTP/1.1 400");
              at >= 0;
              at = answers.indexOf("HTTP/1.1 400")) {
            answered++;
            answers.delete(0, at + 12);
          }
        }
      }
    }
  }

  private static long droppedLines(ServerProcess server) throws Exception {
    Matcher line =
        Pattern.compile("(?m)^whyops_log_lines_dropped_total(?:\\{.*})? ([0-9.eE+]+)$")
            .matcher(server.get("/metrics").body());
    return line.find() ? (long) Double.parseDouble(line.group(1)) : -1;
  }
}
