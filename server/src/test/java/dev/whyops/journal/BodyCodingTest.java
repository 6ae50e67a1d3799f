package dev.whyops.journal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Bodies of frames: what was written is read, and nothing else is taken for it. */
class BodyCodingTest {
  private enum Choice {
    ONE,
    TWO
  }

  @Property(tries = 200)
  void whatIsWrittenIsRead(@ForAll long number, @ForAll String text, @ForAll byte[] bytes) {
    byte[] body =
        new BodyWriter(1)
            .put(number)
            .put(text)
            .put(bytes)
            .fixed(number)
            .put((String) null)
            .put((Long) null)
            .put((Integer) null)
            .put(Long.valueOf(number))
            .put(Integer.valueOf((int) number))
            .put(Choice.TWO)
            .put(true)
            .bytes();
    BodyReader in = new BodyReader(body);
    assertThat(in.number()).isEqualTo(number);
    assertThat(in.text()).isEqualTo(new String(text.getBytes(UTF_8), UTF_8)); // no lone surrogates
    assertThat(in.bytes()).isEqualTo(bytes);
    assertThat(in.fixed()).isEqualTo(number);
    assertThat(in.textOrNull()).isNull();
    assertThat(in.longOrNull()).isNull();
    assertThat(in.intOrNull()).isNull();
    assertThat(in.longOrNull()).isEqualTo(number);
    assertThat(in.intOrNull()).isEqualTo((int) number);
    assertThat(in.choice(Choice.values())).isEqualTo(Choice.TWO);
    assertThat(in.flag()).isTrue();
  }

  /** One reading, and a body that it must refuse. */
  private record Refused(String name, byte[] body, Consumer<BodyReader> reading) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Refused> refused() {
    byte[] endless = new byte[12];
    Arrays.fill(endless, (byte) 0x80);
    byte[] beyond = new byte[10];
    Arrays.fill(beyond, (byte) 0xFF);
    beyond[9] = 1;
    return Stream.of(
        new Refused("a number that does not end", endless, BodyReader::number),
        new Refused("a cut number", new byte[] {(byte) 0x80}, BodyReader::number),
        new Refused("an int of 33 bits", written(w -> w.put(1L << 32)), BodyReader::count),
        new Refused("a negative size", written(w -> w.put(-1)), BodyReader::size),
        new Refused("more elements than bytes", written(w -> w.put(3)), BodyReader::size),
        new Refused("a choice below", written(w -> w.put(-1)), in -> in.choice(Choice.values())),
        new Refused("a choice beyond", written(w -> w.put(2)), in -> in.choice(Choice.values())),
        new Refused("seven fixed bytes", new byte[7], BodyReader::fixed),
        new Refused("no text", written(w -> w.put((String) null)), BodyReader::text),
        new Refused("no bytes", written(w -> w.put((byte[]) null)), BodyReader::bytes),
        new Refused("a text longer than the body", new byte[] {9, 'a'}, BodyReader::text),
        new Refused("a length beyond 63 bits", beyond, BodyReader::bytes),
        new Refused(
            "a time beyond all years",
            written(w -> w.put(Long.MAX_VALUE).put(Long.MAX_VALUE)),
            BodyReader::instant));
  }

  private static byte[] written(Consumer<BodyWriter> writing) {
    BodyWriter out = new BodyWriter(0);
    writing.accept(out);
    return out.bytes();
  }

  @ParameterizedTest(name = "refuses {0}")
  @MethodSource("refused")
  void refusesWhatNobodyWrote(Refused refused) {
    assertBad(refused.body(), refused.reading());
  }

  @Test
  @DisplayName("lengths and sizes are good up to the last byte that is left, wherever they stand")
  void takesWhatFitsExactly() {
    BodyReader in =
        new BodyReader(
            written(
                w ->
                    w.put(7).put(Choice.ONE).put("abc").put(0).put(2).put(new byte[0]).put(false)));
    assertThat(in.number()).isEqualTo(7);
    assertThat(in.choice(Choice.values())).isEqualTo(Choice.ONE);
    assertThat(in.text()).isEqualTo("abc");
    assertThat(in.size()).isZero();
    assertThat(in.size()).isEqualTo(2);
    assertThat(in.bytes()).isEmpty();
    assertThat(in.flag()).isFalse();
    BodyReader tooMany = new BodyReader(written(w -> w.put(0).put(0).put(0).put(3).put(true)));
    for (int i = 0; i < 3; i++) {
      assertThat(tooMany.size()).isZero();
    }
    assertThatThrownBy(tooMany::size).isInstanceOf(JournalException.class);
    BodyReader tooLong = new BodyReader(new byte[] {0, 0, 0, 4, 'a', 'b'});
    for (int i = 0; i < 3; i++) {
      assertThat(tooLong.number()).isZero();
    }
    assertThatThrownBy(tooLong::text).isInstanceOf(JournalException.class);
    BodyReader instant = new BodyReader(written(w -> w.put(12).put(34)));
    assertThat(instant.instant()).isEqualTo(Instant.ofEpochSecond(12, 34));
  }

  @Test
  void growsBeyondWhatWasExpected() {
    BodyWriter out = new BodyWriter(0);
    byte[] large = new byte[10_000];
    out.put(large);
    assertThat(out.size()).isEqualTo(large.length + 2);
    assertThat(new BodyReader(out.bytes()).bytes()).isEqualTo(large);
  }

  private static void assertBad(byte[] body, Consumer<BodyReader> reading) {
    assertThatThrownBy(() -> reading.accept(new BodyReader(body)))
        .isInstanceOfSatisfying(
            JournalException.class, e -> assertThat(e.code()).isEqualTo("bad_frame"));
  }
}
