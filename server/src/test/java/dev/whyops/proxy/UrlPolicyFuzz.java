package dev.whyops.proxy;

import dev.whyops.fuzz.Oracle;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;

/** Base URLs: what is allowed is read alike by another parser, and has nothing odd in its host. */
public final class UrlPolicyFuzz {
  private static final EgressPolicy POLICY =
      new EgressPolicy(List.of("127.0.0.1/32"), Set.of(5_432));

  private UrlPolicyFuzz() {}

  public static void fuzzerTestOneInput(byte[] data) {
    String url = new String(data, StandardCharsets.UTF_8);
    if (!(POLICY.parse(url) instanceof EgressPolicy.Verdict.Allowed(Origin origin, String path))) {
      return;
    }
    URI other = URI.create(url);
    String host = other.getHost();
    if (host == null && url.contains("_")) {
      return; // names of services have underscores, which that parser knows no host with
    }
    Oracle.check(host != null, "host that another parser does not see");
    String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    Oracle.check(bare.equalsIgnoreCase(origin.host()), "host: " + host + " and " + origin.host());
    Oracle.check(other.getUserInfo() == null, "user-info");
    Oracle.check(other.getQuery() == null && other.getFragment() == null, "query or fragment");
    int port = other.getPort() < 0 ? (origin.tls() ? 443 : 80) : other.getPort();
    Oracle.same(port, origin.port(), "port");
    Oracle.check(origin.host().chars().allMatch(UrlPolicyFuzz::isPlain), "characters of the host");
    Oracle.check(path.isEmpty() || path.startsWith("/"), "path");
  }

  private static boolean isPlain(int c) {
    return c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-' || c == '.' || c == ':';
  }
}
