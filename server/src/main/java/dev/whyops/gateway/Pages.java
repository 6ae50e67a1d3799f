package dev.whyops.gateway;

import dev.whyops.http.Answer;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** The few things that the listener answers without a key. */
final class Pages {
  private Pages() {}

  static Answer answer(GatewayRoutes.Page page, Shared shared) {
    return switch (page) {
      case ROOT ->
          text(
              200,
              "This is the WhyOps gateway, for applications. The dashboard is at "
                  + shared.config().dashboardUrl()
                  + "\n");
      case HEALTH -> json(200, "{\"status\":\"ok\"}");
      case READY ->
          shared.ready().getAsBoolean()
              ? json(200, "{\"status\":\"ready\"}")
              : json(503, "{\"status\":\"not_ready\"}");
    };
  }

  private static Answer json(int status, String json) {
    return new Answer(
        status, json.getBytes(StandardCharsets.UTF_8), Map.of("cache-control", "no-store"));
  }

  private static Answer text(int status, String text) {
    return new Answer(
        status,
        text.getBytes(StandardCharsets.UTF_8),
        Map.of("content-type", "text/plain; charset=utf-8"));
  }
}
