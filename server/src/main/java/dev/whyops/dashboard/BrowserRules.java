package dev.whyops.dashboard;

import dev.whyops.http.ApiException;
import java.net.URI;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a browser is told, and what is taken from one: headers on every answer, the hosts that the
 * listener answers to (a foreign name that resolves to us is refused), and the origins that may
 * change something.
 */
final class BrowserRules {
  static final String CONTENT_SECURITY_POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
          + "connect-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'self'; "
          + "frame-ancestors 'none'; require-trusted-types-for 'script'; "
          + "trusted-types whyops-worker";

  private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");
  private static final Set<String> READS = Set.of("GET", "HEAD", "OPTIONS");

  private final Optional<URI> publicUrl;
  private final boolean https;
  private final Map<String, String> headers;

  /**
   * @param https users reach the listener by HTTPS, whoever speaks it
   */
  BrowserRules(Optional<URI> publicUrl, boolean https) {
    this.publicUrl = publicUrl;
    this.https = https;
    Map<String, String> all = new LinkedHashMap<>();
    all.put("Content-Security-Policy", CONTENT_SECURITY_POLICY);
    all.put("X-Content-Type-Options", "nosniff");
    all.put("Referrer-Policy", "no-referrer");
    all.put("Cross-Origin-Opener-Policy", "same-origin");
    all.put("Cross-Origin-Resource-Policy", "same-origin");
    all.put("Cache-Control", "no-store");
    if (https) {
      all.put("Strict-Transport-Security", "max-age=31536000");
    }
    this.headers = Collections.unmodifiableMap(all);
  }

  Map<String, String> headers() {
    return headers;
  }

  /** Name of the session cookie; with {@code __Host-} no sibling domain can set it. */
  String cookieName() {
    return https ? "__Host-whyops_session" : "whyops_session";
  }

  boolean secureCookies() {
    return https;
  }

  /** Throws 421 for a host that is not ours. */
  void checkHost(@Nullable String hostHeader, String boundAddress) {
    String host = hostOf(hostHeader == null ? "" : hostHeader);
    boolean ours =
        LOOPBACK.contains(host)
            || host.equals(bracketed(boundAddress))
            || publicUrl.map(url -> host.equals(lower(url.getHost()))).orElse(false);
    if (!ours) {
      throw new ApiException(
          421,
          "misdirected_request",
          "This server does not answer to that host name. Set WHYOPS_PUBLIC_URL to the URL that"
              + " users open.");
    }
  }

  /** Throws 403 for a change that a page of another origin asks for. */
  void checkOrigin(
      String method, @Nullable String hostHeader, @Nullable String origin, @Nullable String site) {
    if (READS.contains(method)) {
      return;
    }
    boolean sameSite = site == null || site.equals("same-origin");
    boolean sameOrigin = origin == null || isOurs(origin, hostHeader);
    if (!sameSite || !sameOrigin) {
      throw new ApiException(
          403, "foreign_origin", "Changes are taken from the dashboard's own pages only.");
    }
  }

  private boolean isOurs(String origin, @Nullable String hostHeader) {
    String given = lower(origin);
    String host = lower(hostHeader == null ? "" : hostHeader);
    if (given.equals("https://" + host) || (!https && given.equals("http://" + host))) {
      return true;
    }
    return publicUrl.map(url -> given.equals(originOf(url))).orElse(false);
  }

  private static String originOf(URI url) {
    String port = url.getPort() < 0 ? "" : ":" + url.getPort();
    return lower(url.getScheme()) + "://" + lower(url.getHost()) + port;
  }

  private static String hostOf(String hostHeader) {
    String host = lower(hostHeader);
    int colon = host.lastIndexOf(':');
    return colon > host.lastIndexOf(']') ? host.substring(0, colon) : host;
  }

  private static String bracketed(String address) {
    return address.indexOf(':') >= 0 ? "[" + address + "]" : address;
  }

  private static String lower(@Nullable String text) {
    return text == null ? "" : text.toLowerCase(Locale.ROOT);
  }
}
