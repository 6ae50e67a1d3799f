package dev.whyops.vault;

import java.net.URI;
import java.util.Locale;

/**
 * Scheme, host and port that a credential was entered for.
 *
 * @param text {@code scheme://host:port}, lower case, the port always written
 */
public record Origin(String text) {

  /**
   * @throws IllegalArgumentException when the address has no scheme or host
   */
  public static Origin of(URI address) {
    String scheme = address.getScheme();
    String host = address.getHost();
    if (scheme == null || host == null) {
      throw new IllegalArgumentException("an origin needs a scheme and a host");
    }
    String lower = scheme.toLowerCase(Locale.ROOT);
    int port = address.getPort() >= 0 ? address.getPort() : lower.equals("https") ? 443 : 80;
    return new Origin(lower + "://" + host.toLowerCase(Locale.ROOT) + ":" + port);
  }

  @Override
  public String toString() {
    return text;
  }
}
