package dev.whyops.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Error;
import dev.whyops.auth.Sessions;
import dev.whyops.dashboard.Client.Answer;
import dev.whyops.project.ProjectId;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Lists, figures and series over a real store, against the contract's schemas. */
class FiguresIT {
  private static final Instant NOW = Instant.now();
  private static final Instant START = NOW.truncatedTo(ChronoUnit.HOURS).minus(3, ChronoUnit.HOURS);

  @TempDir static Path folder;
  private static DashboardRig rig;
  private static Client client;

  @BeforeAll
  static void start() {
    rig = new DashboardRig(folder);
    Sessions.Ticket owner = rig.logIn();
    client = rig.client(owner);
    ProjectId project = rig.project().id();
    List<dev.whyops.event.Event> events = new ArrayList<>();
    events.addAll(
        new Story(project, "shop", "trc_1", START)
            .thread("thr_1")
            .user("customer-1")
            .asks("Where is my parcel?")
            .answers(1_000, 100, 2_000_000L, 400)
            .calls("search")
            .result("search", "ok")
            .answers(2_000, 200, 4_000_000L, 800)
            .events());
    events.addAll(
        new Story(project, "shop", "trc_2", START.plus(1, ChronoUnit.HOURS))
            .thread("thr_1")
            .user("customer-1")
            .asks("And now?")
            .answers(100, 10, null, 200)
            .calls("search")
            .result("search", "error")
            .fails()
            .events());
    events.addAll(
        new Story(project, "triage", "trc_3", START.plus(2, ChronoUnit.HOURS))
            .user("buyer-2")
            .model("claude-test")
            .asks("Sort these")
            .answers(10, 1, 1_000L, 100)
            .events());
    events.addAll(
        new Story(new ProjectId("prj_00000000000000000000"), "shop", "trc_1", START)
            .asks("another project's words")
            .answers(999_999, 9, 9_000_000_000L, 9_999)
            .events());
    rig.traces.land(events);
  }

  @AfterAll
  static void stop() {
    rig.close();
  }

