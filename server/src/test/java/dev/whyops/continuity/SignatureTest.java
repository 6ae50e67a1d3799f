package dev.whyops.continuity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whyops.continuity.CallTrace.Rule;
import dev.whyops.id.Ids;
import dev.whyops.project.ProjectId;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SignatureTest {
  private static final ProjectId A = new ProjectId("prj_a");
  private static final ProjectId B = new ProjectId("prj_b");
  private static final String TRACE = new Ids(Clock.systemUTC(), () -> 77).next("trc_");

  private final ContinuityIndex index = new ContinuityIndex();
  private final SignatureBook book =
      new SignatureBook(SignatureTest::key, index, Clock.systemUTC());

  private static byte[] key(ProjectId project) {
    return Arrays.copyOf(project.value().getBytes(StandardCharsets.UTF_8), 32);
  }

  private String sign(ProjectId project, String trace, String thread) {
    return book.sign(project, key(project), new CallTrace(trace, thread, Rule.NEW));
  }

  private static String escaped(String text) {
    return text.chars().mapToObj("\\u%04x"::formatted).collect(Collectors.joining());
  }

  @Test
  void hasTheShapeOfTheContract() {
    String text = sign(A, TRACE, TRACE);
    assertThat(text).hasSize(94).startsWith("\u2063").endsWith("\u2063");
    assertThat(text.substring(1, 93)).matches("[\u200B\u200C\u200D\u2060]{92}");
    // 0x01: the symbols 0, 0, 0, 1
    assertThat(text.substring(1, 5)).isEqualTo("\u200B\u200B\u200B\u200C");
  }

  @Property
  void leadsBackToAnyTrace(
      @ForAll @StringLength(min = 1, max = 200) String trace, @ForAll boolean ownThread) {
    String thread = ownThread ? trace : "thread";
    String text = "answer" + sign(A, trace, thread);
    assertThat(book.last(A, List.of(text))).contains(new CallTrace(trace, thread, Rule.SIGNATURE));
    assertThat(book.last(B, List.of(text))).isEmpty();
  }

  @Test
  void aGeneratedTraceNeedsNoMemory() {
    String text = sign(A, TRACE, TRACE);
    SignatureBook elsewhere =
        new SignatureBook(SignatureTest::key, new ContinuityIndex(), Clock.systemUTC());
    assertThat(elsewhere.last(A, List.of(text)))
        .contains(new CallTrace(TRACE, TRACE, Rule.SIGNATURE));
  }

  @Property
  @DisplayName("PX-81 a forged or damaged signature is plain text")
  void forgedSignatureIsPlainText(
      @ForAll @IntRange(min = 1, max = 92) int at, @ForAll @IntRange(min = 1, max = 3) int by) {
    String genuine = sign(A, TRACE, TRACE);
    String alphabet = "\u200B\u200C\u200D\u2060";
    char other = alphabet.charAt((alphabet.indexOf(genuine.charAt(at)) + by) % 4);
    String forged = genuine.substring(0, at) + other + genuine.substring(at + 1);
    assertThat(book.last(A, List.of(forged))).isEmpty();
    byte[] body = ('"' + forged + '"').getBytes(StandardCharsets.UTF_8);
    assertThat(book.places(A, body)).isEmpty();
    assertThat(forged).isNotEqualTo(genuine);
  }

  @Property
  void isFoundWhereverItStandsAndHoweverItIsWritten(
      @ForAll @IntRange(max = 900) int before,
      @ForAll @IntRange(max = 300) int after,
      @ForAll boolean escapes,
      @ForAll long seed) {
    Random random = new Random(seed);
    String noise = "ab\\\\u20\u200b\u2060\u00e4\ud83d\udc68 \\n".repeat(80);
    int from = random.nextInt(3) * 2;
    String signature = sign(A, TRACE, TRACE);
    String head = '"' + noise.substring(from, from + before / 2 * 2).replace("\\", "");
    String body = head + (escapes ? escaped(signature) : signature) + "x".repeat(after) + '"';
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    assertThat(SignatureBook.mayBeIn(bytes, bytes.length)).isTrue();
    int start = head.getBytes(StandardCharsets.UTF_8).length;
    assertThat(book.places(A, bytes))
        .containsExactly(new SignatureBook.Place(start, start + (escapes ? 564 : 282)));
  }

  @Test
  void anEscapedBackslashBeginsNoSignature() {
    String body = "\"\\" + escaped(sign(A, TRACE, TRACE)) + '"';
    assertThat(book.places(A, body.getBytes(StandardCharsets.UTF_8))).isEmpty();
  }

  @Test
  @DisplayName("PX-83 the last valid one wins, and all valid ones are found")
  void theLastValidOneWins() {
    String first = sign(A, "first", "first");
    String last = sign(A, "last", "last");
    String foreign = sign(B, "foreign", "foreign");
    assertThat(book.last(A, List.of(first, "x" + last + "y" + foreign)))
        .map(CallTrace::traceId)
        .contains("last");
    String body = '"' + foreign + first + "x" + last + first.substring(1) + foreign + '"';
    assertThat(book.places(A, body.getBytes(StandardCharsets.UTF_8))).hasSize(3);
  }

  @Test
  @DisplayName("PX-83 junk that ends where a valid one begins does not hide it")
  void junkDoesNotHideTheNext() {
    String junk = "\u2063" + "\u200b".repeat(92);
    String text = junk + sign(A, TRACE, TRACE);
    assertThat(book.last(A, List.of(text))).map(CallTrace::traceId).contains(TRACE);
    assertThat(book.places(A, ('"' + text + '"').getBytes(StandardCharsets.UTF_8))).hasSize(1);
  }

  @ParameterizedTest(name = "PX-84 {0} symbols")
  @ValueSource(ints = {0, 1, 91, 93, 1_000_000})
  void otherLengthsAreText(int symbols) {
    String text = "\u2063" + "\u200b".repeat(symbols) + "\u2063";
    long start = System.nanoTime();
    assertThat(book.last(A, List.of(text))).isEmpty();
    assertThat(book.places(A, text.getBytes(StandardCharsets.UTF_8))).isEmpty();
    assertThat(System.nanoTime() - start).isLessThan(5_000_000_000L);
  }

  @Test
  @DisplayName("PX-84 unknown version, other symbols, no end, half an escape")
  void otherShapesAreText() {
    String genuine = sign(A, TRACE, TRACE);
    for (String text :
        List.of(
            genuine.substring(0, 4) + "\u200D" + genuine.substring(5),
            genuine.substring(0, 50) + "\u200E" + genuine.substring(51),
            genuine.substring(0, 93),
            genuine.substring(1),
            escaped(genuine).substring(0, 560))) {
      assertThat(book.last(A, List.of(text))).isEmpty();
      assertThat(book.places(A, text.getBytes(StandardCharsets.UTF_8))).isEmpty();
    }
  }

  @Property
  void otherTextIsNeverTouched(@ForAll String text) {
    assertThat(SignatureShapes.without(text)).isEqualTo(text);
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    assertThat(book.places(A, bytes)).isEmpty();
  }

  @Test
  void historiesAreTheSameWithAndWithoutSignatures() {
    String signature = sign(A, TRACE, TRACE);
    assertThat(SignatureShapes.without("a" + signature + "b" + signature)).isEqualTo("ab");
  }

  @Test
  @DisplayName("sameTraceIdInTwoProjects: references of one text differ by project")
  void sameTraceIdInTwoProjects() {
    assertThat(TraceRef.of(A, "order-1")).isNotEqualTo(TraceRef.of(B, "order-1"));
    assertThat(TraceRef.of(A, "order-1").generatedId(Instant.now())).isEmpty();
  }
}
