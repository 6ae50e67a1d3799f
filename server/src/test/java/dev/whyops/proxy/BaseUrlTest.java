package dev.whyops.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The edges of the grammar: what is just in it, and what is just not. */
class BaseUrlTest {
  private static final String LABEL = "a".repeat(63);
  private static final String LONG_HOST = (LABEL + ".").repeat(3) + "a".repeat(61);

  private static BaseUrl parsed(String url) {
    return Objects.requireNonNull(BaseUrl.parse(url), url);
  }

  @ParameterizedTest
  @CsvSource({
    "https://a, true, a, 443, ''",
    "http://a, false, a, 80, ''",
    "https://a/, true, a, 443, ''",
    "https://a//, true, a, 443, ''",
    "https://a/v1/, true, a, 443, /v1",
    "https://A.Z/AZaz09, true, a.z, 443, /AZaz09",
    "https://a:1, true, a, 1, ''",
    "https://a:65535, true, a, 65535, ''",
    "https://0a.z9-9.az/!~, true, 0a.z9-9.az, 443, /!~",
    "https://a_b.example/..a, true, a_b.example, 443, /..a",
    "https://a.1.2.c, true, a.1.2.c, 443, ''",
    "https://255.255.255.255, true, 255.255.255.255, 443, ''",
    "https://0.0.0.0:10, true, 0.0.0.0, 10, ''",
    "https://[1:2:3:4:5:6:7:8], true, 1:2:3:4:5:6:7:8, 443, ''",
    "https://[1:2:3:4:5:6:7:8]:9, true, 1:2:3:4:5:6:7:8, 9, ''",
    "https://[ffff:09AF::], true, ffff:09af::, 443, ''",
    "https://[1::8], true, 1::8, 443, ''",
    "https://[1:2:3:4:5:6:7::], true, 1:2:3:4:5:6:7::, 443, ''",
    "https://[::1.2.3.4], true, ::1.2.3.4, 443, ''",
    "https://[1:2:3:4:5:6:1.2.3.4], true, 1:2:3:4:5:6:1.2.3.4, 443, ''"
  })
  void reads(String url, boolean tls, String host, int port, String path) {
    assertThat(parsed(url)).isEqualTo(new BaseUrl(new Origin(tls, host, port), path));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://a/\u007f",
        "https://a/ b",
        "https://a/\"",
        "https://a/@",
        "https://a/[",
        "https://a/`",
        "https://a/{",
        "https://a/.",
        "https://a/./b",
        "https://a/..",
        "https://a:0",
        "https://a:65536",
        "https://a:100000",
        "https://a:000443",
        "https://a:4/:3@b:x",
        "https://a:4a",
        "https://a:/",
        "https://a.1a",
        "https://a.{a",
        "https://a.`a",
        "https://a-.b",
        "https://a.-b",
        "https://.a",
        "https://a$b",
        "https://1.2.3.256",
        "https://1.2.3.0004",
        "https://1.2.3.04",
        "https://1.2.3",
        "https://1.2.3.4.5",
        "https://1.2.3.",
        "https://[1:2:3:4:5:6:7]",
        "https://[1:2:3:4:5:6:7:8:9]",
        "https://[1:2:3:4:5:6:7:8::]",
        "https://[1:2:3:4::5:6:7:8]",
        "https://[1:2:3:4:5:6:7:1.2.3.4]",
        "https://[1.2.3.4::1]",
        "https://[1::2::3]",
        "https://[:::]",
        "https://[12345::]",
        "https://[g::]",
        "https://[::1.2.3]",
        "https://[::1.2.3.256]",
        "https://[::1%1]",
        "https://[1::",
        "https://[::1]x",
        "https://[]",
        "https://[1:]",
        "https://",
        "httpsx://a"
      })
  void refuses(String url) {
    assertThat(BaseUrl.parse(url)).isNull();
  }

  @Test
  void boundsLengths() {
    String path = "/" + "a".repeat(2_048 - "https://a/".length());
    assertThat(parsed("https://a" + path).path()).isEqualTo(path);
    assertThat(BaseUrl.parse("https://a" + path + "a")).isNull();
    assertThat(LONG_HOST).hasSize(253);
    assertThat(parsed("https://" + LONG_HOST).origin().host()).isEqualTo(LONG_HOST);
    assertThat(BaseUrl.parse("https://" + LONG_HOST + "a")).isNull();
    assertThat(BaseUrl.parse("https://a" + LABEL + ".b")).isNull();
  }
}
