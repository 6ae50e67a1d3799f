package dev.whyops.dashboard;

import dev.whyops.http.ApiException;
import dev.whyops.metrics.Metrics;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/** What an operator's machines ask: does it live, may it take traffic, what does it count. */
final class OperationApi {
  private final BooleanSupplier ready;
  private final Metrics metrics;

  OperationApi(BooleanSupplier ready, Metrics metrics) {
    this.ready = ready;
    this.metrics = metrics;
  }

  record Health(String status) {}

  void addTo(RouteTable routes) {
    routes
        .get("/healthz", Access.PUBLIC, _ -> Reply.ok(new Health("ok")))
        .get("/readyz", Access.PUBLIC, this::readiness)
        .get("/metrics", Access.LOOPBACK_OR_KEY, this::metrics);
  }

  private Reply readiness(Call call) {
    if (!ready.getAsBoolean()) {
      throw new ApiException(
          503,
          "not_ready",
          "The server does not take traffic now.",
          List.of(),
          Map.of("Retry-After", "1"));
    }
    return Reply.ok(new Health("ready"));
  }

  private Reply metrics(Call call) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      metrics.write(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Reply.bytes(Metrics.CONTENT_TYPE, out.toByteArray());
  }
}
