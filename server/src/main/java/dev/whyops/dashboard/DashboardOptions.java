package dev.whyops.dashboard;

import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * How the listener is reached.
 *
 * @param port 0 takes a free one
 * @param publicUrl as users reach the dashboard, when that is not the listener itself
 * @param gatewayUrl as applications reach the gateway; asked after both listeners are bound
 * @param trustedProxies networks whose {@code X-Forwarded-For} counts
 * @param cursorSecret at least 32 bytes, the same on every node and after a restart
 */
public record DashboardOptions(
    String host,
    int port,
    Optional<URI> publicUrl,
    Supplier<URI> gatewayUrl,
    List<String> trustedProxies,
    Tls tls,
    byte[] cursorSecret,
    String version) {
  public DashboardOptions {
    trustedProxies = List.copyOf(trustedProxies);
    cursorSecret = cursorSecret.clone();
  }

  /** Whether users reach the dashboard by HTTPS, whoever speaks it. */
  boolean https() {
    return tls.factory().isPresent()
        || publicUrl.map(url -> "https".equals(url.getScheme())).orElse(false);
  }
}
