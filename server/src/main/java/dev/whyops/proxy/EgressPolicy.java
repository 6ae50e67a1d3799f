package dev.whyops.proxy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Which addresses a user may make the server talk to. URLs are parsed here once, by a grammar far
 * narrower than RFC 3986; what is connected to is what was checked. Immutable but for the
 * listeners, which are told once when they are bound.
 */
public final class EgressPolicy {
  private static final List<Cidr> NOT_PUBLIC =
      List.of(
              // IPv4: RFC 6890 and what clouds use for their metadata
              "0.0.0.0/8",
              "10.0.0.0/8",
              "100.64.0.0/10",
              "127.0.0.0/8",
              "169.254.0.0/16",
              "172.16.0.0/12",
              "192.0.0.0/24",
              "192.0.2.0/24",
              "192.88.99.0/24",
              "192.168.0.0/16",
              "198.18.0.0/15",
              "198.51.100.0/24",
              "203.0.113.0/24",
              "224.0.0.0/4",
              "240.0.0.0/4",
              // IPv6: loopback, unspecified, discard, documentation, ORCHID, ULA, link-local,
              // site-local, multicast
              "::/128",
              "::1/128",
              "100::/64",
              "2001:2::/48",
              "2001:10::/28",
              "2001:20::/28",
              "2001:db8::/32",
              "3fff::/20",
              "5f00::/16",
              "fc00::/7",
              "fe80::/10",
              "fec0::/10",
              "ff00::/8")
          .stream()
          .map(Cidr::parse)
          .toList();
  private static final Cidr V4_COMPATIBLE = Cidr.parse("::/96");
  private static final Cidr NAT64 = Cidr.parse("64:ff9b::/96");
  private static final Cidr NAT64_LOCAL = Cidr.parse("64:ff9b:1::/48");
  private static final Cidr SIX_TO_FOUR = Cidr.parse("2002::/16");
  private static final Cidr TEREDO = Cidr.parse("2001::/32");

  private final List<Cidr> allowed;
  private final Set<Integer> databasePorts;
  private volatile Set<Integer> ownPorts = Set.of();
  private volatile Set<String> ownAuthorities = Set.of();

  /** What became of a URL or an address. */
  public sealed interface Verdict {
    /** The URL is well-formed and may be tried; its addresses are judged when it is resolved. */
    record Allowed(Origin origin, String path) implements Verdict {}

    /**
     * @param code {@code egress_refused} or {@code loop_refused}
     * @param reason safe to show to the one who typed the URL
     */
    record Refused(String code, String reason) implements Verdict {}
  }

  /**
   * @param allowedCidrs private networks that providers may live in
   * @param databasePorts ports of configured databases
   */
  public EgressPolicy(List<String> allowedCidrs, Set<Integer> databasePorts) {
    this.allowed = allowedCidrs.stream().map(Cidr::parse).toList();
    this.databasePorts = Set.copyOf(databasePorts);
  }

  /** Tells the ports of our own listeners and the names under which users reach them. */
  public void listeners(Set<Integer> ports, Set<String> authorities) {
    ownPorts = Set.copyOf(ports);
    Set<String> lower = new HashSet<>();
    authorities.forEach(a -> lower.add(a.toLowerCase(Locale.ROOT)));
    ownAuthorities = Set.copyOf(lower);
  }

  /** Judges the text of a base URL, without resolving its name. */
  public Verdict parse(String url) {
    BaseUrl parsed = BaseUrl.parse(url);
    if (parsed == null) {
      return refused("The URL must be https://host[:port][/path], with nothing else in it.");
    }
    Origin origin = parsed.origin();
    if (ownAuthorities.contains(origin.authority())) {
      return new Verdict.Refused("loop_refused", "The URL leads back to this installation.");
    }
    if (!portAllowed(origin)) {
      return refused("The port is not allowed: use 443, or one from 1024 on.");
    }
    return new Verdict.Allowed(origin, parsed.path());
  }

  /** Judges a base URL that somebody wants to save: its text and all its addresses. May block. */
  public Verdict check(String url, OutboundGate.Resolver resolver) {
    Verdict verdict = parse(url);
    if (!(verdict instanceof Verdict.Allowed allowed)) {
      return verdict;
    }
    try {
      Verdict byAddress = judge(allowed.origin(), resolver.resolve(allowed.origin().host()));
      return byAddress instanceof Verdict.Allowed ? allowed : byAddress;
    } catch (UnknownHostException e) {
      return refused("The host name cannot be resolved.");
    }
  }

  /** Judges everything that a name resolved to: each address must pass. */
  Verdict judge(Origin origin, InetAddress[] addresses) {
    if (addresses.length == 0) {
      return refused("The name has no address.");
    }
    for (InetAddress address : addresses) {
      boolean inAllowList = inAllowList(address);
      if (address.isLoopbackAddress() && ownPorts.contains(origin.port())) {
        return new Verdict.Refused("loop_refused", "The URL leads back to this installation.");
      }
      if (!inAllowList && !isPublic(address)) {
        return refused("The address is not a public one.");
      }
      if (!inAllowList && (!origin.tls() || origin.port() == 80)) {
        return refused("Only https is allowed outside of the networks of WHYOPS_EGRESS_ALLOW.");
      }
    }
    return new Verdict.Allowed(origin, "");
  }

  private boolean portAllowed(Origin origin) {
    int port = origin.port();
    boolean known =
        port == 443 || port == 80 && !allowed.isEmpty() || port >= 1024 && port <= 65535;
    return known && !databasePorts.contains(port);
  }

  private boolean inAllowList(InetAddress address) {
    byte[] bytes = address.getAddress();
    return allowed.stream().anyMatch(cidr -> cidr.contains(bytes));
  }

  static boolean isPublic(InetAddress address) {
    return isPublic(address.getAddress());
  }

  private static boolean isPublic(byte[] address) {
    for (Cidr cidr : NOT_PUBLIC) {
      if (cidr.contains(address)) {
        return false;
      }
    }
    if (address.length == 4) {
      return true;
    }
    if (V4_COMPATIBLE.contains(address) || NAT64.contains(address)) {
      return isPublic(Arrays.copyOfRange(address, 12, 16));
    }
    if (SIX_TO_FOUR.contains(address)) {
      return isPublic(Arrays.copyOfRange(address, 2, 6));
    }
    return !NAT64_LOCAL.contains(address) && !TEREDO.contains(address);
  }

  private static Verdict refused(String reason) {
    return new Verdict.Refused("egress_refused", reason);
  }
}
