package dev.whyops.store.duckdb;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

class NeedleTest {
  private static boolean found(String needle, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return new Needle(needle).isIn(bytes, 0, bytes.length);
  }

  @Test
  void findsEitherCase() {
    assertThat(found("Refund", "ask for a REFUND now")).isTrue();
    assertThat(found("refund", "refun")).isFalse();
    assertThat(found("refund", "xxrefundyy")).isTrue();
    assertThat(found("aab", "aaab")).isTrue();
    assertThat(found("x", "")).isFalse();
  }

  @Test
  void findsWhatClientsEscape() {
    assertThat(found("say \"hi\"", "{\"content\":\"Say \\\"Hi\\\"\"}")).isTrue();
    assertThat(found("a\nb", "\"a\\nb\"")).isTrue();
    assertThat(found("C:\\dir", "\"c:\\\\DIR\"")).isTrue();
  }

  @Test
  void findsLettersOutsideAsciiAsThemselvesAndAsNumbers() {
    assertThat(found("straße", "Die STRAßE")).isTrue();
    assertThat(found("été", "un ÉTÉ chaud")).isTrue();
    assertThat(found("été", "un \\u00C9t\\u00e9 chaud")).isTrue();
    assertThat(found("日本", "in 日本")).isTrue();
    assertThat(found("日本", "in \\u65e5\\u672C")).isTrue();
    assertThat(found("😀", "\\ud83d\\ude00")).isTrue();
    assertThat(found("日本", "in 日中")).isFalse();
  }

  @Test
  void looksBetweenTheBoundsOnly() {
    byte[] bytes = "abcdef".getBytes(StandardCharsets.UTF_8);
    assertThat(new Needle("cd").isIn(bytes, 2, 4)).isTrue();
    assertThat(new Needle("cd").isIn(bytes, 3, 6)).isFalse();
    assertThat(new Needle("cd").isIn(bytes, 0, 3)).isFalse();
  }

  @Property(tries = 2_000)
  void agreesWithContains(
      @ForAll @StringLength(min = 1, max = 4) @CharRange(from = 'a', to = 'c') String needle,
      @ForAll @StringLength(max = 30) @CharRange(from = 'A', to = 'C') String text) {
    assertThat(found(needle, text)).isEqualTo(text.toLowerCase(Locale.ROOT).contains(needle));
  }
}
