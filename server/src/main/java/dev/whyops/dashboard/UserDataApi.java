package dev.whyops.dashboard;

import dev.whyops.analytics.TraceGroups;
import dev.whyops.audit.AuditLog;
import dev.whyops.audit.AuditNote;
import dev.whyops.auth.Caller;
import dev.whyops.auth.Membership;
import dev.whyops.auth.Permission;
import dev.whyops.erasure.UserErasure;
import dev.whyops.http.ApiException;
import dev.whyops.json.Json;
import dev.whyops.pricing.PriceBook;
import dev.whyops.project.ProjectScope;
import dev.whyops.tenancy.Prices;
import dev.whyops.trace.TraceDetail;
import dev.whyops.trace.TraceQuery;
import dev.whyops.trace.TraceReader;
import dev.whyops.trace.UserTraces;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JsonEncoding;
import tools.jackson.core.JsonGenerator;

/**
 * What a user of the application may ask for: everything that is stored about them, and its
 * deletion. Both go over the traces with events of that user.
 */
final class UserDataApi {
  private static final Access DELETE = new Access.InProject(Permission.DELETE_TRACES);
  private static final int PAGE = 200;

  private final TraceReader reader;
  private final TraceGroups groups;
  private final UserErasure erasure;
  private final WholeTrace whole;
  private final Prices prices;
  private final FindingCountsOf counts;
  private final AuditLog audit;

  UserDataApi(DashboardServices.Traces traces, WholeTrace whole, Prices prices, AuditLog audit) {
    this.prices = prices;
    this.counts = new FindingCountsOf(traces.findings());
    this.reader = traces.reader();
    this.groups = traces.groups();
    this.erasure = traces.erasure();
    this.whole = whole;
    this.audit = audit;
  }

  void addTo(RouteTable routes) {
    routes
        .get("/api/users/{externalUserId}/export", Access.READ, this::export)
        .delete("/api/users/{externalUserId}", DELETE, this::delete);
  }

  private Reply delete(Call call) {
    String user = known(call);
    audit.append(call.project(), call.member().note("user.deleted", user));
    UserErasure.Erased erased = erasure.erase(call.project(), user);
    DeletionApi.settle(reader, call.project(), erased.last());
    return Reply.ok(new DeletionApi.Deleted(erased.count()));
  }

  private Reply export(Call call) {
    String user = known(call);
    ProjectScope scope = call.project();
    audit.append(scope, note(call, user));
    return Reply.stream("application/json", out -> write(scope, user, out))
        .with("Content-Disposition", "attachment; filename=\"user.json\"")
        .with("Content-Security-Policy", "sandbox");
  }

  private void write(ProjectScope scope, String user, OutputStream out) throws IOException {
    try (JsonGenerator json = Json.mapper().createGenerator(out, JsonEncoding.UTF8)) {
      json.writeStartObject();
      json.writeStringProperty("externalUserId", user);
      json.writeName("traces");
      json.writeStartArray();
      PriceBook book = prices.book(scope);
      new UserTraces(reader).each(scope, user, trace -> write(scope, trace.traceId(), book, json));
      json.writeEndArray();
      json.writeEndObject();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  /** A trace that was deleted while the file is written is left out. */
  private void write(ProjectScope scope, String traceId, PriceBook book, JsonGenerator json) {
    Optional<TraceDetail> first = reader.trace(scope, traceId, null, PAGE);
    if (first.isPresent()) {
      json.writeStartObject();
      json.writeName("trace");
      json.writePOJO(counts.trace(scope, first.get().summary()));
      json.writeName("events");
      json.writeStartArray();
      whole.each(
          scope,
          traceId,
          first.get(),
          event -> json.writePOJO(TraceJson.EventItem.of(event, book)));
      json.writeEndArray();
      json.writeEndObject();
    }
  }

  private String known(Call call) {
    String user = call.path("externalUserId");
    if (groups.user(call.project(), user).isEmpty()
        && reader.traces(call.project(), TraceQuery.ofUser(user, 1, null)).isEmpty()) {
      throw ApiException.notFound("user");
    }
    return user;
  }

  private static AuditNote note(Call call, String user) {
    Membership membership = call.membership();
    if (membership != null) {
      return membership.note("user.exported", user);
    }
    String key = call.asker() instanceof Asker.Key(Caller caller) ? caller.keyId() : "unknown";
    return new AuditNote(key, "API key", "user.exported", user, Map.of());
  }
}
