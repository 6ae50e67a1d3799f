package dev.whyops.log;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class SafeMessageTest {
  @Test
  @DisplayName("DA-24 ANSI escapes and line breaks stay one line")
  void keepsOneLine() {
    assertThat(SafeMessage.safe("agent=a\r\nlevel=ERROR \u001b[31mx\u2028y"))
        .isEqualTo("agent=a\\r\\nlevel=ERROR \\u001b[31mx\\u2028y");
  }

  @Test
  void masksEverythingOfTheShapeOfAKey() {
    assertThat(
            SafeMessage.safe(
                "a whyops_live_0123456789abcdef b sk-proj-0123456789 c Bearer abcdefghijkl d"))
        .isEqualTo("a *** b *** c *** d");
  }

  @Test
  void cutsALongMessage() {
    assertThat(SafeMessage.safe("x".repeat(1_000_000))).hasSizeLessThan(8_200).endsWith("…");
  }
}
