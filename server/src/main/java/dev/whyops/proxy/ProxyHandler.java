package dev.whyops.proxy;

import dev.whyops.continuity.TraceResolver;
import dev.whyops.id.Ids;
import dev.whyops.project.SettingsLookup;
import dev.whyops.record.Recorder;
import dev.whyops.route.Providers;
import dev.whyops.route.Router;
import java.util.concurrent.Executor;

/** What all proxied calls share; starts one call per request. Thread-safe. */
public final class ProxyHandler {
  private final Providers providers;
  private final SettingsLookup settings;
  private final Router router;
  private final Recorder recorder;
  private final OutboundGate gate;
  private final Ids ids;
  private final Executor blocking;
  private final GatewayCounters counters;
  private final Continuation continuation;
  private final UsageInjection usageInjection = new UsageInjection();

  /**
   * @param blocking runs look-ups that may block, one virtual thread each
   */
  public ProxyHandler(
      Providers providers,
      SettingsLookup settings,
      Router router,
      Recorder recorder,
      OutboundGate gate,
      Ids ids,
      Executor blocking,
      TraceResolver resolver,
      GatewayCounters counters) {
    this.providers = providers;
    this.settings = settings;
    this.router = router;
    this.recorder = recorder;
    this.gate = gate;
    this.ids = ids;
    this.blocking = blocking;
    this.continuation = new Continuation(resolver, blocking);
    this.counters = counters;
  }

  /**
   * Starts a call on the client's event loop.
   *
   * @throws dev.whyops.http.ApiException when its head alone refuses it
   */
  public ProxyCall start(ClientSide client, Lane lane, CallRequest request) {
    CallContext context = CallContext.read(request);
    counters.calls.increment();
    return new ProxyCall(this, client, lane, request, context);
  }

  Providers providers() {
    return providers;
  }

  SettingsLookup settings() {
    return settings;
  }

  Router router() {
    return router;
  }

  Recorder recorder() {
    return recorder;
  }

  OutboundGate gate() {
    return gate;
  }

  Ids ids() {
    return ids;
  }

  Continuation continuation() {
    return continuation;
  }

  UsageInjection usageInjection() {
    return usageInjection;
  }

  Executor blocking() {
    return blocking;
  }

  GatewayCounters counters() {
    return counters;
  }
}
