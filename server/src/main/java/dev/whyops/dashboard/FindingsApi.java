package dev.whyops.dashboard;

import dev.whyops.agent.AgentCatalog;
import dev.whyops.audit.AuditLog;
import dev.whyops.auth.Membership;
import dev.whyops.auth.Permission;
import dev.whyops.evidence.FindingStore;
import dev.whyops.evidence.FindingStore.Filter;
import dev.whyops.evidence.FindingStore.Kept;
import dev.whyops.finding.Finding;
import dev.whyops.finding.Sarif;
import dev.whyops.finding.Severity;
import dev.whyops.finding.Suppression;
import dev.whyops.http.ApiException;
import dev.whyops.id.Ids;
import dev.whyops.project.ProjectScope;
import java.io.OutputStream;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What was found in the traces of an agent, what people decided about it, and a file for CI. */
final class FindingsApi {
  private static final Access ANALYSE = new Access.InProject(Permission.ANALYSE);
  private static final String LIST = "findings";

  private final FindingStore store;
  private final AgentCatalog agents;
  private final AuditLog audit;
  private final Cursors cursors;
  private final Ids ids;
  private final Clock clock;
  private final String version;

  FindingsApi(
      FindingStore store,
      AgentCatalog agents,
      AuditLog audit,
      Cursors cursors,
      Ids ids,
      Clock clock,
      String version) {
    this.store = store;
    this.agents = agents;
    this.audit = audit;
    this.cursors = cursors;
    this.ids = ids;
    this.clock = clock;
    this.version = version;
  }

  void addTo(RouteTable routes) {
    routes
        .get("/api/agents/{agentId}/findings", Access.READ, this::ofAgent)
        .patch("/api/findings/{findingId}", ANALYSE, this::decide)
        .get("/api/findings/export", Access.READ, this::export)
        .get("/api/suppressions", Access.READ, this::suppressions)
        .post("/api/suppressions", ANALYSE, this::suppress)
        .delete("/api/suppressions/{suppressionId}", ANALYSE, this::unsuppress);
    new ThresholdsApi(store).addTo(routes);
  }

  private Reply ofAgent(Call call) {
    String agentId = agents.find(call.project(), call.path("agentId")).id();
    String list = LIST + ' ' + agentId;
    FindingStore.@Nullable Position after =
        call.query("cursor")
            .map(cursor -> cursors.open(call.project(), list, cursor, 2))
            .map(place -> new FindingStore.Position(Instant.parse(place.get(0)), place.get(1)))
            .orElse(null);
    Filter filter =
        new Filter(
            agentId,
            call.query("severity").flatMap(Severity::ofWireName).orElse(null),
            call.queryOrNull("code"),
            call.query("status")
                .map(status -> Call.constant(Finding.Status.class, status))
                .orElse(null),
            null,
            null);
    List<Kept> rows = store.list(call.project(), filter, after, call.limit() + 1);
    return Reply.ok(
        Page.of(
            rows,
            call.limit(),
            kept -> EvidenceJson.of(kept.finding(), kept.foundAt()),
            last ->
                cursors.sign(
                    call.project(),
                    list,
                    List.of(last.foundAt().toString(), last.finding().id()))));
  }

  private Reply decide(Call call) {
    String id = call.path("findingId");
    Finding.Status status = Call.constant(Finding.Status.class, call.text("status"));
    @Nullable String reason = call.textOrNull("reason");
    if (status == Finding.Status.DISMISSED && reason == null) {
      throw ApiException.invalid("reason", "validation_failed", "Say why it is dismissed.");
    }
    Membership by = call.member();
    String action = status == Finding.Status.OPEN ? "finding.reopened" : "finding.dismissed";
    if (!store.decide(call.project(), id, status, reason, by.note(action, id))) {
      throw ApiException.notFound("finding");
    }
    Kept kept = store.find(call.project(), id).orElseThrow(() -> ApiException.notFound("finding"));
    return Reply.ok(EvidenceJson.of(kept.finding(), kept.foundAt()));
  }

  private Reply export(Call call) {
    @Nullable String agent = call.queryOrNull("agent");
    Filter filter = Filter.found(call.time("from"), call.time("to"));
    audit.append(
        call.project(),
        call.note(
            "findings.exported", call.project().project().value(), Map.of("format", "sarif")));
    return Reply.stream("application/json", out -> sarif(call.project(), filter, agent, out))
        .with("Content-Disposition", "attachment; filename=\"findings.sarif\"");
  }

  private void sarif(ProjectScope scope, Filter filter, @Nullable String agent, OutputStream out) {
    Sarif sarif = new Sarif(out, version, "/docs/why.md");
    store.each(
        scope,
        filter,
        kept -> {
          if (agent == null || agent.equals(kept.finding().agentName())) {
            sarif.add(kept.finding());
          }
        });
    sarif.end();
  }

  private Reply suppressions(Call call) {
    return Reply.ok(Page.whole(store.suppressions(call.project())));
  }

  private Reply suppress(Call call) {
    Membership by = call.member();
    @Nullable String expiresAt = call.textOrNull("expiresAt");
    Suppression suppression =
        new Suppression(
            ids.next("sup_"),
            call.text("code"),
            call.textOrNull("agent"),
            call.textOrNull("tool"),
            call.textOrNull("path"),
            call.textOrNull("fingerprint"),
            call.text("reason"),
            by.person().id(),
            clock.instant(),
            expiresAt == null ? null : QueryRule.time("expiresAt", expiresAt));
    store.insert(
        call.project(),
        suppression,
        by.note("suppression.created", suppression.id(), Map.of("code", suppression.code())));
    return Reply.created(suppression);
  }

  private Reply unsuppress(Call call) {
    String id = call.path("suppressionId");
    if (!store.delete(call.project(), id, call.member().note("suppression.deleted", id))) {
      throw ApiException.notFound("suppression");
    }
    return Reply.none();
  }
}
