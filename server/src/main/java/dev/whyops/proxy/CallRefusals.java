package dev.whyops.proxy;

import dev.whyops.http.ApiException;
import java.util.List;
import java.util.Map;

/** The refusals that speak of the request or of us, not of the provider. */
final class CallRefusals {
  private CallRefusals() {}

  static ApiException tooLarge() {
    return new ApiException(
        413, "request_too_large", "The body of the request is larger than this route takes.");
  }

  static ApiException overloaded() {
    return new ApiException(
        503,
        "overloaded",
        "Too many large requests are under way. Try again.",
        List.of(),
        Map.of("Retry-After", "1"));
  }

  static ApiException unavailable() {
    return new ApiException(
        503, "control_plane_unavailable", "The configuration cannot be read now. Try again.");
  }
}
