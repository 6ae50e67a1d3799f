package dev.whyops.dashboard;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonRawValue;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.whyops.agent.Agent;
import dev.whyops.agent.AgentCatalog;
import dev.whyops.agent.Version;
import dev.whyops.agent.VersionDiff;
import dev.whyops.analytics.Analytics;
import dev.whyops.analytics.Figures;
import dev.whyops.analytics.Filter;
import dev.whyops.auth.Permission;
import dev.whyops.json.Json;
import dev.whyops.project.ProjectScope;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Agents, their versions, and what differs between two of them. */
final class AgentsApi {
  private static final Access MANAGE = new Access.InProject(Permission.MANAGE_SETTINGS);
  private static final String LIST = "agents";
  private static final String VERSIONS = "versions";

  private final AgentCatalog catalog;
  private final Analytics analytics;
  private final Cursors cursors;
  private final FindingCountsOf counts;
  private final Clock clock;

  AgentsApi(
      AgentCatalog catalog,
      Analytics analytics,
      Cursors cursors,
      FindingCountsOf counts,
      Clock clock) {
    this.catalog = catalog;
    this.analytics = analytics;
    this.cursors = cursors;
    this.counts = counts;
    this.clock = clock;
  }

  /** An agent with its figures of a time range. */
  record Item(
      String id,
      String name,
      String environment,
      String currentVersionId,
      boolean initialised,
      Instant createdAt,
      Instant lastSeenAt,
      double sampling,
      long traceCount,
      long errorCount,
      @Nullable Double p95LatencyMs,
      TraceJson.CostSum cost,
      TraceJson.FindingCounts findings) {}

  record VersionItem(
      String id, String agentId, String versionHash, String origin, Instant createdAt) {
    static VersionItem of(Version version) {
      return new VersionItem(
          version.id(),
          version.agentId(),
          version.hash(),
          version.origin().wireName(),
          version.createdAt());
    }
  }

  /** A version with its definition, which is passed on as it is stored. */
  record VersionDetail(
      @JsonUnwrapped VersionItem version,
      @Nullable String systemPrompt,
      @Nullable String description,
      JsonNode tools,
      @JsonRawValue String definition) {}

  record Line(String op, String text) {}

  /** Absent on the side where there is nothing. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Change(
      String op,
      String path,
      @JsonRawValue @Nullable String before,
      @JsonRawValue @Nullable String after) {
    static Change of(VersionDiff.Change change) {
      return new Change(
          AgentsApi.op(change.kind()),
          change.path(),
          orNull(change.before()),
          orNull(change.after()));
    }

    private static @Nullable String orNull(String json) {
      return json.isEmpty() ? null : json;
    }
  }

  record ToolChange(String name, String op, List<Change> changes) {}

  record Diff(
      VersionItem a,
      VersionItem b,
      List<Line> systemPrompt,
      List<ToolChange> tools,
      List<Change> others) {}

  void addTo(RouteTable routes) {
    routes
        .get("/api/agents", Access.READ, this::list)
        .get("/api/agents/{agentId}", Access.READ, this::one)
        .patch("/api/agents/{agentId}", MANAGE, this::setSampling)
        .get("/api/agents/{agentId}/versions", Access.READ, this::versions)
        .get("/api/agents/{agentId}/versions/{versionId}", Access.READ, this::version)
        .get("/api/agents/{agentId}/versions/{a}/diff/{b}", Access.READ, this::diff);
  }

  private Reply list(Call call) {
    ProjectScope scope = call.project();
    @Nullable String after =
        call.query("cursor")
            .map(cursor -> cursors.open(scope, LIST, cursor, 1).getFirst())
            .orElse(null);
    List<Agent> rows = catalog.list(scope, call.environment(), after, call.limit() + 1);
    Map<String, Figures.AgentRow> figures = figures(call);
    Function<String, TraceJson.FindingCounts> findings = counts.agents(scope);
    return Reply.ok(
        Page.of(
            rows,
            call.limit(),
            agent -> item(agent, figures, findings.apply(agent.id())),
            last -> cursors.sign(scope, LIST, List.of(last.id()))));
  }

  private Reply one(Call call) {
    Agent agent = catalog.find(call.project(), call.path("agentId"));
    return Reply.ok(item(agent, figures(call), counts.agents(call.project()).apply(agent.id())));
  }

  private Reply setSampling(Call call) {
    catalog.setSampling(
        call.member(), call.path("agentId"), call.body().get("sampling").asDouble());
    return one(call);
  }

  private Reply versions(Call call) {
    String agentId = call.path("agentId");
    String list = VERSIONS + ' ' + agentId;
    @Nullable String before =
        call.query("cursor")
            .map(cursor -> cursors.open(call.project(), list, cursor, 1).getFirst())
            .orElse(null);
    List<Version> rows = catalog.versions(call.project(), agentId, before, call.limit() + 1);
    return Reply.ok(
        Page.of(
            rows,
            call.limit(),
            VersionItem::of,
            last -> cursors.sign(call.project(), list, List.of(last.id()))));
  }

  private Reply version(Call call) {
    Version version = catalog.version(call.project(), call.path("agentId"), call.path("versionId"));
    JsonNode definition = Json.mapper().readTree(version.definitionJson());
    return Reply.ok(
        new VersionDetail(
            VersionItem.of(version),
            definition.path("systemPrompt").asString(null),
            definition.path("description").asString(null),
            definition.has("tools") ? definition.get("tools") : Json.mapper().createArrayNode(),
            version.definitionJson()));
  }

  private Reply diff(Call call) {
    VersionDiff diff =
        catalog.diff(call.project(), call.path("agentId"), call.path("a"), call.path("b"));
    return Reply.ok(
        new Diff(
            VersionItem.of(diff.from()),
            VersionItem.of(diff.to()),
            diff.prompt().stream().map(line -> new Line(op(line.kind()), line.text())).toList(),
            diff.tools().stream()
                .map(t -> new ToolChange(t.name(), op(t.kind()), changes(t.changes())))
                .toList(),
            changes(diff.others())));
  }

  private static List<Change> changes(List<VersionDiff.Change> changes) {
    return changes.stream().map(Change::of).toList();
  }

  private static String op(VersionDiff.Kind kind) {
    return kind.name().toLowerCase(Locale.ROOT);
  }

  private Map<String, Figures.AgentRow> figures(Call call) {
    Filter filter = TimeRange.filter(call, clock.instant());
    return analytics.agents(call.project(), filter).stream()
        .collect(
            Collectors.toMap(
                row -> row.environment() + " " + row.agent(), Function.identity(), (a, _) -> a));
  }

  private static Item item(
      Agent agent, Map<String, Figures.AgentRow> figures, TraceJson.FindingCounts findings) {
    Figures.@Nullable AgentRow row = figures.get(agent.environment() + " " + agent.name());
    return new Item(
        agent.id(),
        agent.name(),
        agent.environment().name(),
        agent.currentVersionId(),
        agent.initialised(),
        agent.createdAt(),
        agent.lastSeenAt(),
        agent.sampling(),
        row == null ? 0 : row.traces(),
        row == null ? 0 : row.errorTraces(),
        row == null ? null : row.p95LatencyMs(),
        row == null
            ? TraceJson.CostSum.of(null, "unpriced")
            : TraceJson.CostSum.of(row.cost().nanoUsd(), row.cost().kind()),
        findings);
  }
}
