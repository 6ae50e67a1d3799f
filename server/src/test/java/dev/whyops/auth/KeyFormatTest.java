package dev.whyops.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whyops.project.Environment;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.zip.CRC32;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class KeyFormatTest {
  private static final String BASE62 =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

  @Property
  void everyKeyIsWellFormed(@ForAll long seed, @ForAll Environment environment) {
    String key = KeyFormat.generate(environment, new Random(seed)).reveal();
    assertThat(key)
        .matches("whyops_(live|test)_[0-9A-Za-z]{36}")
        .startsWith(environment == Environment.PRODUCTION ? "whyops_live_" : "whyops_test_");
    assertThat(KeyFormat.wellFormed(key)).isTrue();
    assertThat(key).endsWith(checksum(key.substring(0, 42)));
  }

  @Property
  void noSingleChangedCharacterPasses(
      @ForAll long seed, @ForAll @IntRange(max = 47) int at, @ForAll char other) {
    String key = KeyFormat.generate(Environment.PRODUCTION, new Random(seed)).reveal();
    if (key.charAt(at) != other) {
      String changed = key.substring(0, at) + other + key.substring(at + 1);
      assertThat(KeyFormat.wellFormed(changed)).isFalse();
    }
  }

  @Property
  void anyOtherTextIsRefused(@ForAll String text) {
    assertThat(KeyFormat.wellFormed(text)).isFalse();
  }

  @Test
  void shortChecksumsArePaddedWithZeros() {
    for (long seed = 0; ; seed++) {
      String key = KeyFormat.generate(Environment.STAGING, new Random(seed)).reveal();
      if (key.charAt(42) == '0') {
        assertThat(key).endsWith(checksum(key.substring(0, 42)));
        return;
      }
    }
  }

  /** An own reading of the contract: CRC-32 in base 62, most significant digit first, 6 places. */
  private static String checksum(String before) {
    CRC32 crc = new CRC32();
    crc.update(before.getBytes(StandardCharsets.US_ASCII));
    StringBuilder text = new StringBuilder();
    for (long divisor = 916_132_832L; divisor > 0; divisor /= 62) { // 62^5
      text.append(BASE62.charAt((int) (crc.getValue() / divisor % 62)));
    }
    return text.toString();
  }
}
