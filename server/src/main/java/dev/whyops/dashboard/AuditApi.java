package dev.whyops.dashboard;

import dev.whyops.audit.AuditEntry;
import dev.whyops.audit.AuditLog;
import dev.whyops.auth.Permission;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Who changed what in a project. */
final class AuditApi {
  private static final String LIST = "audit";

  private final AuditLog log;
  private final Cursors cursors;

  AuditApi(AuditLog log, Cursors cursors) {
    this.log = log;
    this.cursors = cursors;
  }

  record Item(
      long sequence,
      Instant at,
      String actor,
      String actorLabel,
      String action,
      String target,
      Map<String, String> details,
      String hash) {
    static Item of(AuditEntry entry) {
      return new Item(
          entry.sequence(),
          entry.at(),
          entry.actor(),
          entry.actorLabel(),
          entry.action(),
          entry.target(),
          entry.details(),
          entry.hash());
    }
  }

  void addTo(RouteTable routes) {
    routes.getForPeople(
        "/api/projects/{projectId}/audit", new Access.InProject(Permission.READ_AUDIT), this::list);
  }

  private Reply list(Call call) {
    long before =
        call.query("cursor")
            .map(c -> Long.parseLong(cursors.open(call.project(), LIST, c, 1).getFirst()))
            .orElse(Long.MAX_VALUE);
    List<AuditEntry> rows = log.entries(call.project(), before, call.limit() + 1);
    return Reply.ok(
        Page.of(
            rows,
            call.limit(),
            Item::of,
            last -> cursors.sign(call.project(), LIST, List.of(Long.toString(last.sequence())))));
  }
}
