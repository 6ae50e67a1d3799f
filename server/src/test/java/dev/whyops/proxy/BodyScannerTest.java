package dev.whyops.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whyops.proxy.BodyScanner.Member;
import dev.whyops.proxy.BodyScanner.Name;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BodyScannerTest {
  private static BodyScanner scan(byte[] body, int cut) {
    BodyScanner scanner = new BodyScanner();
    scanner.feed(body, 0, cut);
    byte[] rest = new byte[body.length - cut + 3];
    System.arraycopy(body, cut, rest, 3, body.length - cut);
    scanner.feed(rest, 3, rest.length);
    return scanner;
  }

  private static Member member(BodyScanner scanner, Name name) {
    return Objects.requireNonNull(scanner.member(name), name.toString());
  }

  @Test
  void findsTheMembersHoweverTheBodyIsCut() {
    String json =
        "\ufeff { \"messages\" : [{\"model\":\"no\",\"x\":\"\\\"}]\\\\\"}, []], \"mod\\u0065l\":"
            + " \"a\\u002fb\u00e9\" ,\"stream\":true,\"n\" : 1e2,\"stream_options\":{\"a\":[{}]},"
            + "\"model\":\"second\",\"\":null}  ";
    byte[] body = json.getBytes(StandardCharsets.UTF_8);
    for (int cut = 0; cut <= body.length; cut++) {
      BodyScanner scanner = scan(body, cut);
      assertThat(scanner.complete()).as("cut %d", cut).isTrue();
      assertThat(member(scanner, Name.MODEL).string()).isEqualTo("a/b\u00e9");
      assertThat(member(scanner, Name.STREAM).is("true")).isTrue();
      assertThat(member(scanner, Name.N).is("1e2")).isTrue();
      Member options = member(scanner, Name.STREAM_OPTIONS);
      assertThat(
              new String(
                  body,
                  (int) options.start(),
                  (int) (options.end() - options.start()),
                  StandardCharsets.UTF_8))
          .isEqualTo("{\"a\":[{}]}");
      assertThat(scanner.member(Name.LOGPROBS)).isNull();
      assertThat(scanner.objectStart())
          .isEqualTo(
              json.substring(0, json.indexOf('{')).getBytes(StandardCharsets.UTF_8).length + 1);
    }
  }

  @ParameterizedTest(name = "PX-01 {0}")
  @ValueSource(
      strings = {"not json", "null", "[]", "\"x\"", "1", "{1:2}", "{\"a\"1}", "{\"a\":1 2}"})
  void otherBodiesAreUnreadable(String body) {
    BodyScanner scanner = new BodyScanner();
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    scanner.feed(bytes, 0, bytes.length);
    assertThat(scanner.unreadable()).isTrue();
    assertThat(scanner.complete()).isFalse();
  }

  @Test
  void aLongValueKeepsItsPlaceAndNotItsText() {
    byte[] body =
        ("{\"model\":\"" + "m".repeat(5_000) + "\",\"n\":1}").getBytes(StandardCharsets.UTF_8);
    BodyScanner scanner = scan(body, 100);
    assertThat(member(scanner, Name.MODEL).string()).isNull();
    assertThat(member(scanner, Name.MODEL).end()).isEqualTo(9 + 5_002);
    assertThat(member(scanner, Name.N).is("1")).isTrue();
  }

  @Test
  void survivesAnyBytes() {
    Random random = new Random(7);
    byte[] alphabet = "{}[]\":,\\ \n\u0000aumodel1e".getBytes(StandardCharsets.UTF_8);
    for (int round = 0; round < 20_000; round++) {
      byte[] body = new byte[random.nextInt(40)];
      for (int i = 0; i < body.length; i++) {
        body[i] =
            random.nextInt(5) == 0
                ? (byte) random.nextInt()
                : alphabet[random.nextInt(alphabet.length)];
      }
      BodyScanner whole = scan(body, 0);
      BodyScanner cut = scan(body, random.nextInt(body.length + 1));
      assertThat(cut.complete()).isEqualTo(whole.complete());
      assertThat(cut.unreadable()).isEqualTo(whole.unreadable());
    }
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {"\"a/b\",3", "\"a\\/b\",4", "\"\\u0061\\u002Fb\",13", "\"/\",2"})
  void findsTheEndOfTheSlug(String literal, int expected) {
    assertThat(JsonText.afterSlash(literal.getBytes(StandardCharsets.UTF_8))).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"\\x\"", "\"\\u12\"", "\"\\u12g4\"", "\"\\"})
  void malformedEscapesGiveNoText(String literal) {
    byte[] bytes = literal.getBytes(StandardCharsets.UTF_8);
    assertThat(JsonText.unescape(bytes, 1, bytes.length - (literal.endsWith("\"") ? 1 : 0)))
        .isNull();
  }
}
