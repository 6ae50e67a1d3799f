package dev.whyops.proxy;

import dev.whyops.http.ApiException;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The refusals that speak of the provider; none of them names an address. */
final class ProviderFailures {
  private static final Map<String, String> NO_RETRY = Map.of("x-should-retry", "false");

  private ProviderFailures() {}

  static ApiException unreachable(String why) {
    return new ApiException(502, "provider_unreachable", "The provider cannot be reached. " + why);
  }

  /** The same code as any unreachable provider, but trying again cannot help. */
  static ApiException refusedByPolicy() {
    return new ApiException(
        502,
        "provider_unreachable",
        "The provider cannot be reached: its address is not allowed by the egress policy.",
        List.of(),
        NO_RETRY);
  }

  static boolean isRefusedByPolicy(ApiException failure) {
    return failure.code().equals("provider_unreachable") && !failure.headers().isEmpty();
  }

  /** Stands for an answer that gave way to another attempt; no client ever sees it. */
  static ApiException notUsed(@Nullable String retryAfter) {
    return new ApiException(
        502,
        "provider_answer_not_used",
        "The provider's answer gave way to another attempt.",
        List.of(),
        retryAfter == null ? Map.of() : Map.of("Retry-After", retryAfter));
  }

  static boolean isWorthAnother(ApiException failure) {
    return switch (failure.code()) {
      case "provider_unreachable" -> !isRefusedByPolicy(failure);
      case "provider_timeout", "provider_bad_response", "provider_answer_not_used" -> true;
      default -> false;
    };
  }

  static ApiException timeout(String why) {
    return new ApiException(504, "provider_timeout", "The provider took too long. " + why);
  }

  static ApiException tls(Throwable cause) {
    if (cause instanceof SslHandshakeTimeoutException) {
      return timeout("It did not complete the TLS handshake in time.");
    }
    return new ApiException(
        502,
        "provider_tls_failed",
        "No trusted TLS connection to the provider: its certificate does not fit or the handshake"
            + " failed.",
        List.of(),
        NO_RETRY);
  }

  static ApiException badResponse(String why) {
    return new ApiException(
        502, "provider_bad_response", "The provider's answer is no valid HTTP. " + why);
  }

  static ApiException redirect() {
    return new ApiException(
        502,
        "provider_redirect_refused",
        "The provider answered with a redirect, which is never followed. Correct its base URL.",
        List.of(),
        NO_RETRY);
  }
}
