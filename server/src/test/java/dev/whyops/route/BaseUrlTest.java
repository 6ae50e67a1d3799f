package dev.whyops.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whyops.http.ApiException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BaseUrlTest {
  @ParameterizedTest
  @CsvSource({
    "https://api.openai.com/v1, https://api.openai.com/v1",
    "HTTPS://API.OpenAI.com, https://api.openai.com",
    "https://api.example.com:443/v1beta/openai, https://api.example.com:443/v1beta/openai",
    "http://127.0.0.1:11434/v1/, http://127.0.0.1:11434/v1/",
    "https://[2001:db8::1]:8443/v1, https://[2001:db8::1]:8443/v1"
  })
  void readsPlainAddresses(String text, String expected) {
    assertThat(BaseUrl.parse(text)).hasToString(expected);
  }

  @ParameterizedTest(name = "PX-41/45/46/47/50 {0}")
  @ValueSource(
      strings = {
        "",
        "https://",
        "https:///x",
        "api.openai.com",
        "//api.openai.com",
        "https://api.openai.com@evil.example",
        "https://u:p@api.openai.com",
        "https://api.openai.com#@evil.example",
        "https://api.openai.com\\@evil.example",
        "https://api.openai.com%2f@evil.example",
        "https://api.openai.com%2eevil.example",
        "https://api.open\tai.com",
        "https://api.openai.com/\nv1",
        " https://api.openai.com",
        "https://api.openai.com ",
        "https://api.openai.com:443:80",
        "https://api.openai.com:",
        "https://api.openai.com:0",
        "https://api.openai.com:65536",
        "https://api.openai.com:-1",
        "https://api.openai.com/v1?a=",
        "https://api.openai.com/v1#",
        "https://x/v1?a=#",
        "https://localhost.",
        "https://①②⑦.0.0.1",
        "https://exаmple.com",
        "file:///etc/passwd",
        "gopher://x",
        "ftp://x",
        "jar:https://x!/",
        "data:text/plain,x"
      })
  void refusesWhatTwoParsersCouldReadDifferently(String text) {
    refused(text);
  }

  @Test
  void theLengthIsBounded() {
    refused("https://api.openai.com/" + "v".repeat(2_000));
  }

  private static void refused(String text) {
    assertThatThrownBy(() -> BaseUrl.parse(text))
        .isInstanceOfSatisfying(
            ApiException.class,
            e -> {
              assertThat(e.status()).isEqualTo(400);
              assertThat(e.code()).isEqualTo("egress_refused");
            });
  }
}
