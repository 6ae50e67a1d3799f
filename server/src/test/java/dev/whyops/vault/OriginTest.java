package dev.whyops.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a credential is bound to. */
class OriginTest {
  @ParameterizedTest
  @CsvSource({
    "https://API.example.com/v1, https://api.example.com:443",
    "HTTPS://api.example.com, https://api.example.com:443",
    "http://127.0.0.1/v1, http://127.0.0.1:80",
    "http://127.0.0.1:0/v1, http://127.0.0.1:0",
    "https://api.example.com:8443/x?y, https://api.example.com:8443"
  })
  void isSchemeHostAndPort(URI address, String origin) {
    assertThat(Origin.of(address)).hasToString(origin);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/v1", "https:///v1", "mailto:a", "//host/v1"})
  void needsAll(URI address) {
    assertThatThrownBy(() -> Origin.of(address)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void differsByEachPart() {
    Origin one = Origin.of(URI.create("https://a.example"));
    assertThat(Origin.of(URI.create("http://a.example:443"))).isNotEqualTo(one);
    assertThat(Origin.of(URI.create("https://b.example"))).isNotEqualTo(one);
    assertThat(Origin.of(URI.create("https://a.example:444"))).isNotEqualTo(one);
    assertThat(Origin.of(URI.create("https://A.EXAMPLE:443/other"))).isEqualTo(one);
  }
}
