package dev.whyops.proxy;

/**
 * Where a provider listens, out of a URL that the egress policy has parsed.
 *
 * @param host lower case; an IPv6 address without brackets
 */
public record Origin(boolean tls, String host, int port) {
  /** As the Host header has it. */
  String authority() {
    String name = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
    return port == (tls ? 443 : 80) ? name : name + ":" + port;
  }
}
