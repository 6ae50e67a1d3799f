package dev.whyops.dashboard;

import dev.whyops.analytics.Analytics;
import dev.whyops.analytics.Figures;
import dev.whyops.analytics.Filter;
import dev.whyops.trace.TraceSummary.Tokens;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Figures of a project: totals, spend, latency, tools. Series have an API of their own. */
final class AnalyticsApi {
  static final int ROWS_MAX = 200;

  private final Analytics analytics;
  private final Clock clock;

  AnalyticsApi(Analytics analytics, Clock clock) {
    this.analytics = analytics;
    this.clock = clock;
  }

  record Quantiles(
      long count,
      @Nullable Double p50,
      @Nullable Double p95,
      @Nullable Double p99,
      @Nullable Double max) {
    static Quantiles of(Figures.Quantiles q) {
      return new Quantiles(q.count(), q.p50(), q.p95(), q.p99(), q.max());
    }
  }

  record Overview(
      Instant from,
      Instant to,
      long traces,
      long errorTraces,
      long events,
      long llmCalls,
      long toolCalls,
      long llmErrors,
      long toolErrors,
      long agents,
      long users,
      Tokens tokens,
      TraceJson.CostSum cost,
      long unpricedCalls,
      @Nullable Double cacheHitRate,
      Quantiles latencyMs,
      Quantiles ttftMs,
      Quantiles overheadMs) {}

  record CostItem(
      String group, long calls, Tokens tokens, TraceJson.CostSum cost, long unpricedCalls) {
    static CostItem of(Figures.CostRow row) {
      return new CostItem(
          row.group(), row.calls(), row.tokens(), sum(row.cost()), row.unpricedCalls());
    }
  }

  record Costs(
      Instant from,
      Instant to,
      String groupBy,
      List<CostItem> rows,
      int groupCount,
      CostItem total) {}

  record LatencyItem(
      String group,
      long calls,
      long errors,
      Quantiles latencyMs,
      Quantiles ttftMs,
      Quantiles overheadMs) {}

  record Latency(
      Instant from, Instant to, String groupBy, List<LatencyItem> rows, int groupCount) {}

  record ToolItem(String tool, long calls, long errors, Quantiles latencyMs, long traces) {
    static ToolItem of(Figures.ToolRow row) {
      return new ToolItem(
          row.tool(), row.calls(), row.errors(), Quantiles.of(row.latency()), row.traces());
    }
  }

  record Tools(Instant from, Instant to, List<ToolItem> rows, int toolCount) {}

  void addTo(RouteTable routes) {
    routes
        .get("/api/analytics/overview", Access.READ, this::overview)
        .get("/api/analytics/costs", Access.READ, this::costs)
        .get("/api/analytics/latency", Access.READ, this::latency)
        .get("/api/analytics/tools", Access.READ, this::tools);
  }

  private Reply overview(Call call) {
    Filter filter = TimeRange.filter(call, clock.instant());
    Figures.Overview o = analytics.overview(call.project(), filter);
    Tokens tokens = o.tokens();
    long prompt = tokens.input() + tokens.cacheRead() + tokens.cacheWrite();
    return Reply.ok(
        new Overview(
            filter.from(),
            filter.to(),
            o.traces(),
            o.errorTraces(),
            o.events(),
            o.llmCalls(),
            o.toolCalls(),
            o.llmErrors(),
            o.toolErrors(),
            o.agents(),
            o.users(),
            tokens,
            sum(o.cost()),
            o.unpricedCalls(),
            prompt == 0 ? null : (double) tokens.cacheRead() / prompt,
            Quantiles.of(o.latency()),
            Quantiles.of(o.timeToFirstToken()),
            Quantiles.of(o.overhead())));
  }

  private Reply costs(Call call) {
    Filter filter = TimeRange.filter(call, clock.instant());
    Analytics.Group group = group(call);
    List<Figures.CostRow> rows = analytics.costs(call.project(), filter, group);
    return Reply.ok(
        new Costs(
            filter.from(),
            filter.to(),
            group.name().toLowerCase(Locale.ROOT),
            rows.stream().limit(ROWS_MAX).map(CostItem::of).toList(),
            rows.size(),
            total(rows)));
  }

  private Reply latency(Call call) {
    Filter filter = TimeRange.filter(call, clock.instant());
    Analytics.Group group = group(call);
    List<Figures.LatencyRow> rows = analytics.latency(call.project(), filter, group);
    return Reply.ok(
        new Latency(
            filter.from(),
            filter.to(),
            group.name().toLowerCase(Locale.ROOT),
            rows.stream().limit(ROWS_MAX).map(AnalyticsApi::item).toList(),
            rows.size()));
  }

  private Reply tools(Call call) {
    Filter filter = TimeRange.filter(call, clock.instant());
    List<Figures.ToolRow> rows = analytics.tools(call.project(), filter);
    return Reply.ok(
        new Tools(
            filter.from(),
            filter.to(),
            rows.stream().limit(ROWS_MAX).map(ToolItem::of).toList(),
            rows.size()));
  }

  private static LatencyItem item(Figures.LatencyRow row) {
    return new LatencyItem(
        row.group(),
        row.calls(),
        row.errors(),
        Quantiles.of(row.latency()),
        Quantiles.of(row.timeToFirstToken()),
        Quantiles.of(row.overhead()));
  }

  /** The sum over all rows, also of those that are not shown. */
  private static CostItem total(List<Figures.CostRow> rows) {
    long calls = 0;
    long unpriced = 0;
    long[] tokens = new long[6];
    @Nullable Long nanoUsd = null;
    Figures.Money weakest = new Figures.Money(null, "reported");
    for (Figures.CostRow row : rows) {
      calls += row.calls();
      unpriced += row.unpricedCalls();
      Tokens t = row.tokens();
      long[] more = {
        t.input(), t.cacheRead(), t.cacheWrite(), t.output(), t.reasoning(), t.total()
      };
      for (int i = 0; i < more.length; i++) {
        tokens[i] += more[i];
      }
      Long cost = row.cost().nanoUsd();
      if (cost != null) {
        nanoUsd = nanoUsd == null ? cost : Long.valueOf(nanoUsd + cost);
      }
      weakest = CostKinds.weaker(weakest, row.cost());
    }
    return new CostItem(
        "",
        calls,
        new Tokens(tokens[0], tokens[1], tokens[2], tokens[3], tokens[4], tokens[5]),
        TraceJson.CostSum.of(nanoUsd, nanoUsd == null ? "unpriced" : weakest.kind()),
        unpriced);
  }

  static Analytics.Group group(Call call) {
    return call.query("groupBy")
        .map(name -> Call.constant(Analytics.Group.class, name))
        .orElse(Analytics.Group.MODEL);
  }

  static TraceJson.CostSum sum(Figures.Money money) {
    return TraceJson.CostSum.of(money.nanoUsd(), money.kind());
  }
}
