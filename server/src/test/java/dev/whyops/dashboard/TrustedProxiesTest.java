package dev.whyops.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class TrustedProxiesTest {
  private final TrustedProxies proxies = new TrustedProxies(List.of("10.0.0.0/8", "fd00::/8"));

  @Test
  @DisplayName("AU-03 X-Forwarded-For of a peer that is not trusted is ignored")
  void forgedForwardedForIsIgnored() throws UnknownHostException {
    assertThat(client("203.0.113.9", "1.2.3.4")).isEqualTo("203.0.113.9");
    assertThat(client("11.0.0.1", "1.2.3.4")).isEqualTo("11.0.0.1");
  }

  @Test
  void takesTheNearestAddressThatIsNoProxy() throws UnknownHostException {
    assertThat(client("10.0.0.1", "6.6.6.6, 203.0.113.9, 10.0.0.2")).isEqualTo("203.0.113.9");
    assertThat(client("fd00::1", "2001:db8::7")).isEqualTo("2001:db8:0:0:0:0:0:7");
  }

  @Test
  void stopsAtWhatIsNoAddress() throws UnknownHostException {
    assertThat(client("10.0.0.1", "1.2.3.4, evil.example")).isEqualTo("10.0.0.1");
    assertThat(client("10.0.0.1", "")).isEqualTo("10.0.0.1");
    assertThat(client("10.0.0.1", "1.2")).isEqualTo("10.0.0.1");
  }

  private String client(String peer, String forwardedFor) throws UnknownHostException {
    return proxies.client(InetAddress.getByName(peer), List.of(forwardedFor)).getHostAddress();
  }
}
