package dev.whyops.route;

import dev.whyops.http.ApiException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Reads a provider's base URL as strictly as it is used later: one scheme, one ASCII host, nothing
 * that two parsers could read in two ways. Where its host may lie decides the {@link
 * DestinationCheck}.
 */
final class BaseUrl {
  private static final int LENGTH_MAX = 2_000;

  /** Plain characters of a URL without user-info, query, fragment, escapes of the host. */
  private static final Pattern PLAIN =
      Pattern.compile(
          "https?://(\\[[0-9A-Fa-f:.]+]|[A-Za-z0-9.-]+)(:[0-9]{1,5})?(/[A-Za-z0-9._~%!$&'()*+,;=:@/-]*)?",
          Pattern.CASE_INSENSITIVE);

  private BaseUrl() {}

  /**
   * @throws ApiException 400 {@code egress_refused}
   */
  static URI parse(String text) {
    if (text.length() > LENGTH_MAX || !PLAIN.matcher(text).matches()) {
      throw refused();
    }
    try {
      URI url = new URI(text);
      String host = url.getHost();
      if (host == null
          || host.endsWith(".")
          || url.getRawUserInfo() != null
          || url.getPort() == 0
          || url.getPort() > 65_535) {
        throw refused();
      }
      String lower = url.getScheme().toLowerCase(Locale.ROOT);
      String port = url.getPort() < 0 ? "" : ":" + url.getPort();
      String path = url.getRawPath() == null ? "" : url.getRawPath();
      return new URI(lower + "://" + host.toLowerCase(Locale.ROOT) + port + path);
    } catch (URISyntaxException e) {
      throw refused();
    }
  }

  private static ApiException refused() {
    return ApiException.invalid(
        "baseUrl",
        "egress_refused",
        "The base URL is https://host, with a port and path if need be, and nothing else.");
  }
}
