package dev.whyops.provider;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.Zstd;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The decoder's side of the bad inputs PX-60 to PX-70, PX-75 and PX-92. */
class BadAnswersTest {
  private static final Dialect OPENAI = Dialect.of(ProviderType.OPENAI);
  private static final Dialect ANTHROPIC = Dialect.of(ProviderType.ANTHROPIC);
  private static final String EVENTS = "text/event-stream";
  private static final String JSON = "application/json";

  private static final String DELTA =
      "data: {\"id\":\"c1\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"%s\"}}]}\n\n";

  @Test
  @DisplayName("PX-61 text is exact however the bytes of a character are spread over events")
  void keepsTextExact() {
    AnswerFacts facts = chat(DELTA.formatted("größer 東") + DELTA.formatted("京 😀"));
    assertThat(facts.choices().getFirst().text()).isEqualTo("größer 東京 😀");
  }

  @Test
  @DisplayName("PX-63 invalid JSON in a data line is noted, the rest is read")
  void notesInvalidData() {
    AnswerFacts facts = chat(DELTA.formatted("a") + "data: {\"id\n\n" + DELTA.formatted("b"));
    assertThat(facts.choices().getFirst().text()).isEqualTo("ab");
    assertThat(facts.notes()).containsExactly(Notes.PARSE_ERROR);
    assertThat(facts.terminated()).isFalse();
  }

  @Test
  @DisplayName("PX-63 [DONE] twice, before the last chunk, or missing")
  void takesDoneWhereverItStands() {
    String done = "data: [DONE]\n\n";
    assertThat(chat(DELTA.formatted("a") + done + done).terminated()).isTrue();
    AnswerFacts early = chat(done + DELTA.formatted("a"));
    assertThat(early.terminated()).isTrue();
    assertThat(early.choices().getFirst().text()).isEqualTo("a");
    assertThat(chat(DELTA.formatted("a")).terminated()).isFalse();
  }

  @Test
  @DisplayName("PX-65 200 with HTML is unparsed, 200 with an error object is an error")
  void readsWhatIsNoAnswer() {
    AnswerFacts html =
        OPENAI.answer(CallKind.CHAT_COMPLETIONS, 200, "text/html", bytes("<!doctype html>"));
    assertThat(html.notes()).contains(Notes.UNPARSED);
    assertThat(html.terminated()).isFalse();
    AnswerFacts error = json("{\"error\":{\"message\":\"no\",\"code\":503}}");
    assertThat(Objects.requireNonNull(error.error()).code()).isEqualTo("503");
    AnswerFacts page =
        OPENAI.answer(CallKind.CHAT_COMPLETIONS, 502, "text/html", bytes("<h1>Bad</h1>"));
    assertThat(Objects.requireNonNull(page.error()).bodyJson()).isEqualTo("\"<h1>Bad</h1>\"");
    assertThat(OPENAI.answer(CallKind.CHAT_COMPLETIONS, 204, null, new byte[0]).choices())
        .isEmpty();
  }

  @Test
  @DisplayName("C9 an error event inside a 200 stream is told, with what came before it")
  void tellsAnErrorInsideAStream() {
    AnswerFacts openai = chat(DELTA.formatted("a") + "data: {\"error\":{\"message\":\"x\"}}\n\n");
    assertThat(Objects.requireNonNull(openai.error()).message()).isEqualTo("x");
    assertThat(openai.choices().getFirst().text()).isEqualTo("a");
    String overloaded =
        "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\","
            + "\"message\":\"Overloaded\"}}\n\n";
    AnswerFacts anthropic = ANTHROPIC.answer(CallKind.MESSAGES, 200, EVENTS, bytes(overloaded));
    assertThat(Objects.requireNonNull(anthropic.error()).type()).isEqualTo("overloaded_error");
  }

