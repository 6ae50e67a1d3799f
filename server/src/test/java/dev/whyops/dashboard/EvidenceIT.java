package dev.whyops.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whyops.dashboard.Client.Answer;
import dev.whyops.event.Event;
import dev.whyops.project.ProjectId;
import dev.whyops.why.Run;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Evidence over a real store, against the contract's schemas. */
class EvidenceIT {
  @TempDir static Path folder;
  private static DashboardRig rig;
  private static Client client;
  private static List<Event> events;

  @BeforeAll
  static void start() {
    rig = new DashboardRig(folder);
    client = rig.client(rig.logIn());
    events = refund("trc_a", "771").stream().map(EvidenceIT::owned).toList();
    rig.traces.land(events);
    rig.traces.land(refund("trc_b", "lost").stream().map(EvidenceIT::owned).toList());
  }

  @AfterAll
  static void stop() {
    rig.close();
  }

  @Test
  void graphDrawsDataFromResultToArgument() {
    JsonNode graph = get("/api/traces/trc_a/graph", "Graph");
    assertThat(graph.get("nodes")).hasSize(6);
    assertThat(graph.get("edges").toString())
        .contains("\"kind\":\"data\"", "\"fromPath\":\"$.id\"");
  }

  @Test
  void cardsNameOriginAndWhatIsMadeUp() {
    String answer = events.get(3).id().toString();
    JsonNode card = get("/api/traces/trc_a/why/" + answer, "WhyCard");
    assertThat(card.at("/decision/calls/0/tool").asString()).isEqualTo("refund");
    assertThat(card.at("/provenance/0/result").asString()).isEqualTo("exact");
    assertThat(card.at("/provenance/0/origin/path").asString()).isEqualTo("$.id");
    assertThat(card.at("/provenance/1/result").asString()).isEqualTo("unsourced");
    assertThat(card.at("/findings").size()).isEqualTo(1);
    JsonNode tool = get("/api/traces/trc_a/why/" + events.get(2).id(), "WhyCard");
    assertThat(tool.get("card").asString()).isEqualTo("tool_call");
    assertThat(tool.at("/call/usedBy/0/resultPath").asString()).isEqualTo("$.id");
    assertThat(get("/api/traces/trc_a/context-diff/" + answer, "ContextDiff").get("added"))
        .hasSize(2);
  }

  @Test
  @DisplayName("A card is given as plain text for pasting into an issue")
  void cardsAsText() {
    Answer text = client.get("/api/traces/trc_a/why/" + events.get(3).id() + "?format=text");
    assertThat(text.header("content-type")).startsWith("text/plain");
    assertThat(text.text())
        .startsWith("Why card · llm_response · trace trc_a")
        .contains("$.order \"ORD-771\" ← tool $.id (same text)")
        .contains("$.ticket \"TCK-55081\": unsourced");
    assertThat(client.get("/api/traces/trc_a/why/" + events.get(3).id() + "?format=xml").status())
        .isEqualTo(400);
  }

  @Test
  void findingsPointAtTheEvent() {
    JsonNode page = get("/api/traces/trc_a/findings", "FindingPage");
    assertThat(page.at("/items/0/code").asString()).isEqualTo("UNSOURCED_ARGUMENT");
    assertThat(page.at("/items/0/severity").asString()).isEqualTo("high");
    assertThat(page.at("/items/0/evidence/0/path").asString()).isEqualTo("$.ticket");
    assertThat(page.at("/items/0/tool").asString()).isEqualTo("refund");
  }

  @Test
  void twoTracesPartWhereTheirInputDoes() {
    JsonNode comparison = get("/api/traces/trc_a/compare/trc_b", "TraceComparison");
    assertThat(comparison.at("/firstDivergence/inputDiffered").asBoolean()).isTrue();
    assertThat(comparison.at("/firstDivergence/where").asString()).isEqualTo("messages[2]");
    assertThat(comparison.at("/firstDivergence/whyA/card").asString()).isEqualTo("llm_response");
  }

  @Test
  void unknownIdsAre404() {
    for (String path :
        List.of(
            "/api/traces/nope/graph",
            "/api/traces/trc_a/why/nope",
            "/api/traces/trc_a/context-diff/nope",
            "/api/traces/trc_a/compare/nope")) {
      assertThat(client.get(path).status()).as(path).isEqualTo(404);
    }
  }

  private static List<Event> refund(String trace, String id) {
    Run run =
        Run.of(trace, Run.Dialect.OPENAI)
            .at(Instant.now().minus(1, ChronoUnit.HOURS).truncatedTo(ChronoUnit.MILLIS))
            .tool("orders", "Finds the order of a user", null)
            .tool("refund", "Pays back what an order cost", null)
            .user("Please refund my last order");
    String found = run.calls("orders", "{\"last\":true}");
    run.result(found, "{\"id\":\"ORD-" + id + "\",\"state\":\"delivered\"}");
    if (id.equals("lost")) {
      return run.answers("Your last order ORD-lost was delivered, so I ask before I refund it.")
          .events();
    }
    String paid = run.calls("refund", "{\"order\":\"ORD-" + id + "\",\"ticket\":\"TCK-55081\"}");
    return run.result(paid, "done").answers("ORD-" + id + " is refunded.").events();
  }

  private static Event owned(Event e) {
    ProjectId project = rig.project().id();
    return new Event(
        e.id(),
        e.type(),
        project,
        e.environment(),
        e.source(),
        e.agent(),
        e.place(),
        e.timestamp(),
        e.clockSuspect(),
        e.facts(),
        e.contentJson(),
        e.metadataJson());
  }

  private static JsonNode get(String path, String schema) {
    Answer answer = client.get(path);
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    assertThat(ApiContract.load().schema(schema).validate(answer.json()))
        .as(answer.text())
        .isEmpty();
    return answer.json();
  }
}
