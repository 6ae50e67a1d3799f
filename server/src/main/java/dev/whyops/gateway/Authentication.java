package dev.whyops.gateway;

import dev.whyops.auth.ApiKeys;
import dev.whyops.auth.Caller;
import dev.whyops.auth.KeyCheck;
import dev.whyops.auth.Scope;
import dev.whyops.http.ApiException;
import dev.whyops.provider.CallKind;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Turns what the key store says into a caller that may do this, or a refusal. */
final class Authentication {
  private Authentication() {}

  /** Asks the store; may block, never throws. */
  static KeyCheck check(ApiKeys keys, String key) {
    try {
      return keys.check(key);
    } catch (RuntimeException e) {
      Log.fault("key check", e);
      return new KeyCheck.Unavailable();
    }
  }

  /**
   * @throws ApiException 401, 403 or 503
   */
  static Caller caller(KeyCheck check, GatewayRoutes.Found found) {
    Caller caller =
        switch (check) {
          case KeyCheck.Accepted(Caller accepted) -> accepted;
          case KeyCheck.Rejected r -> throw invalidKey();
          case KeyCheck.Unavailable u -> throw unavailable();
        };
    Scope needed = scope(found);
    if (!caller.may(needed)) {
      throw new ApiException(
          403,
          "insufficient_scope",
          "The API key may not do this: it lacks the scope "
              + needed.name().toLowerCase(Locale.ROOT)
              + ".");
    }
    return caller;
  }

  private static Scope scope(GatewayRoutes.Found found) {
    return switch (found) {
      case GatewayRoutes.Found.Own own -> own.row().scope();
      case GatewayRoutes.Found.Proxy proxy ->
          proxy.target().kind() == CallKind.PASSTHROUGH ? Scope.PASSTHROUGH : Scope.PROXY;
      case GatewayRoutes.Found.BuiltIn b -> throw new IllegalStateException("needs no key");
      case GatewayRoutes.Found.Refused r -> throw new IllegalStateException("needs no key");
    };
  }

  /** One text for every reason, so that nobody learns which it was. */
  static ApiException invalidKey() {
    return new ApiException(401, "invalid_api_key", "The API key is missing or not valid.");
  }

  private static ApiException unavailable() {
    return new ApiException(
        503,
        "control_plane_unavailable",
        "The key cannot be checked now. Try again.",
        List.of(),
        Map.of("Retry-After", "1"));
  }
}
