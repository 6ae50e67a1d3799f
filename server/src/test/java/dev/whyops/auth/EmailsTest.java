package dev.whyops.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whyops.http.ApiException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EmailsTest {
  @Test
  void theDomainIsLowerCaseAscii() {
    assertThat(Emails.normal("Owner+shop@EXAMPLE.com")).isEqualTo("Owner+shop@example.com");
    assertThat(Emails.normal("owner@bücher.example")).isEqualTo("owner@xn--bcher-kva.example");
    assertThat(Emails.normal("root@localhost")).isEqualTo("root@localhost");
  }

  @Test
  @DisplayName("AU-22 homographs are other addresses")
  void homographsAreOtherAddresses() {
    assertThat(Emails.normal("owner@exаmple.com")) // the third letter is Cyrillic
        .isNotEqualTo("owner@example.com")
        .startsWith("owner@xn--");
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

  @ParameterizedTest(name = "AU-22 refuses what could mean something else {index}")
  @ValueSource(
      strings = {
        "",
        "@",
        "owner",
        "owner@",
        "@example.com",
        "owner@example.com\r\nBcc: other@example.com",
        "owner\n@example.com",
        "\"the owner\"@example.com",
        "owner(comment)@example.com",
        "owner@example.com (comment)",
        "owner@@example.com",
        "a b@example.com",
        "owner@exa mple.com",
        "owner@-example.com",
        "owner@example..com",
        ".owner@example.com",
        "owner@[127.0.0.1]",
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
