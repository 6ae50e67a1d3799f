package dev.whyops.store.duckdb;

import static dev.whyops.event.IngestTesting.PROJECT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.whyops.analytics.Analytics;
import dev.whyops.analytics.Figures;
import dev.whyops.analytics.Filter;
import dev.whyops.analytics.TraceGroups;
import dev.whyops.event.IngestTesting;
import dev.whyops.project.Environment;
import dev.whyops.project.ProjectId;
import dev.whyops.project.ProjectScope;
import dev.whyops.record.Drain;
import dev.whyops.trace.TraceFaults;
import dev.whyops.trace.TraceQuery;
import dev.whyops.trace.TraceSort;
import dev.whyops.trace.TraceSummary;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

public class DuckDbFiguresTest {
  private static final ProjectScope SCOPE = new ProjectScope(PROJECT);

  @TempDir Path directory;

  /** A clock that is far enough ahead that no trace is open any more. */
  private static final Clock LATER = Clock.offset(Clock.systemUTC(), Duration.ofMinutes(2));

  private static Filter lastHours() {
    Instant now = Instant.now();
    return Filter.between(now.minusSeconds(7200), now.plusSeconds(3600));
  }

  public static TraceQuery query(
      @Nullable String agent,
      @Nullable String model,
      @Nullable String status,
      int limit,
      TraceQuery.@Nullable Position after) {
    return new TraceQuery(
        agent,
        null,
        null,
        status,
        model,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        TraceSort.NEWEST_FIRST,
        limit,
        after);
  }

  private static void fill(IngestTesting path) throws Exception {
    for (int i = 0; i < 10; i++) {
      boolean failed = i == 3;
      path.post(
          """
          [{"eventType":"user_message","traceId":"t%d","threadId":"th%d","agentName":"%s","externalUserId":"u%d","content":"hello %d"},
           {"eventType":"llm_response","traceId":"t%d","threadId":"th%d","agentName":"%s","content":{"content":"x"},
            "metadata":{"model":"%s","provider":"openai","latencyMs":%d,"usage":{"promptTokens":100,"completionTokens":10}}},
           {"eventType":"%s","traceId":"t%d","threadId":"th%d","agentName":"%s","content":{},"metadata":{"tool":"search","latencyMs":50}}]\
          """
              .formatted(
                  i,
                  i / 2,
                  i % 2 == 0 ? "even" : "odd",
                  i % 3,
                  i,
                  i,
                  i / 2,
                  i % 2 == 0 ? "even" : "odd",
                  i % 2 == 0 ? "gpt-4o" : "no-such-model",
                  100 * (i + 1),
                  failed ? "error" : "tool_result",
                  i,
                  i / 2,
                  i % 2 == 0 ? "even" : "odd"));
    }
    path.settle();
  }

