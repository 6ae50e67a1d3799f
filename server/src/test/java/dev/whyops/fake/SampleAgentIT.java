package dev.whyops.fake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whyops.json.Json;
import java.io.IOException;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/** The sample agent against the scripted provider alone, which echoes what is not its own. */
class SampleAgentIT {
  private FakeLlm fake;
  private SampleClient client;

  @BeforeEach
  void start() throws IOException {
    fake = FakeLlm.start(FakeLlm.Options.DEFAULT.director(SampleAgent.director()).key("k"));
    client = new SampleClient(fake.url(), "k");
  }

  @AfterEach
  void stop() throws IOException {
    client.close();
    fake.close();
  }

  @ParameterizedTest
  @EnumSource(Plot.class)
  void everyPlotIsPlayedToItsEnd(Plot plot) throws Exception {
    new SampleRun(client, plot, 1_234, "t", "customer-100", "support-agent", "Be brief.").play();
    List<JsonNode> calls = modelCalls();
    assertThat(calls).hasSize(plot.says(1_234).size());
    JsonNode last = calls.getLast();
    JsonNode turns = last.has("messages") ? last.path("messages") : last.path("input");
    long toolTurns = plot.says(1_234).stream().filter(script -> !script.calls().isEmpty()).count();
    assertThat(toolResults(turns)).isEqualTo(toolTurns);
    assertThat(events()).isEqualTo(2 * toolTurns);
  }

  @Test
  void theLoopRepeatsOneCallFourTimes() throws Exception {
    new SampleRun(client, Plot.LOOP, 1_234, "t", "customer-100", "support-agent", "x").play();
    String last = Json.mapper().writeValueAsString(modelCalls().getLast());
    assertThat(last.split("search_orders", -1)).hasSizeGreaterThan(5);
  }

  @Test
  void historyIsToldInBatchesOfValidEvents() throws Exception {
    new SampleHistory(client, new SplittableRandom(1), "x").tell();
    assertThat(fake.seen()).hasSize(3);
    for (Seen seen : fake.seen()) {
      JsonNode batch = Json.mapper().readTree(seen.body());
      assertThat(batch).allMatch(e -> e.path("traceId").asString().startsWith("demo-x-"));
      assertThat(batch.size()).isBetween(60, 80);
    }
  }

  private List<JsonNode> modelCalls() {
    return fake.seen().stream()
        .filter(s -> !s.path().startsWith("/api/") && !s.path().equals("/v1/embeddings"))
        .map(s -> Json.mapper().readTree(s.body()))
        .toList();
  }

  private long events() {
    return fake.seen().stream()
        .filter(s -> s.path().equals("/api/events/ingest"))
        .mapToLong(s -> Json.mapper().readTree(s.body()).size())
        .sum();
  }

  private static long toolResults(JsonNode turns) {
    return turns
        .valueStream()
        .filter(
            t ->
                t.path("role").asString("").equals("tool")
                    || t.path("type").asString("").equals("function_call_output")
                    || t.path("content").path(0).path("type").asString("").equals("tool_result"))
        .count();
  }
}
