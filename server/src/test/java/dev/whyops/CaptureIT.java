package dev.whyops;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whyops.fake.FakeLlm;
import dev.whyops.kit.ServerProcess;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** What is not to be kept touches no file, not even the journal. */
class CaptureIT {
  private static final String CANARY = "canary-4c1f9a77";

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"metadata", "off"})
  void leavesNoTextInAnyFile(String capture) throws IOException, InterruptedException {
    try (FakeLlm provider = FakeLlm.start(0);
        ServerProcess server = ServerProcess.start(folder, provider.url(), Map.of())) {
      for (boolean streamed : List.of(false, true)) {
        HttpResponse<String> answer = call(server, capture, streamed);
        assertThat(answer.statusCode()).isEqualTo(200);
      }
      assertThat(filesWith(CANARY)).isEmpty();
      server.stop();
      assertThat(filesWith(CANARY)).isEmpty();
    }
  }

  @Test
  void keepsUsageAndModelWithoutText() throws IOException, InterruptedException {
    try (FakeLlm provider = FakeLlm.start(0);
        ServerProcess server = ServerProcess.start(folder, provider.url(), Map.of())) {
      call(server, "metadata", false);
      JsonNode trace = server.getJson("/api/traces/capture-1");
      for (int i = 0; i < 100 && trace.path("events").isEmpty(); i++) {
        Thread.sleep(50);
        trace = server.getJson("/api/traces/capture-1");
      }
      assertThat(trace.path("tokens").path("total").asLong()).isPositive();
      assertThat(trace.path("models").toString()).contains("gpt-4o");
      assertThat(trace.toString()).doesNotContain(CANARY);
    }
  }

  /** The control: the same search finds what is kept. */
  @Test
  void findsTheTextOfAFullCapture() throws IOException, InterruptedException {
    try (FakeLlm provider = FakeLlm.start(0);
        ServerProcess server = ServerProcess.start(folder, provider.url(), Map.of())) {
      call(server, "full", false);
      assertThat(filesWith(CANARY)).isNotEmpty();
    }
  }

  private static HttpResponse<String> call(ServerProcess server, String capture, boolean streamed)
      throws IOException, InterruptedException {
    String body =
        "{\"model\":\"gpt-4o\",\"stream\":%s,\"messages\":[{\"role\":\"user\",\"content\":\"%s\"}]}"
            .formatted(streamed, CANARY);
    return server.post(
        "/v1/chat/completions",
        body,
        Map.of("X-Agent-Name", "capture", "X-Trace-ID", "capture-1", "X-WhyOps-Capture", capture));
  }

  private List<Path> filesWith(String text) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).filter(file -> holds(file, text)).toList();
    }
  }

  private static boolean holds(Path file, String text) {
    try {
      return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains(text);
    } catch (IOException e) {
      return false; // gone meanwhile
    }
  }
}
