package dev.whyops.dashboard;

import dev.whyops.audit.AuditLog;
import dev.whyops.auth.Permission;
import dev.whyops.http.ApiException;
import dev.whyops.project.ProjectScope;
import dev.whyops.trace.TraceEraser;
import dev.whyops.trace.TraceReader;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Deletes traces. The answer waits until lists show the trace no more, for a while. */
final class DeletionApi {
  private static final Access DELETE = new Access.InProject(Permission.DELETE_TRACES);
  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final long LOOK_EVERY_MS = 10;

  private final TraceReader reader;
  private final TraceEraser eraser;
  private final AuditLog audit;

  DeletionApi(TraceReader reader, TraceEraser eraser, AuditLog audit) {
    this.reader = reader;
    this.eraser = eraser;
    this.audit = audit;
  }

  record Deleted(int deleted) {}

  void addTo(RouteTable routes) {
    routes
        .delete("/api/traces/{traceId}", DELETE, this::one)
        .post("/api/traces/delete", DELETE, this::many);
  }

  private Reply one(Call call) {
    String traceId = TracesApi.traceId(call);
    if (!exists(call.project(), traceId)) {
      throw ApiException.notFound("trace");
    }
    erase(call, traceId);
    settle(call.project(), traceId);
    return Reply.none();
  }

  /** Deletes those that there are; unknown ones, and another project's, count for nothing. */
  private Reply many(Call call) {
    int deleted = 0;
    String last = null;
    for (JsonNode id : call.body().get("traceIds")) {
      String traceId = id.asString();
      if (exists(call.project(), traceId)) {
        erase(call, traceId);
        last = traceId;
        deleted++;
      }
    }
    if (last != null) {
      settle(call.project(), last);
    }
    return Reply.ok(new Deleted(deleted));
  }

  private void erase(Call call, String traceId) {
    audit.append(call.project(), call.member().note("trace.deleted", traceId));
    eraser.erase(call.project(), traceId);
  }

  private boolean exists(ProjectScope scope, String traceId) {
    return reader.trace(scope, traceId, null, 1).isPresent();
  }

  private void settle(ProjectScope scope, String traceId) {
    settle(reader, scope, traceId);
  }

  /** The deletion is on record already; a slow store only makes it show later. */
  static void settle(TraceReader reader, ProjectScope scope, @Nullable String traceId) {
    long until = System.nanoTime() + PATIENCE.toNanos();
    try {
      while (traceId != null
          && reader.trace(scope, traceId, null, 1).isPresent()
          && System.nanoTime() - until < 0) {
        Thread.sleep(LOOK_EVERY_MS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
