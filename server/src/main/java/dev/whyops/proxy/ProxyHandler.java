package dev.whyops.proxy;

import dev.whyops.continuity.SignatureBook;
import dev.whyops.continuity.TraceResolver;
import dev.whyops.http.ApiException;
import dev.whyops.id.Ids;
import dev.whyops.limit.FairShare;
import dev.whyops.limit.Limiter;
import dev.whyops.limit.Permit;
import dev.whyops.project.SettingsLookup;
import dev.whyops.record.Pricer;
import dev.whyops.record.Recorder;
import dev.whyops.route.Providers;
import dev.whyops.route.Router;
import java.util.concurrent.Executor;

/** Starts one call per request, and holds what all of them share. Thread-safe. */
public final class ProxyHandler implements AutoCloseable {
  /**
   * What all calls share.
   *
   * @param blocking runs look-ups that may block, one virtual thread each
   */
  public record Parts(
      Providers providers,
      SettingsLookup settings,
      Router router,
      Recorder recorder,
      OutboundGate gate,
      TraceResolver resolver,
      SignatureBook signatures,
      Limiter limiter,
      FairShare heldBytes,
      Pricer pricer,
      Ids ids,
      Executor blocking,
      GatewayCounters counters) {}

  private static final int CAPTURE_HEAP_SHARE = 8;
  private static final long CAPTURE_BYTES_MAX = 128L * 1024 * 1024;

  private final Parts parts;

  /** Copies of answers; what was handed to the journal is held once more behind it. */
  private final FairShare captured =
      new FairShare(
          Math.min(CAPTURE_BYTES_MAX, Runtime.getRuntime().maxMemory() / CAPTURE_HEAP_SHARE));

  private final Continuation continuation;
  private final Metering metering;
  private final UsageInjection usageInjection = new UsageInjection();

  public ProxyHandler(Parts parts) {
    this.parts = parts;
    this.continuation =
        new Continuation(parts.resolver(), parts.blocking(), parts.counters().continuityLate);
    this.metering = new Metering(parts.limiter(), parts.pricer(), parts.blocking());
  }

  /**
   * Starts a call on the client's event loop.
   *
   * @throws ApiException when its head alone refuses it
   */
  public ProxyCall start(ClientSide client, Lane lane, CallRequest request) {
    CallContext context = CallContext.read(request);
    Permit permit = parts.limiter().enter(request.caller());
    try {
      ProxyCall call = new ProxyCall(this, client, lane, request, context, permit);
      parts.counters().calls.increment();
      return call;
    } catch (ApiException e) {
      permit.close();
      throw e;
    }
  }

  /** Ends what runs beside the loops. */
  @Override
  public void close() {
    continuation.close();
  }

  Parts parts() {
    return parts;
  }

  FairShare captured() {
    return captured;
  }

  Continuation continuation() {
    return continuation;
  }

  Metering metering() {
    return metering;
  }

  UsageInjection usageInjection() {
    return usageInjection;
  }

  GatewayCounters counters() {
    return parts.counters();
  }
}
