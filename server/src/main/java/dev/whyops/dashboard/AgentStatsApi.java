package dev.whyops.dashboard;

import dev.whyops.agent.Agent;
import dev.whyops.agent.AgentCatalog;
import dev.whyops.analytics.Analytics;
import dev.whyops.analytics.Figures;
import dev.whyops.analytics.Filter;
import dev.whyops.trace.TraceSummary.Tokens;
import java.time.Clock;
import java.util.List;

/** What one agent did in a range of time. */
final class AgentStatsApi {
  private final AgentCatalog catalog;
  private final Analytics analytics;
  private final Clock clock;

  AgentStatsApi(AgentCatalog catalog, Analytics analytics, Clock clock) {
    this.catalog = catalog;
    this.analytics = analytics;
    this.clock = clock;
  }

  record Model(String model, long calls, Tokens tokens, TraceJson.CostSum cost) {}

  record VersionItem(String versionId, long traces, long errorTraces) {}

  record Stats(
      long traces,
      long errorTraces,
      long events,
      long llmCalls,
      long toolCalls,
      AnalyticsApi.Quantiles latencyMs,
      AnalyticsApi.Quantiles durationMs,
      Tokens tokens,
      TraceJson.CostSum cost,
      List<Model> models,
      List<AnalyticsApi.ToolItem> tools,
      List<VersionItem> versions,
      long users) {}

  void addTo(RouteTable routes) {
    routes.get("/api/agents/{agentId}/stats", Access.READ, this::stats);
  }

  private Reply stats(Call call) {
    Agent agent = catalog.find(call.project(), call.path("agentId"));
    Filter range = TimeRange.filter(call, clock.instant());
    Filter filter =
        new Filter(
            range.from(),
            range.to(),
            agent.environment(),
            agent.name(),
            range.version(),
            null,
            null,
            null);
    Figures.Overview o = analytics.overview(call.project(), filter);
    Figures.Behaviour behaviour = analytics.behaviour(call.project(), filter);
    return Reply.ok(
        new Stats(
            o.traces(),
            o.errorTraces(),
            o.events(),
            o.llmCalls(),
            o.toolCalls(),
            AnalyticsApi.Quantiles.of(o.latency()),
            AnalyticsApi.Quantiles.of(behaviour.duration()),
            o.tokens(),
            AnalyticsApi.sum(o.cost()),
            analytics.costs(call.project(), filter, Analytics.Group.MODEL).stream()
                .limit(AnalyticsApi.ROWS_MAX)
                .map(
                    row ->
                        new Model(
                            row.group(), row.calls(), row.tokens(), AnalyticsApi.sum(row.cost())))
                .toList(),
            analytics.tools(call.project(), filter).stream()
                .limit(AnalyticsApi.ROWS_MAX)
                .map(AnalyticsApi.ToolItem::of)
                .toList(),
            behaviour.versions().stream()
                .map(row -> new VersionItem(row.versionId(), row.traces(), row.errorTraces()))
                .toList(),
            o.users()));
  }
}
