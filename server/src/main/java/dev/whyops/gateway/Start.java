package dev.whyops.gateway;

import dev.whyops.auth.Caller;
import dev.whyops.endpoint.RouteTable;
import dev.whyops.http.ApiException;
import dev.whyops.http.ErrorDialect;
import dev.whyops.proxy.CallTarget;
import org.jspecify.annotations.Nullable;

/** What is to be done with a request, judged by its head. */
sealed interface Start {
  /**
   * @param caller known when the refusal came after the key was checked
   * @param close the framing cannot be trusted, so nothing more is read
   */
  record Refuse(ApiException refusal, ErrorDialect errors, @Nullable Caller caller, boolean close)
      implements Start {}

  /** Answered by the listener itself. */
  record Page(GatewayRoutes.Page page) implements Start {}

  /** Only the store can tell who it is. */
  record CheckKey(String key, GatewayRoutes.Found found) implements Start {}

  record Own(RouteTable.Row row, Caller caller) implements Start {}

  record Call(CallTarget target, Caller caller) implements Start {}
}
