package dev.whyops.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whyops.http.ApiException;
import dev.whyops.id.ManualTime;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class LoginThrottleTest {
  private static final String OWNER = "owner@example.com";

  private final ManualTime time = new ManualTime();
  private final LoginThrottle throttle = new LoginThrottle(time);

  @Test
  @DisplayName("AU-01 10 000 wrong passwords on one account: a growing delay, no lock")
  void delaysGrowPerAccount() throws Exception {
    int tried = 0;
    long lastWait = 0;
    for (int i = 0; i < 10_000; i++) {
      InetAddress address = address("2001:db8:" + Integer.toHexString(i) + "::1");
      long wait = wait(OWNER, address);
      assertThat(wait).isBetween(0L, 300L);
      if (wait == 0) {
        tried++;
        throttle.failed(OWNER, address);
      } else {
        assertThat(wait).isGreaterThanOrEqualTo(lastWait);
        lastWait = wait;
        time.pass(Duration.ofSeconds(wait));
      }
    }
    assertThat(lastWait).isEqualTo(300);
    assertThat(tried).isLessThan(5_010);
    time.pass(Duration.ofSeconds(300));
    assertThat(wait(OWNER, address("192.0.2.1"))).isZero();
  }

  @Test
  @DisplayName("AU-01 10 000 accounts from one /64: the network waits")
  void delaysGrowPerNetwork() throws Exception {
    int tried = 0;
    for (int i = 0; i < 10_000; i++) {
      InetAddress address = address("2001:db8::" + Integer.toHexString(i));
      if (wait("u" + i + "@example.com", address) == 0) {
        tried++;
        throttle.failed("u" + i + "@example.com", address);
      }
    }
    assertThat(tried).isEqualTo(20);
    assertThat(wait("u1@example.com", address("2001:db8:0:1::1"))).isZero();
  }

  @Test
  @DisplayName("AU-02 oneNetworkCountsOnce: every spelling of one network")
  void spellingsAreOneNetwork() throws Exception {
    assertThat(Network.of(address("::ffff:192.0.2.7"))).isEqualTo(Network.of(address("192.0.2.7")));
    assertThat(Network.of(address("2001:DB8:0:0:ABCD::1")))
        .isEqualTo(Network.of(address("2001:db8::ffff")));
    assertThat(Network.of(address("2001:db8:0:1::")))
        .isNotEqualTo(Network.of(address("2001:db8::")));
  }

  @Test
  void whoSignedInFromThereBeforeIsNotSlowedByStrangers() throws Exception {
    InetAddress home = address("192.0.2.1");
    throttle.succeeded(OWNER, home);
    for (int i = 0; i < 50; i++) {
      throttle.failed(OWNER, address("203.0.113." + i));
    }
    assertThat(wait(OWNER, address("198.51.100.1"))).isPositive();
    assertThatCode(() -> throttle.admit(OWNER, home)).doesNotThrowAnyException();
  }

  @Test
  void aRefusalTellsHowLong() throws Exception {
    InetAddress address = address("192.0.2.1");
    for (int i = 0; i < 5; i++) {
      assertThat(wait(OWNER, address)).isZero();
      throttle.failed(OWNER, address);
    }
    assertThatThrownBy(() -> throttle.admit(OWNER, address))
        .isInstanceOfSatisfying(
            ApiException.class,
            e -> {
              assertThat(e.status()).isEqualTo(429);
              assertThat(e.code()).isEqualTo("too_many_attempts");
              assertThat(e.headers()).containsEntry("Retry-After", "1");
            });
  }

  @Test
  @DisplayName("AU-01 a login clears the account and its pair with the network, not the network")
  void aLoginClearsWhatWasCounted() throws Exception {
    InetAddress home = address("192.0.2.1");
    for (int i = 0; i < 5; i++) {
      throttle.failed(OWNER, home);
    }
    time.pass(Duration.ofSeconds(1));
    throttle.succeeded(OWNER, home);
    for (int i = 0; i < 5; i++) { // as many are free again, here and elsewhere
      assertThat(wait(OWNER, home)).isZero();
      assertThat(wait(OWNER, address("198.51.100.1"))).isZero();
      throttle.failed(OWNER, home);
    }
    assertThat(wait(OWNER, home)).isEqualTo(1);
    assertThat(wait(OWNER, address("198.51.100.1"))).isEqualTo(1);
    assertThat(wait("member@example.com", home)).isZero();
  }

  @Test
  @DisplayName("AU-01 who is known at a network is slowed there by failures from there")
  void failuresFromHomeCountAtHome() throws Exception {
    InetAddress home = address("192.0.2.1");
    throttle.succeeded(OWNER, home);
    for (int i = 0; i < 6; i++) {
      throttle.failed(OWNER, home);
    }
    assertThat(wait(OWNER, home)).isEqualTo(2);
  }

  private long wait(String account, InetAddress address) {
    try {
      throttle.admit(account, address);
      return 0;
    } catch (ApiException e) {
      return Long.parseLong(e.headers().getOrDefault("Retry-After", "-1"));
    }
  }

  private static InetAddress address(String text) throws UnknownHostException {
    return InetAddress.getByName(text);
  }
}
