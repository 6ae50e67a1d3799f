package dev.whyops.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PostgresUrlTest {
  @Test
  void readsUserAndPassword() {
    PostgresUrl url = PostgresUrl.parse("postgresql://app:p%40ss+word@localhost/whyops");
    assertThat(url.jdbc()).isEqualTo("jdbc:postgresql://localhost:5432/whyops");
    assertThat(url.user()).contains("app");
    assertThat(url.password()).contains("p@ss+word");
    assertThat(url).hasToString("PostgresUrl[***]");
  }

  @Test
  void offTheHostTheServerIsVerified() {
    assertThat(PostgresUrl.parse("postgresql://db.example:6432/w").jdbc())
        .isEqualTo("jdbc:postgresql://db.example:6432/w?sslmode=verify-full");
    assertThat(PostgresUrl.parse("postgresql://db.example/w?sslrootcert=/ca.pem").jdbc())
        .endsWith("?sslrootcert=/ca.pem&sslmode=verify-full");
    assertThat(PostgresUrl.parse("postgresql://db.example/w?sslmode=require").jdbc())
        .endsWith("?sslmode=require");
    assertThat(PostgresUrl.parse("postgresql://127.0.0.1/w").jdbc()).doesNotContain("sslmode");
    assertThat(PostgresUrl.parse("postgresql://127.example/w").jdbc()).contains("verify-full");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "mysql://h/d",
        "postgresql://",
        "postgresql://h",
        "postgresql://h/",
        "postgresql://app:secret@/d",
        "postgresql://app:se cret@h/d"
      })
  void refusesOtherUrlsWithoutTellingThem(String url) {
    assertThatThrownBy(() -> PostgresUrl.parse(url))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("WHYOPS_DATABASE_URL is postgresql://")
        .hasMessageNotContaining("secret");
  }
}
