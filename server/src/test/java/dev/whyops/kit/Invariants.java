package dev.whyops.kit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whyops.json.Json;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What holds after whatever was done to a server, I-1 to I-8: good requests work, bad ones are told
 * so in the dialect of their route, at once, with an id that the log knows, leaving nothing behind;
 * no secret lies anywhere; memory comes back.
 */
public final class Invariants {
  private static final String GOOD_CALL =
      "{\"model\":\"gpt-4o\",\"messages\":[{\"role\":\"user\",\"content\":\"Where is it?\"}]}";
  private static final String EVENT =
      "{\"eventType\":\"tool_result\",\"traceId\":\"%s\",\"agentName\":\"invariants\",\"metadata\":{%s},\"content\":1}";
  private static final List<String> SECRETS = List.of(ServerProcess.KEY, "sk-scripted");
  private static final Pattern REVEALING =
      Pattern.compile("Exception|\\bat dev\\.|SELECT |INSERT |sqlite|duckdb|/tmp/|\\.java");
  private static final double HEAP_MIB_MAX = 96;
  private static final long ANSWER_MS_MAX = 100;
  private static final long HEAP_PATIENCE_NS = 60_000_000_000L;
  private static final int TRIES = 5;
  private static final long LOG_PATIENCE_NS = 10_000_000_000L;

  private final ServerProcess server;

  private Invariants(ServerProcess server) {
    this.server = server;
  }

  /**
   * @param folder what the server was started with
   */
  public static void hold(ServerProcess server, Path folder)
      throws IOException, InterruptedException {
    Invariants invariants = new Invariants(server);
    invariants.goodRequestsWork();
    invariants.refusalsAreInOrder();
    invariants.refusedLeavesNothing();
    invariants.memoryComesBack();
    noSecretLiesIn(folder);
  }

  /** I-3: what is stored is judged after the load, and a long trace takes its room until then. */
  private void memoryComesBack() throws IOException, InterruptedException {
    long until = System.nanoTime() + HEAP_PATIENCE_NS;
    double used = usedHeapMib(server.pid());
    while (used >= HEAP_MIB_MAX && System.nanoTime() < until) {
      Thread.sleep(500);
      used = usedHeapMib(server.pid());
    }
    assertThat(used).as("I-3 MiB after a collection").isLessThan(HEAP_MIB_MAX);
  }

  /** I-6. */
  private void goodRequestsWork() throws IOException, InterruptedException {
    HttpResponse<String> call =
        server.post("/v1/chat/completions", GOOD_CALL, Map.of("X-Agent-Name", "invariants"));
    assertThat(call.statusCode()).as("I-6 a good call: %s", call.body()).isEqualTo(200);
    assertThat(requestId(call)).as("I-8").isNotNull();
    String event = EVENT.formatted("invariants-good", "\"tool\":\"t\"");
    HttpResponse<String> ingest = server.post("/api/events/ingest", event, Map.of());
    assertThat(ingest.statusCode()).as("I-6 a good event: %s", ingest.body()).isEqualTo(202);
  }

  /** I-1, I-2, I-7, I-8, in all three forms of an error. */
  private void refusalsAreInOrder() throws IOException, InterruptedException {
    JsonNode openAi = refusal("/v1/chat/completions", GOOD_CALL, "missing_agent_name");
    assertThat(openAi.path("error").path("type").asString("")).isEqualTo("invalid_request_error");
    assertThat(openAi.path("error").path("param").isNull()).as("I-7 %s", openAi).isTrue();
    JsonNode anthropic = refusal("/v1/messages", GOOD_CALL, "missing_agent_name");
    assertThat(anthropic.path("type").asString("")).as("I-7 %s", anthropic).isEqualTo("error");
    assertThat(anthropic.path("error").path("type").asString(""))
        .isEqualTo("invalid_request_error");
    JsonNode own = refusal("/api/events/ingest", "[]", "validation_failed");
    assertThat(own.path("error").path("message").asString("")).as("I-7 %s", own).isNotEmpty();
  }

  private JsonNode refusal(String path, String body, String code)
      throws IOException, InterruptedException {
    long fastestMs = Long.MAX_VALUE;
    HttpResponse<String> answer;
    int tries = 0;
    do { // the machine may be busy
      long began = System.nanoTime();
      answer = server.post(path, body, Map.of());
      fastestMs = Math.min(fastestMs, (System.nanoTime() - began) / 1_000_000);
      tries++;
    } while (tries < TRIES && fastestMs > ANSWER_MS_MAX);
    assertThat(fastestMs).as("I-2 ms of %s", path).isLessThanOrEqualTo(ANSWER_MS_MAX);
    assertThat(answer.statusCode()).as("I-1 %s", answer.body()).isEqualTo(400);
    assertThat(answer.body()).as("I-1").doesNotContainPattern(REVEALING);
    assertThat(answer.body()).as("I-1").doesNotContain(SECRETS);
    JsonNode json = Json.mapper().readTree(answer.body());
    assertThat(json.path("error").path("code").asString("")).as("I-7").isEqualTo(code);
    String id = requestId(answer);
    assertThat(id).as("I-8").isNotNull();
    long until = System.nanoTime() + LOG_PATIENCE_NS; // lines are written behind the requests
    while (!server.log().contains(String.valueOf(id)) && System.nanoTime() < until) {
      Thread.sleep(20);
    }
    assertThat(server.log()).as("I-8 the log knows the request").contains(String.valueOf(id));
    return json;
  }

  private static @Nullable String requestId(HttpResponse<String> answer) {
    return answer.headers().firstValue("X-WhyOps-Request-ID").orElse(null);
  }

  /** I-5. */
  private void refusedLeavesNothing() throws IOException, InterruptedException {
    String trace = "invariants-" + UUID.randomUUID();
    long accepted = ingestion("accepted");
    HttpResponse<String> refused =
        server.post("/api/events/ingest", EVENT.formatted(trace, "\"x\":1"), Map.of());
    assertThat(refused.statusCode()).as("I-5 %s", refused.body()).isEqualTo(400);
    assertThat(ingestion("accepted")).as("I-5 events accepted").isEqualTo(accepted);
    assertThat(server.get("/api/traces/" + trace).statusCode()).as("I-5 a row").isEqualTo(404);
  }

  private long ingestion(String figure) throws IOException, InterruptedException {
    return server.getJson("/api/ingestion").path(figure).asLong(-1);
  }

  /** I-4: of every file that the server wrote. */
  private static void noSecretLiesIn(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String bytes;
        try {
          bytes = Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (java.nio.file.NoSuchFileException e) {
          continue; // deleted meanwhile
        }
        for (String secret : SECRETS) {
          assertThat(bytes.contains(secret)).as("I-4 %s in %s", secret, file).isFalse();
        }
      }
    }
  }

  /** MiB that are in use after a collection. */
  public static double usedHeapMib(long pid) throws IOException, InterruptedException {
    jcmd(pid, "GC.run");
    String heap = jcmd(pid, "GC.heap_info");
    Matcher used = Pattern.compile("used (\\d+)K").matcher(heap);
    assertThat(used.find()).as(heap).isTrue();
    return Long.parseLong(used.group(1)) / 1_024.0;
  }

  private static String jcmd(long pid, String command) throws IOException, InterruptedException {
    Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
    Process process =
        new ProcessBuilder(jcmd.toString(), "" + pid, command).redirectErrorStream(true).start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(out).isZero();
    return out;
  }
}