  @Test
  @DisplayName("PX-68 gzip, deflate, zstd and br are undone; a bomb ends at its limit")
  void undoesCodingsWithinLimits() throws Exception {
    byte[] plain = bytes("hello ".repeat(10));
    ByteArrayOutputStream gzip = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(gzip)) {
      out.write(plain);
    }
    assertThat(ContentCoding.decode("gzip", gzip.toByteArray(), 1_000).bytes()).isEqualTo(plain);
    assertThat(ContentCoding.decode("GZIP ", gzip.toByteArray(), 1_000).note()).isNull();
    byte[] cut = Arrays.copyOf(gzip.toByteArray(), gzip.size() - 9);
    assertThat(ContentCoding.decode("gzip", cut, 1_000).note()).isEqualTo(Notes.TRUNCATED);
    ByteArrayOutputStream bomb = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(bomb)) {
      for (int i = 0; i < 100; i++) {
        out.write(new byte[1 << 20]);
      }
    }
    ContentCoding.Decoded decoded =
        ContentCoding.decode("gzip", bomb.toByteArray(), ContentCoding.ANSWER_MAX_BYTES);
    assertThat(decoded.note()).isEqualTo(Notes.TRUNCATED);
    assertThat(decoded.bytes()).hasSize(ContentCoding.ANSWER_MAX_BYTES);
    byte[] zstd = Zstd.compress(plain);
    assertThat(ContentCoding.decode("zstd", zstd, 1_000).bytes()).isEqualTo(plain);
    byte[] brotli = {0x0b, 0x02, (byte) 0x80, 'h', 'e', 'l', 'l', 'o', 0x03};
    assertThat(ContentCoding.decode("br", brotli, 1_000).bytes()).asString().isEqualTo("hello");
    assertThat(ContentCoding.decode("gzip, gzip", plain, 1_000).note())
        .isEqualTo(Notes.NOT_DECODED);
    assertThat(ContentCoding.decode("br", plain, 1_000).note()).isNotNull();
  }

  @ParameterizedTest(name = "PX-69 prompt_tokens {0}: count {1}, suspect {2}")
  @CsvSource({
    "-5,,true",
    "NaN,,true",
    "1e309,,true",
    "'\"12\"',,true",
    "9007199254740993,,true",
    "9223372036854775808,,true",
    "1000000000000,,true",
    "null,,false",
    "0,0,false",
    "12,12,false"
  })
  void countsOnlyCounts(String raw, Long count, boolean suspect) {
    AnswerFacts facts =
        json("{\"choices\":[],\"usage\":{\"prompt_tokens\":" + raw + ",\"completion_tokens\":3}}");
    Usage usage = Objects.requireNonNull(facts.usage());
    assertThat(usage.input()).isEqualTo(count);
    assertThat(usage.total()).isEqualTo(3 + (count == null ? 0 : count));
    assertThat(facts.notes().contains(Notes.USAGE_SUSPECT)).isEqualTo(suspect);
    assertThat(facts.usageJson()).contains("\"prompt_tokens\":" + raw + ",");
  }

  @Test
  @DisplayName("D5 a class below zero is kept and marked, never clamped")
  void marksContradictions() {
    AnswerFacts facts =
        json(
            "{\"choices\":[],\"usage\":{\"prompt_tokens\":10,\"completion_tokens\":1,"
                + "\"prompt_tokens_details\":{\"cached_tokens\":12}}}");
    Usage usage = Objects.requireNonNull(facts.usage());
    assertThat(usage.input()).isEqualTo(-2);
    assertThat(usage.inconsistent()).isTrue();
  }

  @Test
  @DisplayName("PX-70 wild finish reasons, arguments and indexes are kept as they are")
  void keepsWildAnswers() {
    AnswerFacts facts =
        json(
            "{\"choices\":[{\"index\":-1,\"finish_reason\":\"odd\",\"message\":{\"tool_calls\":["
                + "{\"id\":\"a\",\"function\":{\"name\":\"f\",\"arguments\":\"not json\"}},"
                + "{\"id\":\"b\",\"function\":{\"name\":\"g\",\"arguments\":\""
                + "x".repeat(1 << 20)
                + "\"}}]}}]}");
    AnswerFacts.Choice choice = facts.choices().getFirst();
    assertThat(choice.index()).isEqualTo(-1);
    assertThat(choice.finishReason()).isEqualTo("odd");
    assertThat(choice.calls()).extracting(ToolCall::name).containsExactly("f", "g");
    assertThat(choice.calls().getLast().arguments()).hasSize(1 << 20);
  }

  @Test
  @DisplayName("PX-70 a million choices cost no array and no error")
  void takesNoMillionChoices() {
    StringBuilder body = new StringBuilder("{\"choices\":[");
    for (int i = 0; i < 300_000; i++) {
      body.append(i == 0 ? "" : ",").append("{\"index\":").append(i * 7_000L).append('}');
    }
    AnswerFacts facts = json(body.append("]}").toString());
    assertThat(facts.choices()).hasSize(128);
    assertThat(facts.notes()).contains(Notes.TRUNCATED);
  }

  @Test
  @DisplayName("G1 parallel calls by index, all numbered 0, or without any number")
  void assemblesParallelCalls() {
    String call =
        "data:"
            + " {\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{%s\"function\":{%s}}]}}]}\n\n";
    String byIndex =
        call.formatted("\"index\":0,\"id\":\"a\",", "\"name\":\"f\",\"arguments\":\"\"")
            + call.formatted("\"index\":1,\"id\":\"b\",", "\"name\":\"g\",\"arguments\":\"\"")
            + call.formatted("\"index\":0,", "\"arguments\":\"{1\"")
            + call.formatted("\"index\":1,", "\"arguments\":\"{2\"")
            + call.formatted("\"index\":0,", "\"arguments\":\"}\"");
    assertThat(chat(byIndex).choices().getFirst().calls())
        .extracting(ToolCall::arguments)
        .containsExactly("{1}", "{2");
    String allZero =
        call.formatted("\"index\":0,\"id\":\"a\",", "\"name\":\"f\",\"arguments\":\"1\"")
            + call.formatted("\"index\":0,\"id\":\"b\",", "\"name\":\"g\",\"arguments\":\"2\"");
    assertThat(chat(allZero).choices().getFirst().calls())
        .extracting(ToolCall::callId)
        .containsExactly("a", "b");
    String unnumbered =
        call.formatted("\"id\":\"a\",", "\"name\":\"f\",\"arguments\":\"1\"")
            + call.formatted("", "\"arguments\":\"2\"")
            + call.formatted("\"id\":\"b\",", "\"name\":\"g\",\"arguments\":{\"x\":1}");
    assertThat(chat(unnumbered).choices().getFirst().calls())
        .extracting(ToolCall::arguments)
        .containsExactly("12", "{\"x\":1}");
  }

  @Test
  @DisplayName("PX-75 the content type decides, not what was asked for")
  void readsByContentType() {
    String whole = "{\"id\":\"c\",\"choices\":[{\"index\":0,\"message\":{\"content\":\"hi\"}}]}";
    assertThat(OPENAI.answer(CallKind.CHAT_COMPLETIONS, 200, JSON, bytes(whole)).choices())
        .hasSize(1);
    String sse = DELTA.formatted("hi");
    assertThat(OPENAI.answer(CallKind.CHAT_COMPLETIONS, 200, null, bytes(sse)).choices())
        .hasSize(1);
    assertThat(chat(sse).choices().getFirst().text()).isEqualTo("hi");
  }

  @Test
  @DisplayName("PX-92 a million messages and a hundred thousand tools are read in one pass")
  void readsHugeRequests() {
    String body =
        "{\"model\":\"m\",\"messages\":["
            + "{\"role\":\"user\",\"content\":\"a\"},".repeat(250_000)
            + "{\"role\":\"user\",\"content\":\"last\"}],\"tools\":["
            + "{\"name\":\"t\"},".repeat(99_999)
            + "{\"name\":\"t\"}]}";
    RequestFacts facts = OPENAI.request(CallKind.CHAT_COMPLETIONS, bytes(body));
    assertThat(facts.turns()).hasSize(250_001);
    assertThat(facts.tools()).hasSize(100_000);
    assertThat(facts.lastUserText()).isEqualTo("last");
    assertThat(facts.notes()).isEmpty();
  }

  @Test
  @DisplayName("PX-02 PX-39 a cut body tells what stood before the cut, the first model counts")
  void readsUpToTheCut() {
    RequestFacts facts =
        OPENAI.request(
            CallKind.CHAT_COMPLETIONS,
            bytes(
                "{\"model\":\"a\",\"model\":\"b\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"},{\"ro"));
    assertThat(facts.model()).isEqualTo("a");
    assertThat(facts.turns().getFirst().text()).isEqualTo("x");
    assertThat(facts.notes()).contains(Notes.UNPARSED);
  }

  private static AnswerFacts chat(String events) {
    return OPENAI.answer(CallKind.CHAT_COMPLETIONS, 200, EVENTS, bytes(events));
  }

  private static AnswerFacts json(String body) {
    return OPENAI.answer(CallKind.CHAT_COMPLETIONS, 200, JSON, bytes(body));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
