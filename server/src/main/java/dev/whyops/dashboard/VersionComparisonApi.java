package dev.whyops.dashboard;

import dev.whyops.agent.AgentCatalog;
import dev.whyops.agent.Version;
import dev.whyops.evidence.Histories;
import dev.whyops.why.compare.VersionComparison;
import dev.whyops.why.compare.VersionComparisons;
import dev.whyops.why.history.VersionHistory;
import dev.whyops.why.stats.Interval;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How two versions of an agent behave, with intervals. */
final class VersionComparisonApi {
  private final AgentCatalog catalog;
  private final Histories histories;

  VersionComparisonApi(AgentCatalog catalog, Histories histories) {
    this.catalog = catalog;
    this.histories = histories;
  }

  record Metric(
      String name,
      @Nullable String tool,
      String unit,
      String effectKind,
      long nA,
      long nB,
      @Nullable Double a,
      @Nullable Double b,
      @Nullable Double effect,
      @Nullable List<Double> ci95,
      @Nullable Double cliffsDelta,
      String verdict) {
    static Metric of(VersionComparison.Metric metric) {
      VersionComparison.Subject subject = metric.subject();
      Interval interval = metric.ci95();
      return new Metric(
          subject.name(),
          subject.tool(),
          subject.unit(),
          wireName(subject.effect()),
          metric.nA(),
          metric.nB(),
          metric.a(),
          metric.b(),
          metric.effect(),
          interval == null ? null : List.of(interval.low(), interval.high()),
          metric.cliffsDelta(),
          wireName(metric.verdict()));
    }
  }

  record ToolMix(Map<String, Long> a, Map<String, Long> b, @Nullable Double totalVariation) {}

  record Comparison(
      AgentsApi.VersionItem a,
      AgentsApi.VersionItem b,
      int tracesA,
      int tracesB,
      int tracesMin,
      List<Metric> metrics,
      ToolMix toolMix,
      List<String> shifts) {}

  void addTo(RouteTable routes) {
    routes.get("/api/agents/{agentId}/versions/{a}/compare/{b}", Access.READ, this::compare);
  }

  private Reply compare(Call call) {
    Version a = catalog.version(call.project(), call.path("agentId"), call.path("a"));
    Version b = catalog.version(call.project(), call.path("agentId"), call.path("b"));
    VersionHistory before = history(call, a);
    VersionHistory after = history(call, b);
    VersionComparison comparison = VersionComparisons.of(before, after);
    return Reply.ok(
        new Comparison(
            AgentsApi.VersionItem.of(a),
            AgentsApi.VersionItem.of(b),
            before.traceCount(),
            after.traceCount(),
            VersionComparison.TRACES_MIN,
            comparison.metrics().stream().map(Metric::of).toList(),
            new ToolMix(
                comparison.toolCallsA(), comparison.toolCallsB(), comparison.totalVariation()),
            comparison.shifts()));
  }

  private VersionHistory history(Call call, Version version) {
    @Nullable Instant from = call.time("from");
    @Nullable Instant to = call.time("to");
    if (from != null && to != null && to.isBefore(from)) {
      throw QueryRule.bad("to", "must not lie before from");
    }
    return histories.of(call.project(), version.id()).between(from, to);
  }

  private static String wireName(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
