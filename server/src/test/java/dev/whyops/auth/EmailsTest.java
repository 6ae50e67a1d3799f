package dev.whyops.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whyops.http.ApiException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("AU-22 e-mail addresses")
class EmailsTest {
  @Test
  void theDomainIsLowerCaseAscii() {
    assertThat(Emails.normal("Ann+shop@EXAMPLE.com")).isEqualTo("Ann+shop@example.com");
    assertThat(Emails.normal("ann@bücher.example")).isEqualTo("ann@xn--bcher-kva.example");
    assertThat(Emails.normal("root@localhost")).isEqualTo("root@localhost");
  }

  @Test
  void homographsAreOtherAddresses() {
    assertThat(Emails.normal("ann@exаmple.com")) // the third letter is Cyrillic
        .isNotEqualTo("ann@example.com")
        .startsWith("ann@xn--");
  }

  @Test
  void theLengthIsBounded() {
    String longest = "a".repeat(64) + "@" + "b.".repeat(90) + "example";
    assertThat(Emails.normal(longest)).isEqualTo(longest);
    refused("a".repeat(65) + "@example.com");
    String domain = "b.".repeat(91) + "example"; // 189 characters: 254 with a part of 64
    assertThat(Emails.normal("a".repeat(64) + "@" + domain)).hasSize(254);
    refused("a".repeat(64) + "@c" + domain);
    // Shorter than the bound as it is written, longer as it is kept.
    refused("a".repeat(60) + "@" + "ü.".repeat(60) + "example");
    refused("a@" + "b.".repeat(130) + "example");
    refused("a".repeat(308) + "@example.com");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "@",
        "ann",
        "ann@",
        "@example.com",
        "ann@example.com\r\nBcc: eve@example.com",
        "ann\n@example.com",
        "\"ann smith\"@example.com",
        "ann(comment)@example.com",
        "ann@example.com (comment)",
        "ann@@example.com",
        "a b@example.com",
        "ann@exa mple.com",
        "ann@-example.com",
        "ann@example..com",
        ".ann@example.com",
        "ann@[127.0.0.1]",
        "аnn@example.com"
      })
  void refusesWhatCouldMeanSomethingElse(String email) {
    refused(email);
  }

  private static void refused(String email) {
    assertThatThrownBy(() -> Emails.normal(email))
        .isInstanceOfSatisfying(
            ApiException.class, e -> assertThat(e.code()).isEqualTo("invalid_email"));
  }
}
