package dev.whyops.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whyops.http.ApiException;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestTargetTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "/api/x/../admin",
        "/api/x/%2e%2e/admin",
        "/api/x/%2E/admin",
        "/api//traces",
        "/api/traces;jsessionid=1",
        "/api\\traces",
        "/api/traces/%00",
        "/api/traces/a%0ab",
        "/api/traces/%7f",
        "/api/traces/%zz",
        "/api/traces/%4",
        "/api/traces/%c3%28",
        "api/traces",
        "*"
      })
  @DisplayName("DA-05 an ambiguous path is 400")
  void refusesAmbiguousPaths(String path) {
    assertThatThrownBy(() -> RequestTarget.checkPath(path))
        .isInstanceOfSatisfying(
            ApiException.class, refusal -> assertThat(refusal.status()).isEqualTo(400));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/api/traces/a%2fb", "/api/traces/a%5cb", "/p/x/", "/a.b/..c"})
  @DisplayName("DA-05 an encoded byte is a part of an id")
  void letsPlainPathsThrough(String path) {
    RequestTarget.checkPath(path);
  }

  @Test
  void decodesEachSegmentOnceAfterSplitting() {
    assertThat(
            RequestTarget.pathParameters(
                "/api/traces/{a}/compare/{b}", "/api/traces/x%2fy%2520/compare/%C3%A9+"))
        .isEqualTo(Map.of("a", "x/y%20", "b", "é+"));
  }

  @Test
  void readsAQueryStrictly() {
    assertThat(RequestTarget.query("q=a+b%2B&empty=&flag&"))
        .isEqualTo(Map.of("q", "a b+", "empty", "", "flag", ""));
    assertThatThrownBy(() -> RequestTarget.query("a=1&a=2")).isInstanceOf(ApiException.class);
    assertThatThrownBy(() -> RequestTarget.query("a=%")).isInstanceOf(ApiException.class);
  }
}
