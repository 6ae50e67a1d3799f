package dev.whyops.dashboard;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Tells the client's address: the socket's peer, or, where the peer is a proxy that the operator
 * trusts, the nearest address in {@code X-Forwarded-For} that is none.
 */
final class TrustedProxies {
  private static final int HOPS_MAX = 20;

  private final List<Block> blocks;

  /** Addresses that share their first bits. */
  private record Block(byte[] address, int bits) {
    static Block of(String cidr) {
      int slash = cidr.indexOf('/');
      try {
        byte[] address =
            InetAddress.getByName(slash < 0 ? cidr : cidr.substring(0, slash)).getAddress();
        int bits = slash < 0 ? address.length * 8 : Integer.parseInt(cidr.substring(slash + 1));
        if (bits < 0 || bits > address.length * 8) {
          throw new IllegalArgumentException("not a network: " + cidr);
        }
        return new Block(address, bits);
      } catch (UnknownHostException | NumberFormatException e) {
        throw new IllegalArgumentException("not a network: " + cidr, e);
      }
    }

    boolean holds(InetAddress other) {
      byte[] bytes = other.getAddress();
      if (bytes.length != address.length) {
        return false;
      }
      for (int i = 0; i < bits; i++) {
        int mask = 0x80 >>> (i % 8);
        if ((bytes[i / 8] & mask) != (address[i / 8] & mask)) {
          return false;
        }
      }
      return true;
    }
  }

  TrustedProxies(List<String> cidrs) {
    this.blocks = cidrs.stream().map(Block::of).toList();
  }

  InetAddress client(InetAddress peer, List<String> forwardedFor) {
    InetAddress client = peer;
    if (!trusted(peer)) {
      return client;
    }
    List<String> hops = new ArrayList<>();
    forwardedFor.forEach(value -> hops.addAll(List.of(value.split(",", HOPS_MAX))));
    for (String hop : hops.reversed()) {
      InetAddress address = literal(hop.strip());
      if (address == null) {
        return client;
      }
      client = address;
      if (!trusted(address)) {
        return client;
      }
    }
    return client;
  }

  private boolean trusted(InetAddress address) {
    return blocks.stream().anyMatch(block -> block.holds(address));
  }

  /** Only literals: a name in a header must not cause a look-up. */
  private static @Nullable InetAddress literal(String text) {
    if (!text.matches("[0-9a-fA-F:.]{2,45}")
        || (text.indexOf(':') < 0 && !text.matches("\\d+(\\.\\d+){3}"))) {
      return null;
    }
    try {
      return InetAddress.getByName(text);
    } catch (UnknownHostException e) {
      return null;
    }
  }
}
