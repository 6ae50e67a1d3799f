package dev.whyops.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whyops.dashboard.Client.Answer;
import dev.whyops.event.Event;
import dev.whyops.project.Environment;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Two versions over traces that were stored, closed and digested as in production. */
class VersionComparisonIT {
  private static final int TRACES = 40;
  private static final Instant START = Instant.now().minus(2, ChronoUnit.HOURS);

  @TempDir static Path folder;
  private static DashboardRig rig;
  private static Client client;
  private static String agent = "";
  private static String before = "";
  private static String after = "";
  private static String fresh = "";

  @BeforeAll
  static void start() {
    rig = new DashboardRig(folder);
    client = rig.client(rig.logIn());
    before = version("{\"systemPrompt\":\"one\"}");
    after = version("{\"systemPrompt\":\"two\"}");
    fresh = version("{\"systemPrompt\":\"three\"}");
    List<Event> events = new ArrayList<>();
    for (int i = 0; i < TRACES; i++) {
      events.addAll(trace("old-" + i, before, i).answers(900, 90, 2_000_000L, 2_000 + i).events());
      events.addAll(
          trace("new-" + i, after, i)
              .calls("fetch")
              .result("fetch", "ok")
              .answers(400, 90, 1_000_000L, 500 + i)
              .events());
    }
    rig.traces.land(events);
    rig.keepFindings(events);
  }

  @AfterAll
  static void stop() {
    rig.close();
  }

  @Test
  void tellsTheEffectOfEachMetricWithItsInterval() {
    JsonNode comparison = compare(before, after, "");
    assertThat(comparison.get("tracesA").asInt()).isEqualTo(TRACES);
    JsonNode cost = metric(comparison, "cost");
    assertThat(cost.get("effect").asDouble()).isEqualTo(0.5);
    assertThat(cost.get("verdict").asString()).isEqualTo("better");
    assertThat(metric(comparison, "model_latency").get("verdict").asString()).isEqualTo("better");
    assertThat(metric(comparison, "failed_traces").get("verdict").asString())
        .isEqualTo("no_clear_change");
    assertThat(comparison.at("/toolMix/a/search").asLong()).isEqualTo(TRACES);
    assertThat(comparison.at("/toolMix/totalVariation").asDouble()).isEqualTo(0.5);
  }

  @Test
  void aVersionWithoutTracesHasTooFew() {
    JsonNode comparison = compare(before, fresh, "");
    assertThat(comparison.get("tracesB").asInt()).isZero();
    assertThat(metric(comparison, "cost").get("verdict").asString()).isEqualTo("too_few");
    assertThat(metric(comparison, "cost").get("effect").isNull()).isTrue();
  }

  @Test
  void countsTracesOfTheRangeOnly() {
    Instant half = START.plusSeconds(60L * TRACES / 2);
    JsonNode comparison = compare(before, after, "?from=" + half);
    assertThat(comparison.get("tracesA").asInt()).isEqualTo(TRACES / 2);
    assertThat(metric(comparison, "cost").get("verdict").asString()).isEqualTo("too_few");
    assertThat(
            client
                .get(path(before, after) + "?from=" + half + "&to=" + half.minusSeconds(1))
                .status())
        .isEqualTo(400);
  }

  @Test
  void unknownVersionsAre404() {
    assertThat(client.get(path(before, "ver_nothing")).status()).isEqualTo(404);
    assertThat(client.get(path("ver_nothing", after)).status()).isEqualTo(404);
  }

  private static Story trace(String id, String version, int number) {
    return new Story(rig.project().id(), "buyer", id, START.plusSeconds(60L * number))
        .agentIds(agent, version)
        .asks("find it")
        .calls("search")
        .result("search", number % 10 == 0 ? "error" : "ok");
  }

  private static String version(String definition) {
    var init =
        rig.plane.agents().init(rig.project().scope(), Environment.PRODUCTION, "buyer", definition);
    agent = init.agentId();
    return init.agentVersionId();
  }

  private static String path(String a, String b) {
    return "/api/agents/" + agent + "/versions/" + a + "/compare/" + b;
  }

  private static JsonNode compare(String a, String b, String query) {
    Answer answer = client.get(path(a, b) + query);
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    assertThat(ApiContract.load().schema("VersionComparison").validate(answer.json()))
        .as(answer.text())
        .isEmpty();
    return answer.json();
  }

  private static JsonNode metric(JsonNode comparison, String name) {
    for (JsonNode metric : comparison.get("metrics")) {
      if (metric.get("name").asString().equals(name) && metric.get("tool").isNull()) {
        return metric;
      }
    }
    throw new AssertionError(name);
  }
}
