package dev.whyops.auth;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.HexFormat;

/**
 * Whom a login delay counts for: one IPv4 address, or the /64 of an IPv6 address, which one
 * subscriber holds as a whole. An IPv4 address inside IPv6 is the IPv4 address.
 */
record Network(String key) {
  private static final int IPV6_PREFIX_BYTES = 8;

  static Network of(InetAddress address) {
    byte[] bytes = address.getAddress();
    int length = address instanceof Inet6Address ? IPV6_PREFIX_BYTES : bytes.length;
    return new Network(HexFormat.of().formatHex(bytes, 0, length));
  }
}
