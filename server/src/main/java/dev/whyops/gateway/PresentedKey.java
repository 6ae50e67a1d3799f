package dev.whyops.gateway;

import dev.whyops.http.ApiException;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/** The one place that takes an API key out of a request. */
final class PresentedKey {
  private static final AsciiString AUTHORIZATION = AsciiString.cached("authorization");
  private static final AsciiString X_API_KEY = AsciiString.cached("x-api-key");
  private static final AsciiString API_KEY = AsciiString.cached("api-key");

  private PresentedKey() {}

  /**
   * The key, or null when none of the three headers holds one.
   *
   * @throws ApiException for two different keys, or one in the query
   */
  static @Nullable String of(HttpHeaders headers, String uri) {
    if (uri.contains("whyops_live_") || uri.contains("whyops_test_")) {
      throw new ApiException(
          400,
          "key_in_url",
          "An API key stands in the URL, where logs keep it. Send it as a header and replace it.");
    }
    String key = null;
    for (Iterator<String> all = headers.valueStringIterator(AUTHORIZATION); all.hasNext(); ) {
      key = same(key, bearer(all.next()));
    }
    for (Iterator<String> all = headers.valueStringIterator(X_API_KEY); all.hasNext(); ) {
      key = same(key, all.next().strip());
    }
    for (Iterator<String> all = headers.valueStringIterator(API_KEY); all.hasNext(); ) {
      key = same(key, all.next().strip());
    }
    return key == null || key.isEmpty() ? null : key;
  }

  /** Another scheme's value is a credential too, if one that no key matches. */
  private static String bearer(String value) {
    if (value.strip().equalsIgnoreCase("Bearer")) {
      return "";
    }
    return value.regionMatches(true, 0, "Bearer ", 0, 7) ? value.substring(7).strip() : value;
  }

  private static @Nullable String same(@Nullable String known, String next) {
    if (known == null || known.isEmpty()) {
      return next;
    }
    if (next.isEmpty() || next.equals(known)) {
      return known;
    }
    throw new ApiException(
        400, "ambiguous_credentials", "The request carries two different credentials.");
  }
}
