package dev.whyops.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whyops.http.ApiException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** How large a body becomes is known before it is held that way. */
class IngestRoomTest {
  private static byte[] gzip(byte[] plain) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(plain);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  @Test
  void asksForTheSizeWithoutTheCoding() {
    byte[] first = gzip("a".repeat(3_000).getBytes(StandardCharsets.UTF_8));
    byte[] second = gzip("ü".repeat(100).getBytes(StandardCharsets.UTF_8));
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    List<Long> asked = new ArrayList<>();
    byte[] plain = IngestBody.plain("gzip", both, asked::add);
    assertThat(asked).containsExactly(3_200L);
    assertThat(plain).hasSize(3_200).endsWith("ü".getBytes(StandardCharsets.UTF_8));
  }

  @Test
  @DisplayName("a gzip bomb is told by its size, and never held")
  void refusesBeforeItIsHeld() {
    byte[] bomb = gzip(new byte[9 * 1024 * 1024]);
    assertThatThrownBy(
            () ->
                IngestBody.plain(
                    "gzip",
                    bomb,
                    size -> {
                      throw new AssertionError("asked for " + size);
                    }))
        .isInstanceOfSatisfying(ApiException.class, e -> assertThat(e.status()).isEqualTo(413));
  }

  @Test
  void aRefusalOfTheRoomIsTheAnswer() {
    ApiException full = new ApiException(503, "overloaded", "full");
    assertThatThrownBy(
            () ->
                IngestBody.plain(
                    "gzip",
                    gzip(new byte[10]),
                    size -> {
                      throw full;
                    }))
        .isSameAs(full);
  }

  @Test
  void whatIsNoWholeGzipIsRefused() {
    byte[] good = gzip("{}".getBytes(StandardCharsets.UTF_8));
    byte[] wrongSum = good.clone();
    wrongSum[good.length - 8] ^= 1;
    for (byte[] bad :
        List.of(
            Arrays.copyOf(good, good.length - 1),
            Arrays.copyOf(good, good.length + 1),
            wrongSum,
            new byte[0],
            new byte[] {0x1F, (byte) 0x8B})) {
      assertThatThrownBy(() -> IngestBody.plain("gzip", bad, size -> {}))
          .isInstanceOfSatisfying(ApiException.class, e -> assertThat(e.status()).isEqualTo(400));
    }
  }

  @Test
  void aReplacementCharacterThatWasSentIsText() {
    byte[] sent = "\"\uFFFD\"".getBytes(StandardCharsets.UTF_8);
    assertThat(IngestBody.text("application/json", "", sent, size -> {})).isEqualTo("\"\uFFFD\"");
    byte[] broken = {'"', (byte) 0xEF, (byte) 0xBF, '"'};
    assertThatThrownBy(() -> IngestBody.text("application/json", "", broken, size -> {}))
        .isInstanceOfSatisfying(ApiException.class, e -> assertThat(e.status()).isEqualTo(400));
  }
}
