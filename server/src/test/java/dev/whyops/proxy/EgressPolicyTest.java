package dev.whyops.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whyops.proxy.EgressPolicy.Verdict;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** ssrfListIsRefused: PX-40 to PX-48 and PX-50. */
class EgressPolicyTest {
  private static final InetAddress PUBLIC = address("93.184.216.34");
  private final EgressPolicy strict = new EgressPolicy(List.of(), Set.of(5432));
  private final EgressPolicy local =
      new EgressPolicy(List.of("127.0.0.1/32", "10.0.0.0/8"), Set.of());

  private static InetAddress address(String text) {
    try {
      return InetAddress.getByName(text);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(e);
    }
  }

  /** Resolves literals to themselves and names to a public address. */
  private static InetAddress[] resolve(String host) throws UnknownHostException {
    boolean literal = host.matches("[0-9.]+") || host.contains(":");
    return new InetAddress[] {literal ? InetAddress.getByName(host) : PUBLIC};
  }

  private static void refused(EgressPolicy policy, String url, String code) {
    Verdict verdict = policy.check(url, EgressPolicyTest::resolve);
    assertThat(verdict).as(url).isInstanceOf(Verdict.Refused.class);
    assertThat(((Verdict.Refused) verdict).code()).as(url).isEqualTo(code);
  }

