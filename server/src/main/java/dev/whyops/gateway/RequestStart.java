package dev.whyops.gateway;

import dev.whyops.auth.Caller;
import dev.whyops.auth.KeyCheck;
import dev.whyops.http.ApiException;
import dev.whyops.http.ErrorDialect;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Judges the head of a request, in this order: framing, path, shape of the key, key, scope. The
 * body plays no part and is not read before. Thread-safe.
 */
final class RequestStart {
  private final Shared shared;

  RequestStart(Shared shared) {
    this.shared = shared;
  }

  Start judge(HttpRequest request, InetAddress from) {
    HttpHeaders headers = request.headers();
    GatewayRoutes.Found found =
        shared.routes().find(request.method().name(), request.uri(), headers);
    ApiException fault = RequestHeads.fault(request, shared.config().limits());
    if (fault != null) {
      boolean pathKnown = request.decoderResult().isSuccess();
      return new Start.Refuse(fault, pathKnown ? found.errors() : ErrorDialect.OWN, null, true);
    }
    return switch (found) {
      case GatewayRoutes.Found.Refused(ApiException refusal, ErrorDialect errors) ->
          new Start.Refuse(refusal, errors, null, false);
      case GatewayRoutes.Found.BuiltIn(GatewayRoutes.Page page) -> new Start.Page(page);
      case GatewayRoutes.Found.Own own -> authenticate(request, found, from);
      case GatewayRoutes.Found.Proxy proxy ->
          headers.containsValue("upgrade", "websocket", true)
              ? new Start.Refuse(webSocket(), found.errors(), null, false)
              : authenticate(request, found, from);
    };
  }

  private Start authenticate(HttpRequest request, GatewayRoutes.Found found, InetAddress from) {
    try {
      expectation(request.headers());
      String key = PresentedKey.of(request.headers(), request.uri());
      if (key == null) {
        throw Authentication.invalidKey();
      }
      Optional<KeyCheck> cached = shared.keys().cached(key);
      if (cached.isPresent()) {
        return admit(found, cached.get(), from);
      }
      shared.junkKeys().demand(from);
      return new Start.CheckKey(key, found);
    } catch (ApiException e) {
      return new Start.Refuse(e, found.errors(), null, false);
    }
  }

  /** Asks the store about the key, off the loop; {@code then} is told on it. */
  void check(Start.CheckKey check, InetAddress from, EventLoop loop, Consumer<Start> then) {
    shared
        .blocking()
        .execute(
            () -> {
              KeyCheck answer = Authentication.check(shared.keys(), check.key());
              loop.execute(() -> then.accept(admit(check.found(), answer, from)));
            });
  }

  private Start admit(GatewayRoutes.Found found, KeyCheck check, InetAddress from) {
    Caller caller = check instanceof KeyCheck.Accepted accepted ? accepted.caller() : null;
    try {
      if (check instanceof KeyCheck.Rejected) {
        shared.junkKeys().wrong(from);
      }
      Caller admitted = Authentication.caller(check, found);
      return found instanceof GatewayRoutes.Found.Own own
          ? new Start.Own(own.row(), admitted)
          : new Start.Call(((GatewayRoutes.Found.Proxy) found).target(), admitted);
    } catch (ApiException e) {
      return new Start.Refuse(e, found.errors(), caller, false);
    }
  }

  private static void expectation(HttpHeaders headers) {
    String expected = headers.get("expect");
    if (expected != null && !expected.equalsIgnoreCase("100-continue")) {
      throw new ApiException(417, "expectation_failed", "This expectation is not known.");
    }
  }

  private static ApiException webSocket() {
    return new ApiException(
        426,
        "websocket_not_supported",
        "WebSocket is not supported yet. Use HTTP with stream: true.",
        List.of(),
        Map.of("Upgrade", "HTTP/1.1"));
  }
}