  @Test
  void addsUpTheSameEverywhere() throws Exception {
    try (IngestTesting path = new IngestTesting(directory)) {
      DuckDbAnalytics analytics = new DuckDbAnalytics(path.store);
      DuckDbTraceGroups groups = new DuckDbTraceGroups(path.store, TraceFaults.NONE, LATER);
      DuckDbTraceReader reader = new DuckDbTraceReader(path.store, TraceFaults.NONE, LATER);
      assertThat(analytics.overview(SCOPE, lastHours()).traces()).isZero();
      assertThat(reader.traces(SCOPE, query(null, null, null, 5, null))).isEmpty();
      fill(path);
      Figures.Overview o = analytics.overview(SCOPE, lastHours());
      assertThat(o.traces()).isEqualTo(10);
      assertThat(o.errorTraces()).isEqualTo(1);
      assertThat(o.events()).isEqualTo(30);
      assertThat(o.llmCalls()).isEqualTo(10);
      assertThat(o.toolCalls()).isEqualTo(9);
      assertThat(o.agents()).isEqualTo(2);
      assertThat(o.users()).isEqualTo(3);
      assertThat(o.tokens().total()).isEqualTo(1100);
      assertThat(o.unpricedCalls()).isEqualTo(5);
      assertThat(o.cost().kind()).isEqualTo("partial");
      assertThat(o.latency().count()).isEqualTo(10);
      assertThat(o.latency().max()).isEqualTo(1000.0);
      assertThat(o.latency().p50()).isEqualTo(550.0);
      assertThat(o.timeToFirstToken().p50()).isNull();
      List<TraceSummary> all = reader.traces(SCOPE, query(null, null, null, 50, null));
      assertThat(all).hasSize(10);
      assertThat(all.stream().mapToLong(t -> t.tokens().total()).sum()).isEqualTo(1100);
      long cost = all.stream().mapToLong(t -> t.costNanoUsd() == null ? 0 : t.costNanoUsd()).sum();
      assertThat(o.cost().nanoUsd()).isEqualTo(cost);
      List<Figures.CostRow> costs = analytics.costs(SCOPE, lastHours(), Analytics.Group.MODEL);
      assertThat(costs)
          .extracting(Figures.CostRow::group)
          .containsExactly("gpt-4o", "no-such-model");
      assertThat(costs.getFirst().cost().nanoUsd()).isEqualTo(cost);
      assertThat(costs.getLast().cost().nanoUsd()).isNull();
      List<Figures.Point> points =
          analytics.timeseries(
              SCOPE, lastHours(), Analytics.Metric.TOKENS, List.of(), Duration.ofHours(1));
      assertThat(points.stream().mapToDouble(Figures.Point::value).sum()).isEqualTo(1100);
      for (Analytics.Metric metric : Analytics.Metric.values()) {
        for (Analytics.Group group : Analytics.Group.values()) {
          analytics.timeseries(SCOPE, lastHours(), metric, List.of(group), Duration.ofMinutes(1));
        }
      }
      assertThat(analytics.latency(SCOPE, lastHours(), Analytics.Group.AGENT)).hasSize(2);
      List<Figures.ToolRow> tools = analytics.tools(SCOPE, lastHours());
      assertThat(tools).hasSize(1);
      assertThat(tools.getFirst().calls()).isEqualTo(9);
      List<Figures.AgentRow> agents = analytics.agents(SCOPE, lastHours());
      assertThat(agents).extracting(Figures.AgentRow::agent).containsExactly("even", "odd");
      assertThat(agents.getFirst().environment()).isEqualTo(Environment.PRODUCTION);
      assertThat(analytics.behaviour(SCOPE, lastHours()).versions()).hasSize(2);

      TraceGroups.Facets facets = groups.facets(SCOPE, query(null, null, null, 1, null), 10);
      assertThat(facets.total()).isEqualTo(10);
      assertThat(values(facets, TraceGroups.Facet.STATUS))
          .containsExactly(new TraceGroups.Value("ok", 9), new TraceGroups.Value("error", 1));
      assertThat(values(facets, TraceGroups.Facet.MODEL))
          .containsExactly(
              new TraceGroups.Value("gpt-4o", 5), new TraceGroups.Value("no-such-model", 5));
      assertThat(values(facets, TraceGroups.Facet.TOOL))
          .containsExactly(new TraceGroups.Value("search", 10));
      List<TraceGroups.Thread> threads = groups.threads(SCOPE, lastHours(), 3, null);
      assertThat(threads).hasSize(4);
      assertThat(threads.getFirst().traces()).isEqualTo(2);
      assertThat(threads.getFirst().agents()).containsExactly("even", "odd");
      assertThat(groups.thread(SCOPE, "th1").orElseThrow().errorTraces()).isEqualTo(1);
      assertThat(groups.thread(SCOPE, "nope")).isEmpty();
      List<TraceGroups.User> users = groups.users(SCOPE, lastHours(), null, 10, null);
      assertThat(users).hasSize(3);
      assertThat(groups.users(SCOPE, lastHours(), "U1", 10, null)).hasSize(1);
      assertThat(groups.user(SCOPE, "u1").orElseThrow().traces()).isEqualTo(3);
    }
  }

  private static List<TraceGroups.Value> values(
      TraceGroups.Facets facets, TraceGroups.Facet facet) {
    return Objects.requireNonNull(facets.byFacet().get(facet)).values();
  }