  @ParameterizedTest(name = "PX-40 PX-41 PX-45 PX-46 PX-47 PX-50 {0}")
  @ValueSource(
      strings = {
        "http://169.254.169.254/latest",
        "https://169.254.169.254/latest",
        "https://2130706433",
        "https://0x7f000001",
        "https://0177.0.0.1",
        "https://127.1",
        "https://0",
        "https://[::]",
        "https://[::1]",
        "https://[::ffff:169.254.169.254]",
        "https://[::ffff:a9fe:a9fe]",
        "https://[64:ff9b::a9fe:a9fe]",
        "https://[64:ff9b:1::1]",
        "https://[2002:7f00:1::]",
        "https://[2001:0:1::1]",
        "https://[fd00:ec2::254]",
        "https://[fe80::1]",
        "https://[fe80::1%25eth0]",
        "https://[ff02::1]",
        "https://localhost.",
        "https://①②⑦.0.0.1",
        "https://10.0.0.1",
        "https://100.64.0.1",
        "https://172.31.0.1",
        "https://192.168.1.1",
        "https://198.18.0.1",
        "https://224.0.0.1",
        "https://255.255.255.255",
        "https://api.openai.com@evil",
        "https://api.openai.com#@evil",
        "https://api.openai.com\\@evil",
        "https://api.openai.com%2f@evil",
        "https://api.\topenai.com",
        "https://api.openai.com\n",
        " https://api.openai.com",
        "https:///x",
        "https:api.openai.com",
        "https://api.openai.com:443:80",
        "https://api.openai.com:",
        "https://-a.com",
        "https://a..com",
        "file:///etc/passwd",
        "gopher://x",
        "ftp://x",
        "jar:https://x!/",
        "data:text/html,x",
        "http://api.openai.com",
        "https://api.openai.com:0",
        "https://api.openai.com:22",
        "https://api.openai.com:25",
        "https://api.openai.com:80",
        "https://api.openai.com:65536",
        "https://api.openai.com:5432",
        "https://x/v1?a=1",
        "https://x/v1#a",
        "https://x/v1?a=#",
        "https://x/a/../b",
        ""
      })
  void refusesEachSpelling(String url) {
    refused(strict, url, "egress_refused");
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(
      strings = {
        "https://api.openai.com/v1",
        "https://api.openai.com:443",
        "https://API.OpenAI.com/v1/",
        "https://host.example:8443/openai/v1",
        "https://8.8.8.8",
        "https://[2606:4700::1111]/v1"
      })
  void allowsPublicProviders(String url) {
    assertThat(strict.check(url, EgressPolicyTest::resolve)).isInstanceOf(Verdict.Allowed.class);
  }

  @Test
  @DisplayName("PX-41 PX-46 PX-47 http and port 80 pass only inside of the allow-list")
  void allowList() {
    for (String url :
        List.of("http://127.0.0.1:8000/v1", "http://10.1.2.3", "https://10.1.2.3:9000")) {
      assertThat(local.check(url, EgressPolicyTest::resolve))
          .as(url)
          .isInstanceOf(Verdict.Allowed.class);
    }
    refused(local, "http://127.0.0.2:8000", "egress_refused");
    refused(local, "http://api.openai.com", "egress_refused");
    refused(local, "https://api.openai.com:80", "egress_refused");
    refused(local, "http://2130706433:8000", "egress_refused");
  }

  @Test
  @DisplayName("PX-42 every address of a name must pass")
  void everyAddress() {
    Verdict verdict =
        strict.check(
            "https://two.example", host -> new InetAddress[] {PUBLIC, address("127.0.0.1")});
    assertThat(verdict).isInstanceOf(Verdict.Refused.class);
    assertThat(strict.check("https://none.example", host -> new InetAddress[0]))
        .isInstanceOf(Verdict.Refused.class);
  }

  @Test
  @DisplayName("PX-48 our own listeners and public names are refused as a loop")
  void loops() {
    EgressPolicy own = new EgressPolicy(List.of("127.0.0.1/32"), Set.of());
    own.listeners(Set.of(8080, 8081), Set.of("gateway.example", "127.0.0.1:8080"));
    refused(own, "http://127.0.0.1:8080/v1", "loop_refused");
    refused(own, "http://127.0.0.1:8081", "loop_refused");
    refused(own, "https://gateway.example/v1", "loop_refused");
    refused(own, "https://GATEWAY.example:443", "loop_refused");
    assertThat(own.check("http://127.0.0.1:9000", EgressPolicyTest::resolve))
        .isInstanceOf(Verdict.Allowed.class);
  }

  @ParameterizedTest(name = "PX-41 PX-45 {0} to {1}, and no further")
  @CsvSource({
    "0.0.0.0, 0.255.255.255",
    "10.0.0.0, 10.255.255.255",
    "100.64.0.0, 100.127.255.255",
    "127.0.0.0, 127.255.255.255",
    "169.254.0.0, 169.254.255.255",
    "172.16.0.0, 172.31.255.255",
    "192.0.0.0, 192.0.0.255",
    "192.0.2.0, 192.0.2.255",
    "192.88.99.0, 192.88.99.255",
    "192.168.0.0, 192.168.255.255",
    "198.18.0.0, 198.19.255.255",
    "198.51.100.0, 198.51.100.255",
    "203.0.113.0, 203.0.113.255",
    "224.0.0.0, 255.255.255.255",
    "100::, 100::ffff:ffff:ffff:ffff",
    "64:ff9b:1::, 64:ff9b:1:ffff:ffff:ffff:ffff:ffff",
    "2001::, 2001:0:ffff:ffff:ffff:ffff:ffff:ffff",
    "2001:2::, 2001:2:0:ffff:ffff:ffff:ffff:ffff",
    "2001:10::, 2001:2f:ffff:ffff:ffff:ffff:ffff:ffff",
    "2001:db8::, 2001:db8:ffff:ffff:ffff:ffff:ffff:ffff",
    "3fff::, 3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff",
    "5f00::, 5f00:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
    "fc00::, fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
    "fe80::, feff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
    "64:ff9b::7f00:0, 64:ff9b::7fff:ffff",
    "2002:a00::, 2002:aff:ffff:ffff:ffff:ffff:ffff:ffff"
  })
  void networksEndWhereTheyEnd(String first, String last) throws Exception {
    assertThat(EgressPolicy.isPublic(address(first))).as(first).isFalse();
    assertThat(EgressPolicy.isPublic(address(last))).as(last).isFalse();
    byte[] before = neighbour(first, -1);
    byte[] after = neighbour(last, 1);
    assertThat(before.length == 0 || EgressPolicy.isPublic(InetAddress.getByAddress(before)))
        .as("before %s", first)
        .isTrue();
    boolean multicast = last.startsWith("feff"); // which comes right behind
    assertThat(
            multicast
                || after.length == 0
                || EgressPolicy.isPublic(InetAddress.getByAddress(after)))
        .as("after %s", last)
        .isTrue();
  }

  /** The address beside it; empty beyond the end. */
  private static byte[] neighbour(String text, int step) {
    byte[] bytes = address(text).getAddress();
    BigInteger number = new BigInteger(1, bytes).add(BigInteger.valueOf(step));
    if (number.signum() < 0 || number.bitLength() > 8 * bytes.length) {
      return new byte[0];
    }
    byte[] raw = number.toByteArray();
    byte[] beside = new byte[bytes.length];
    int length = Math.min(raw.length, beside.length);
    System.arraycopy(raw, raw.length - length, beside, beside.length - length, length);
    return beside;
  }

  @ParameterizedTest(name = "port {0}: {1}")
  @CsvSource({"1023, false", "1024, true", "65535, true", "443, true", "5432, false", "80, false"})
  void portsEndWhereTheyEnd(int port, boolean allowed) {
    assertThat(strict.parse("https://api.example.com:" + port) instanceof Verdict.Allowed)
        .isEqualTo(allowed);
  }

  @Test
  void aNameThatDoesNotResolveIsRefused() {
    Verdict verdict =
        strict.check(
            "https://none.example",
            host -> {
              throw new UnknownHostException(host);
            });
    assertThat(verdict)
        .isEqualTo(new Verdict.Refused("egress_refused", "The host name cannot be resolved."));
  }

  @ParameterizedTest(name = "{0} is public: {1}")
  @CsvSource({
    "::808:808, true",
    "::a00:1, false",
    "64:ff9b::808:808, true",
    "64:ff9b::7f00:1, false"
  })
  void addressesThatHoldAnotherAreJudgedByIt(String address, boolean isPublic) throws Exception {
    assertThat(EgressPolicy.isPublic(InetAddress.getByName(address))).isEqualTo(isPublic);
  }

  @Test
  void networksAreTheSameByTheirBytes() {
    Cidr ten = Cidr.parse("10.0.0.0/8");
    assertThat(Cidr.parse("10.0.0.0/8")).isEqualTo(ten).hasSameHashCodeAs(ten);
    assertThat(Cidr.parse("10.0.0.0/9")).isNotEqualTo(ten);
    assertThat(Cidr.parse("11.0.0.0/8")).isNotEqualTo(ten).doesNotHaveSameHashCodeAs(ten);
    assertThat(ten).isNotEqualTo("10.0.0.0/8");
    assertThat(Cidr.parse("10.1.2.3")).isEqualTo(Cidr.parse("10.1.2.3/32"));
    assertThat(Cidr.parse("::/0").contains(address("2606:4700::1111").getAddress())).isTrue();
    assertThat(Cidr.parse("0.0.0.0/0").contains(PUBLIC.getAddress())).isTrue();
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(strings = {"", "x/8", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/a", "host.example/8"})
  void refusesBadNetworks(String cidr) {
    assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> Cidr.parse(cidr)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
