package dev.whyops.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whyops.http.ApiException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UsdTest {
  @ParameterizedTest
  @CsvSource({"1234000,0.001234", "0,0", "1,0.000000001", "25000000000,25", "100000000000,100"})
  void writesExactDecimals(long nano, String text) {
    assertThat(Usd.text(nano)).isEqualTo(text);
    assertThat(Usd.nano("x", text)).isEqualTo(nano);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.0000000001", "99999999999", "x"})
  void refusesWhatDoesNotFit(String text) {
    assertThatThrownBy(() -> Usd.nano("x", text)).isInstanceOf(ApiException.class);
  }
}
