package dev.whyops.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whyops.http.ApiException;
import java.net.URI;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BrowserRulesTest {
  private final BrowserRules plain = new BrowserRules(Optional.empty(), false);
  private final BrowserRules https =
      new BrowserRules(Optional.of(URI.create("https://why.example:8443/")), true);

  @ParameterizedTest
  @ValueSource(
      strings = {"localhost:8081", "LOCALHOST", "127.0.0.1:1", "[::1]:8081", "10.0.0.7:8081"})
  void answersToLoopbackAndToTheBoundAddress(String host) {
    assertThatCode(() -> plain.checkHost(host, "10.0.0.7")).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(strings = {"evil.example", "localhost.evil.example", "10.0.0.8", "", "127.0.0.1.x"})
  void answersToNoOtherHost(String host) {
    assertThatThrownBy(() -> plain.checkHost(host, "10.0.0.7"))
        .isInstanceOfSatisfying(
            ApiException.class, refusal -> assertThat(refusal.status()).isEqualTo(421));
  }

  @Test
  void answersToThePublicName() {
    assertThatCode(() -> https.checkHost("Why.Example:8443", "10.0.0.7"))
        .doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "http://evil.example,-",
        "null,-",
        "-,cross-site",
        "-,same-site",
        "-,none",
        "http://localhost:8082,-",
        "http://localhost,-",
        "http://localhost:8081,cross-site",
        "http://localhost:8081.evil.example,-"
      })
  @DisplayName("AU-13 a change that a foreign page asks for is 403")
  void refusesForeignOrigins(@Nullable String origin, @Nullable String site) {
    assertThatThrownBy(() -> plain.checkOrigin("POST", "localhost:8081", origin, site))
        .isInstanceOfSatisfying(
            ApiException.class, refusal -> assertThat(refusal.status()).isEqualTo(403));
    assertThatCode(() -> plain.checkOrigin("GET", "localhost:8081", origin, site))
        .doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "http://localhost:8081,same-origin",
        "https://localhost:8081,same-origin",
        "http://localhost:8081,-",
        "-,-",
        "-,same-origin"
      })
  void takesChangesFromItsOwnPagesAndFromScripts(@Nullable String origin, @Nullable String site) {
    assertThatCode(() -> plain.checkOrigin("POST", "localhost:8081", origin, site))
        .doesNotThrowAnyException();
  }

  @Test
  void underHttpsThePlainOriginIsForeign() {
    assertThatThrownBy(() -> https.checkOrigin("POST", "why.example", "http://why.example", null))
        .isInstanceOf(ApiException.class);
    assertThatCode(() -> https.checkOrigin("POST", "why.example", "https://why.example:8443", null))
        .doesNotThrowAnyException();
  }

  @Test
  @DisplayName("AU-10 under HTTPS the cookie's name keeps siblings out")
  void namesTheCookieByTheScheme() {
    assertThat(https.cookieName()).isEqualTo("__Host-whyops_session");
    assertThat(plain.cookieName()).isEqualTo("whyops_session");
    assertThat(https.headers()).containsKey("Strict-Transport-Security");
    assertThat(plain.headers()).doesNotContainKey("Strict-Transport-Security");
  }
}