  @Test
  void findsTextInContentAndInSharedParts() throws Exception {
    try (IngestTesting path = new IngestTesting(directory)) {
      String part = "The café opens at \\\"nine\\\" ".repeat(20);
      path.post(
          "[{\"eventType\":\"user_message\",\"traceId\":\"shared\",\"agentName\":\"a\",\"content\":[{\"role\":\"user\",\"content\":\"first\"},{\"role\":\"user\",\"content\":\""
              + part
              + "\"}]},{\"eventType\":\"agent_message\",\"traceId\":\"own\",\"agentName\":\"a\",\"content\":\"caf\\u00e9"
              + " au lait\"}]");
      path.settle();
      DuckDbTraceReader reader = new DuckDbTraceReader(path.store, TraceFaults.NONE, LATER);
      assertThat(found(reader, "Café")).containsExactlyInAnyOrder("shared", "own");
      assertThat(found(reader, "\"opens at\"")).containsExactly("shared");
      assertThat(found(reader, "au lait")).containsExactly("own");
      assertThat(found(reader, "own")).containsExactly("own");
      assertThat(found(reader, "%")).isEmpty();
      assertThat(
              new DuckDbTraceGroups(path.store, TraceFaults.NONE, LATER)
                  .facets(SCOPE, text("lait"), 5)
                  .total())
          .isEqualTo(1);
      assertThat(reader.traces(new ProjectScope(new ProjectId("prj_other")), text("lait")))
          .isEmpty();
    }
  }

  private static TraceQuery text(String text) {
    return TraceQuery.newest(10, null).withText(text);
  }

  private static List<String> found(DuckDbTraceReader reader, String text) {
    return reader.traces(SCOPE, text(text)).stream().map(TraceSummary::traceId).toList();
  }

  @Test
  void pagesFiltersAndDeletes() throws Exception {
    try (IngestTesting path = new IngestTesting(directory)) {
      fill(path);
      DuckDbTraceReader reader = new DuckDbTraceReader(path.store, TraceFaults.NONE, LATER);
      List<String> seen = new ArrayList<>();
      TraceQuery.Position after = null;
      for (int page = 0; page < 10; page++) {
        List<TraceSummary> rows = reader.traces(SCOPE, query(null, null, null, 3, after));
        boolean more = rows.size() > 3;
        for (TraceSummary row : rows.subList(0, Math.min(3, rows.size()))) {
          seen.add(row.traceId());
          after = new TraceQuery.Position(TraceSort.NEWEST_FIRST.value(row), row.traceId());
        }
        if (!more) {
          break;
        }
      }
      assertThat(seen).hasSize(10).doesNotHaveDuplicates();
      assertThat(reader.traces(SCOPE, query("odd", null, null, 50, null))).hasSize(5);
      assertThat(reader.traces(SCOPE, query(null, "gpt-4o", null, 50, null))).hasSize(5);
      assertThat(reader.traces(SCOPE, query(null, "gpt-4", null, 50, null))).isEmpty();
      assertThat(reader.traces(SCOPE, query(null, null, "error", 50, null)))
          .extracting(TraceSummary::traceId)
          .containsExactly("t3");
      assertThat(path.reader.traces(SCOPE, query(null, null, "open", 50, null))).hasSize(10);
      assertThat(
              reader.traces(
                  new ProjectScope(new ProjectId("prj_other")), query(null, null, null, 50, null)))
          .isEmpty();
      Drain.forget(path.journal, SCOPE, "t3");
      path.settle();
      assertThat(reader.traces(SCOPE, query(null, null, null, 50, null))).hasSize(9);
      assertThat(reader.trace(SCOPE, "t3", null, 10)).isEmpty();
      path.post(
          "{\"eventType\":\"user_message\",\"traceId\":\"t3\",\"agentName\":\"odd\",\"content\":\"new\"}");
      assertThat(path.trace("t3").orElseThrow().events()).hasSize(1);
    }
    try (IngestTesting path = new IngestTesting(directory)) {
      assertThat(path.trace("t3").orElseThrow().events()).hasSize(1);
      assertThat(path.trace("t4").orElseThrow().events()).hasSize(3);
    }
  }
}
