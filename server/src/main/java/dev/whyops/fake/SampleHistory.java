package dev.whyops.fake;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.SplittableRandom;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The hour before the demo began, told as an SDK would tell it: a nightly agent that sorts returns,
 * with usage and latencies that drift, so that the charts have something to show.
 */
final class SampleHistory {
  private static final String AGENT = "returns-sorter";
  private static final int TRACES = 60;
  private static final int TRACES_PER_BATCH = 20;

  private final SampleClient client;
  private final SplittableRandom random;
  private final String runName;

  SampleHistory(SampleClient client, SplittableRandom random, String runName) {
    this.client = client;
    this.random = random;
    this.runName = runName;
  }

  void tell() throws IOException, InterruptedException {
    Instant now = Instant.now();
    ArrayNode batch = Tree.array();
    for (int i = 0; i < TRACES; i++) {
      Instant at = now.minus(Duration.ofMinutes(TRACES - i));
      trace(batch, "demo-" + runName + "-returns-" + i, at.plusMillis(random.nextInt(50_000)));
      if ((i + 1) % TRACES_PER_BATCH == 0) {
        client.post("/api/events/ingest", batch, Map.of());
        batch = Tree.array();
      }
    }
  }

  private void trace(ArrayNode batch, String traceId, Instant startedAt) {
    int order = 1_000 + random.nextInt(8_000);
    long searchMs = 60 + random.nextInt(200);
    long modelMs = 700 + random.nextInt(900);
    Instant at = startedAt;
    batch.add(
        event(traceId, "user_message", at, Tree.object())
            .put("content", "Sort the return of order " + order + "."));
    at = at.plusMillis(20);
    ObjectNode tool = Tree.object("tool", "read_return_slip");
    batch.add(
        event(traceId, "tool_call_request", at, tool)
            .put("spanId", traceId + "-slip")
            .set("content", Tree.object("order_id", "B-" + order)));
    at = at.plusMillis(searchMs);
    boolean lost = random.nextInt(12) == 0;
    batch.add(
        event(
                traceId,
                "tool_call_response",
                at,
                Tree.object("tool", "read_return_slip", "latencyMs", searchMs))
            .put("spanId", traceId + "-slip")
            .set("content", slip(lost)));
    at = at.plusMillis(modelMs);
    if (lost) {
      batch.add(
          event(traceId, "error", at, Tree.object())
              .set("content", Tree.object("message", "return slip could not be read")));
      return;
    }
    batch.add(answer(traceId, at, modelMs));
  }

  private ObjectNode slip(boolean lost) {
    return lost
        ? Tree.object("error", "slip not readable")
        : Tree.object("condition", random.nextBoolean() ? "as new" : "damaged", "shelf", 12);
  }

  private ObjectNode answer(String traceId, Instant at, long modelMs) {
    long input = 400 + random.nextInt(300);
    long cached = random.nextBoolean() ? 1_024 : 0;
    long output = 30 + random.nextInt(60);
    ObjectNode metadata =
        Tree.object(
            "model", "gpt-4.1-mini",
            "provider", "openai",
            "latencyMs", modelMs,
            "finishReason", "stop",
            "usage",
                Tree.object(
                    "promptTokens", input,
                    "completionTokens", output,
                    "cacheReadTokens", cached,
                    "cacheCreationTokens", 0,
                    "totalTokens", input + cached + output));
    return event(traceId, "llm_response", at, metadata)
        .put("content", "Put it on the shelf for " + (cached > 0 ? "new" : "used") + " books.");
  }

  private static ObjectNode event(String traceId, String type, Instant at, ObjectNode metadata) {
    return Tree.object(
        "eventType", type,
        "traceId", traceId,
        "agentName", AGENT,
        "timestamp", at.toString(),
        "metadata", metadata);
  }
}