  @Test
  void traceList() {
    JsonNode page = get("/api/traces?limit=2", "TracePage");
    assertThat(ids(page, "traceId")).containsExactly("trc_3", "trc_2");
    JsonNode next =
        get("/api/traces?limit=2&cursor=" + page.get("nextCursor").asString(), "TracePage");
    assertThat(ids(next, "traceId")).containsExactly("trc_1");
    assertThat(next.get("nextCursor").isNull()).isTrue();
    JsonNode first = next.at("/items/0");
    assertThat(first.at("/cost/usd").asString()).isEqualTo("0.006");
    assertThat(first.at("/tokens/total").asLong()).isEqualTo(3_300);
    assertThat(first.at("/preview").asString()).isEqualTo("Where is my parcel?");
    assertThat(ids(get("/api/traces?agent=triage", "TracePage"), "traceId"))
        .containsExactly("trc_3");
    assertThat(ids(get("/api/traces?status=error", "TracePage"), "traceId"))
        .containsExactly("trc_2");
    assertThat(ids(get("/api/traces?tool=search&minCostUsd=0.001", "TracePage"), "traceId"))
        .containsExactly("trc_1");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "parcel|trc_1",
        "\"is my\"|trc_1",
        "-agent:shop|trc_3",
        "-status:error agent:shop|trc_1",
        "status:(error OR open)|trc_2",
        "model:claude*|trc_3",
        "-model:gpt* -tool:search|trc_3",
        "user:b*|trc_3",
        "cost:>0.005|trc_1",
        "cost:<0.005|trc_3",
        "latency:>3.5s|trc_1 trc_2",
        "trc_2|trc_2",
        "%|",
        "_|",
        "(a+)+$|!",
        "nofield:x|!"
      })
  @DisplayName("DA-07 the query language searches, and mistakes are 400")
  void queryLanguage(String query, @Nullable String expected) {
    String path =
        "/api/traces?q="
            + java.net.URLEncoder.encode(query, java.nio.charset.StandardCharsets.UTF_8);
    if ("!".equals(expected)) {
      assertThat(client.get(path).code()).isEqualTo("bad_query");
      return;
    }
    List<String> ids = new ArrayList<>(ids(get(path, "TracePage"), "traceId"));
    ids.sort(null);
    assertThat(String.join(" ", ids)).isEqualTo(expected == null ? "" : expected);
    assertThat(
            get(path.replace("/api/traces", "/api/trace-facets"), "TraceFacets")
                .get("total")
                .asInt())
        .isEqualTo(ids.size());
  }

  @Test
  void traceDetailPagesItsEvents() {
    JsonNode whole = get("/api/traces/trc_1", "TraceDetail");
    assertThat(whole.get("events")).hasSize(5);
    assertThat(whole.at("/events/1/usage/input").asLong()).isEqualTo(1_000);
    assertThat(whole.at("/events/1/latencyMs").asDouble()).isEqualTo(400);
    assertThat(whole.at("/events/0/content").asString()).isEqualTo("Where is my parcel?");
    JsonNode part = get("/api/traces/trc_1?eventLimit=2", "TraceDetail");
    assertThat(part.get("events")).hasSize(2);
    JsonNode rest =
        get(
            "/api/traces/trc_1?eventLimit=3&eventCursor=" + part.get("nextEventCursor").asString(),
            "TraceDetail");
    assertThat(rest.get("events")).hasSize(3);
    assertThat(rest.get("nextEventCursor").isNull()).isTrue();
    assertThat(
            client
                .get("/api/traces/trc_2?eventCursor=" + part.get("nextEventCursor").asString())
                .status())
        .isEqualTo(400);
  }

  @Test
  void overviewAddsUpWhatTheListShows() {
    JsonNode overview = get("/api/analytics/overview", "Overview");
    assertThat(overview.get("traces").asInt()).isEqualTo(3);
    assertThat(overview.get("errorTraces").asInt()).isEqualTo(1);
    assertThat(overview.get("llmCalls").asInt()).isEqualTo(4);
    assertThat(overview.get("toolCalls").asInt()).isEqualTo(2);
    assertThat(overview.get("toolErrors").asInt()).isEqualTo(1);
    assertThat(overview.get("users").asInt()).isEqualTo(2);
    assertThat(overview.at("/cost/usd").asString()).isEqualTo("0.006001");
    assertThat(overview.at("/cost/kind").asString()).isEqualTo("partial");
    assertThat(overview.get("unpricedCalls").asInt()).isEqualTo(1);
    assertThat(overview.at("/latencyMs/max").asDouble()).isEqualTo(800);
    assertThat(overview.at("/ttftMs/p50").isNull()).isTrue();
    long sum = 0;
    for (JsonNode trace : get("/api/traces", "TracePage").get("items")) {
      sum += trace.at("/tokens/total").asLong();
    }
    assertThat(overview.at("/tokens/total").asLong()).isEqualTo(sum);
    JsonNode one = get("/api/analytics/overview?agent=triage&model=claude-test", "Overview");
    assertThat(one.get("traces").asInt()).isEqualTo(1);
    JsonNode none =
        get(
            "/api/analytics/overview?from=2020-01-01T00:00:00Z&to=2020-01-02T00:00:00Z",
            "Overview");
    assertThat(none.get("traces").asInt()).isZero();
    assertThat(none.at("/cost/usd").isNull()).isTrue();
  }

  @Test
  void seriesFillGapsOfCountsAndBreakForPercentiles() {
    String range = "&interval=1h&from=" + START + "&to=" + START.plus(4, ChronoUnit.HOURS);
    JsonNode traces = get("/api/analytics/timeseries?metric=traces" + range, "Timeseries");
    assertThat(numbers(traces.at("/series/0/points"))).containsExactly(1.0, 1.0, 1.0, 0.0);
    assertThat(traces.at("/series/0/total").asDouble()).isEqualTo(3);
    assertThat(traces.get("unfinishedFrom").asInt()).isEqualTo(3);
    JsonNode latency =
        get("/api/analytics/timeseries?metric=latencyP95&groupBy=agent" + range, "Timeseries");
    assertThat(latency.get("groupCount").asInt()).isEqualTo(2);
    assertThat(latency.at("/series/0/group").asString()).isEqualTo("shop");
    assertThat(latency.at("/series/0/points/2").isNull()).isTrue();
    JsonNode cost = get("/api/analytics/timeseries?metric=cost" + range, "Timeseries");
    assertThat(cost.at("/series/0/points/0").asDouble()).isEqualTo(0.006);
    assertThat(
            client
                .get(
                    "/api/analytics/timeseries?metric=traces&interval=1m&from=2020-01-01T00:00:00Z")
                .status())
        .isEqualTo(400);
    assertThat(client.get("/api/analytics/timeseries").status()).isEqualTo(400);
  }

  @Test
  void costsLatencyAndToolsByGroup() {
    JsonNode costs = get("/api/analytics/costs?groupBy=model", "Costs");
    assertThat(named(costs.get("rows"), "group")).containsExactly("gpt-test", "claude-test");
    assertThat(costs.at("/rows/0/cost/kind").asString()).isEqualTo("partial");
    assertThat(costs.at("/total/cost/usd").asString()).isEqualTo("0.006001");
    assertThat(costs.at("/total/cost/kind").asString()).isEqualTo("partial");
    JsonNode latency = get("/api/analytics/latency?groupBy=agent", "Latency");
    assertThat(latency.at("/rows/0/calls").asInt()).isEqualTo(3);
    JsonNode tools = get("/api/analytics/tools", "Tools");
    assertThat(tools.at("/rows/0/tool").asString()).isEqualTo("search");
    assertThat(tools.at("/rows/0/errors").asInt()).isEqualTo(1);
    assertThat(tools.at("/rows/0/traces").asInt()).isEqualTo(2);
  }

  @Test
  void facetsCountTheWholeResult() {
    JsonNode facets = get("/api/trace-facets?agent=shop", "TraceFacets");
    assertThat(facets.get("total").asInt()).isEqualTo(2);
    assertThat(facets.at("/status/values")).hasSize(2);
    assertThat(facets.at("/tool/values/0/count").asInt()).isEqualTo(2);
    assertThat(facets.at("/model/values/0/value").asString()).isEqualTo("gpt-test");
    assertThat(facets.at("/externalUserId/distinct").asInt()).isEqualTo(1);
  }

  @Test
  void threadsAndUsers() {
    JsonNode threads = get("/api/threads?limit=1", "ThreadPage");
    assertThat(ids(threads, "threadId")).containsExactly("trc_3");
    JsonNode next =
        get("/api/threads?limit=1&cursor=" + threads.get("nextCursor").asString(), "ThreadPage");
    assertThat(ids(next, "threadId")).containsExactly("thr_1");
    JsonNode thread = get("/api/threads/thr_1", "ThreadDetail");
    assertThat(thread.get("traceCount").asInt()).isEqualTo(2);
    assertThat(thread.get("errorCount").asInt()).isEqualTo(1);
    assertThat(thread.get("preview").asString()).isEqualTo("Where is my parcel?");
    assertThat(named(thread.get("traces"), "traceId")).containsExactly("trc_2", "trc_1");
    JsonNode users = get("/api/users", "ExternalUserPage");
    assertThat(ids(users, "externalUserId")).containsExactly("buyer-2", "customer-1");
    JsonNode user = get("/api/users/customer-1", "ExternalUser");
    assertThat(user.get("traceCount").asInt()).isEqualTo(2);
    assertThat(user.get("threadCount").asInt()).isEqualTo(1);
    assertThat(ids(get("/api/users?q=CUST", "ExternalUserPage"), "externalUserId"))
        .containsExactly("customer-1");
    assertThat(client.get("/api/users/nobody").status()).isEqualTo(404);
    assertThat(client.get("/api/threads/none").status()).isEqualTo(404);
  }

  @Test
  void graph() {
    JsonNode graph = get("/api/traces/trc_1/graph", "Graph");
    assertThat(graph.get("nodes").valueStream().map(n -> n.get("kind").asString()))
        .contains("user", "llm", "tool");
    assertThat(graph.get("truncated").asBoolean()).isFalse();
  }

  @Test
  @DisplayName("DA-09 DA-28 exports are whole, attached and sandboxed")
  void exports() {
    Answer json = client.get("/api/traces/trc_1/export");
    assertThat(json.header("Content-Disposition")).startsWith("attachment");
    assertThat(json.header("Content-Security-Policy")).isEqualTo("sandbox");
    assertThat(ApiContract.load().schema("Trace").validate(without(json.json()))).isEmpty();
    assertThat(json.json().get("events")).hasSize(5);
    Answer mermaid = client.get("/api/traces/trc_1/export?format=mermaid");
    assertThat(mermaid.header("Content-Type")).startsWith("text/vnd.mermaid");
    assertThat(mermaid.text()).startsWith("flowchart");
    JsonNode otlp = client.get("/api/traces/trc_1/export?format=otlp").json();
    JsonNode spans = otlp.at("/resourceSpans/0/scopeSpans/0/spans");
    assertThat(spans).hasSize(5);
    assertThat(spans.at("/1/traceId").asString()).matches("[0-9a-f]{32}");
    assertThat(spans.at("/1/spanId").asString()).matches("[0-9a-f]{16}");
    assertThat(client.get("/api/traces/trc_1/export?format=csv").status()).isEqualTo(400);
    assertThat(client.get("/api/traces/none/export").status()).isEqualTo(404);
    assertThat(client.get("/api/projects/" + rig.project().id().value() + "/audit").text())
        .contains("trace.exported");
  }

  @Test
  void deletedTracesAreGone() {
    ProjectId project = rig.project().id();
    for (String id : List.of("trc_gone", "trc_gone_too")) {
      rig.traces.land(
          new Story(project, "cleaner", id, START.minus(9, ChronoUnit.DAYS)).asks("x").events());
    }
    assertThat(client.send("DELETE", "/api/traces/trc_gone", null).status()).isEqualTo(204);
    assertThat(client.get("/api/traces/trc_gone").status()).isEqualTo(404);
    assertThat(client.send("DELETE", "/api/traces/trc_gone", null).status()).isEqualTo(404);
    Answer many = client.post("/api/traces/delete", "{\"traceIds\":[\"trc_gone_too\",\"never\"]}");
    assertThat(many.json().get("deleted").asInt()).isEqualTo(1);
    assertThat(client.get("/api/traces?agent=cleaner").json().get("items")).isEmpty();
  }

  @Test
  void agentsWithTheirFigures() {
    var version =
        rig.plane
            .agents()
            .init(
                rig.project().scope(),
                dev.whyops.project.Environment.PRODUCTION,
                "shop",
                "{\"systemPrompt\":\"Be kind.\\nBe brief.\",\"tools\":[{\"name\":\"search\"}]}");
    var second =
        rig.plane
            .agents()
            .init(
                rig.project().scope(),
                dev.whyops.project.Environment.PRODUCTION,
                "shop",
                "{\"systemPrompt\":\"Be"
                    + " kind.\",\"tools\":[{\"name\":\"search\",\"description\":\"d\"}]}");
    JsonNode page = get("/api/agents", "AgentPage");
    JsonNode shop = page.at("/items/0");
    assertThat(shop.get("traceCount").asInt()).isEqualTo(2);
    assertThat(shop.get("errorCount").asInt()).isEqualTo(1);
    assertThat(shop.get("p95LatencyMs").asDouble()).isBetween(400.0, 800.0);
    String path = "/api/agents/" + version.agentId();
    get(path, "Agent");
    JsonNode stats = get(path + "/stats", "AgentStats");
    assertThat(stats.get("llmCalls").asInt()).isEqualTo(3);
    assertThat(stats.at("/models/0/model").asString()).isEqualTo("gpt-test");
    assertThat(stats.at("/durationMs/count").asInt()).isEqualTo(2);
    JsonNode versions = get(path + "/versions?limit=1", "AgentVersionPage");
    assertThat(versions.at("/items/0/id").asString()).isEqualTo(second.agentVersionId());
    get(path + "/versions?cursor=" + versions.get("nextCursor").asString(), "AgentVersionPage");
    JsonNode detail = get(path + "/versions/" + version.agentVersionId(), "AgentVersionDetail");
    assertThat(detail.get("systemPrompt").asString()).startsWith("Be kind.");
    JsonNode diff =
        get(
            path + "/versions/" + version.agentVersionId() + "/diff/" + second.agentVersionId(),
            "AgentVersionDiff");
    assertThat(diff.at("/systemPrompt/1/op").asString()).isEqualTo("removed");
    assertThat(diff.at("/tools/0/changes/0/path").asString()).isEqualTo("/description");
    assertThat(client.send("PATCH", path, "{\"sampling\":0.5}").json().get("sampling").asDouble())
        .isEqualTo(0.5);
    assertThat(client.send("PATCH", path, "{\"sampling\":2}").status()).isEqualTo(400);
  }

  @Test
  void findingsAreKeptCountedAndDecidedAbout() throws Exception {
    ProjectId project = rig.project().id();
    Instant then = START.minus(20, ChronoUnit.DAYS);
    var version =
        rig.plane
            .agents()
            .init(
                rig.project().scope(),
                dev.whyops.project.Environment.PRODUCTION,
                "faulty",
                "{\"systemPrompt\":\"x\"}");
    List<dev.whyops.event.Event> events =
        new Story(project, "faulty", "trc_faulty", then)
            .agentIds(version.agentId(), version.agentVersionId())
            .asks("x")
            .calls("search")
            .events();
    rig.traces.land(events);
    rig.keepFindings(events);
    String path = "/api/agents/" + version.agentId() + "/findings";
    JsonNode page = get(path, "FindingPage");
    assertThat(named(page.get("items"), "code")).contains("MISSING_TOOL_CALL_RESPONSE");
    JsonNode high = get(path + "?severity=high&limit=1", "FindingPage").at("/items/0");
    String id = high.get("id").asString();
    JsonNode item = get("/api/traces?agent=faulty", "TracePage").at("/items/0");
    int before = item.at("/findings/high").asInt();
    assertThat(before).isPositive();
    assertThat(client.send("PATCH", "/api/findings/" + id, "{\"status\":\"dismissed\"}").status())
        .isEqualTo(400);
    Answer dismissed =
        client.send(
            "PATCH", "/api/findings/" + id, "{\"status\":\"dismissed\",\"reason\":\"known\"}");
    assertThat(ApiContract.load().schema("Finding").validate(dismissed.json())).isEmpty();
    rig.keepFindings(events); // judged once more, it stays dismissed
    JsonNode inTrace = get("/api/traces/trc_faulty/findings", "FindingPage");
    assertThat(
            inTrace
                .get("items")
                .valueStream()
                .filter(f -> f.get("id").asString().equals(id))
                .map(f -> f.get("status").asString()))
        .containsExactly("dismissed");
    assertThat(get("/api/traces?agent=faulty", "TracePage").at("/items/0/findings/high").asInt())
        .isEqualTo(before - 1);
    assertThat(client.get("/api/findings/export?format=sarif").json().get("version").asString())
        .isEqualTo("2.1.0");
    Answer made =
        client.post(
            "/api/suppressions",
            "{\"code\":\"MISSING_TOOL_CALL_RESPONSE\",\"agent\":\"faulty\",\"reason\":\"r\"}");
    assertThat(ApiContract.load().schema("Suppression").validate(made.json())).isEmpty();
    rig.keepFindings(events);
    assertThat(named(get(path + "?status=suppressed", "FindingPage").get("items"), "code"))
        .isSubsetOf("MISSING_TOOL_CALL_RESPONSE");
    get("/api/suppressions", "SuppressionPage");
    assertThat(
            client
                .send("DELETE", "/api/suppressions/" + made.json().get("id").asString(), null)
                .status())
        .isEqualTo(204);
  }

  private static JsonNode without(JsonNode detail) {
    return ((tools.jackson.databind.node.ObjectNode) detail.deepCopy())
        .without(List.of("versions", "completeness", "events", "nextEventCursor"));
  }

  private static JsonNode get(String path, String schema) {
    Answer answer = client.get(path);
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    List<Error> errors = ApiContract.load().schema(schema).validate(answer.json());
    assertThat(errors).as(answer.text()).isEmpty();
    return answer.json();
  }

  private static List<String> ids(JsonNode page, String field) {
    return named(page.get("items"), field);
  }

  private static List<String> named(JsonNode items, String field) {
    return items.valueStream().map(item -> item.get(field).asString()).toList();
  }

  private static List<Double> numbers(JsonNode points) {
    return points.valueStream().map(JsonNode::asDouble).toList();
  }
}
