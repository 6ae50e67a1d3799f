package dev.whyops.store.postgres;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Reads {@code postgresql://user:password@host:port/database?option=value}. Off the own host the
 * server's certificate and name are checked unless the URL says otherwise.
 *
 * @param jdbc without user and password
 */
record PostgresUrl(String jdbc, Optional<String> user, Optional<String> password) {
  private static final int DEFAULT_PORT = 5432;

  /**
   * @throws IllegalArgumentException with one clear line that holds no password
   */
  static PostgresUrl parse(String text) {
    URI url;
    try {
      url = new URI(text);
    } catch (URISyntaxException e) {
      throw invalid();
    }
    String host = url.getHost();
    String path = url.getRawPath();
    if (host == null
        || path == null
        || path.length() < 2
        || !("postgresql".equals(url.getScheme()) || "postgres".equals(url.getScheme()))) {
      throw invalid();
    }
    String query = url.getRawQuery() == null ? "" : url.getRawQuery();
    if (!query.contains("sslmode=") && !isLocal(host)) {
      query += (query.isEmpty() ? "" : "&") + "sslmode=verify-full";
    }
    int port = url.getPort() < 0 ? DEFAULT_PORT : url.getPort();
    String jdbc =
        "jdbc:postgresql://" + host + ":" + port + path + (query.isEmpty() ? "" : "?" + query);
    String userInfo = url.getRawUserInfo();
    if (userInfo == null) {
      return new PostgresUrl(jdbc, Optional.empty(), Optional.empty());
    }
    int colon = userInfo.indexOf(':');
    return colon < 0
        ? new PostgresUrl(jdbc, Optional.of(decoded(userInfo)), Optional.empty())
        : new PostgresUrl(
            jdbc,
            Optional.of(decoded(userInfo.substring(0, colon))),
            Optional.of(decoded(userInfo.substring(colon + 1))));
  }

  @Override
  public String toString() {
    return "PostgresUrl[***]";
  }

  private static boolean isLocal(String host) {
    return host.equals("localhost") || host.matches("127\\.[0-9.]+") || host.equals("[::1]");
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  private static IllegalArgumentException invalid() {
    return new IllegalArgumentException(
        "WHYOPS_DATABASE_URL is postgresql://user:password@host:port/database");
  }
}
