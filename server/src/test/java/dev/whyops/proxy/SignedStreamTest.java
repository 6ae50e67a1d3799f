package dev.whyops.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whyops.kit.SampleStreams;
import dev.whyops.provider.AnswerFacts;
import dev.whyops.provider.CallKind;
import dev.whyops.provider.Dialect;
import dev.whyops.provider.ProviderType;
import dev.whyops.provider.tail.StreamTail;
import dev.whyops.record.Rewrite;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SignedStreamTest {
  private static final String SIGN = "\u2063\u200b\u200c\u2063";

  /** What came out, and the changes that were told. */
  private record Signed(byte[] bytes, List<Rewrite> rewrites) {
    String text() {
      return new String(bytes, StandardCharsets.UTF_8);
    }
  }

  private static Signed run(CallKind kind, byte[] stream, int... cuts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    List<Rewrite> rewrites = new ArrayList<>();
    Consumer<ByteBuf> next =
        bytes -> {
          byte[] part = new byte[bytes.readableBytes()];
          bytes.readBytes(part).release();
          out.writeBytes(part);
        };
    SignedStream edit = new SignedStream(StreamTail.of(kind, SIGN), rewrites::add);
    int at = 0;
    for (int cut : cuts) {
      edit.feed(Unpooled.copiedBuffer(stream, at, cut - at), next);
      at = cut;
    }
    edit.feed(Unpooled.copiedBuffer(stream, at, stream.length - at), next);
    edit.end(next);
    return new Signed(out.toByteArray(), rewrites);
  }

  /** The bytes before the rewrites, by the rewrites alone. */
  private static byte[] applied(byte[] original, List<Rewrite> rewrites) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    int at = 0;
    for (Rewrite rewrite : rewrites) {
      all.write(original, at, (int) rewrite.offset() - at);
      all.writeBytes(rewrite.inserted());
      at = (int) (rewrite.offset() + rewrite.removedLength());
    }
    all.write(original, at, original.length - at);
    return all.toByteArray();
  }

  private static AnswerFacts facts(CallKind kind, byte[] stream) {
    ProviderType type = kind == CallKind.MESSAGES ? ProviderType.ANTHROPIC : ProviderType.OPENAI;
    return Dialect.of(type).answer(kind, 200, "text/event-stream", stream);
  }

  private static String stream(CallKind kind) {
    return SampleStreams.of(kind);
  }

  @ParameterizedTest
  @EnumSource(names = {"CHAT_COMPLETIONS", "MESSAGES", "RESPONSES"})
  void oneFurtherDeltaAndNothingElse(CallKind kind) {
    byte[] original = stream(kind).getBytes(StandardCharsets.UTF_8);
    Signed signed = run(kind, original);
    assertThat(facts(kind, signed.bytes()).choices().getFirst().text())
        .isEqualTo(facts(kind, original).choices().getFirst().text() + SIGN);
    assertThat(facts(kind, signed.bytes()).usage()).isEqualTo(facts(kind, original).usage());
    assertThat(signed.text().split("\n\n")).hasSize(stream(kind).split("\n\n").length + 1);
    assertThat(applied(original, signed.rewrites())).isEqualTo(signed.bytes());
    assertThat(signed.rewrites()).allMatch(rewrite -> rewrite.kind().equals("signature"));
  }

  @ParameterizedTest
  @EnumSource(names = {"CHAT_COMPLETIONS", "MESSAGES", "RESPONSES"})
  void theSameAtEveryCutAndLineEnd(CallKind kind) {
    for (String lineEnd : List.of("\n", "\r\n", "\r")) {
      byte[] original = stream(kind).replace("\n", lineEnd).getBytes(StandardCharsets.UTF_8);
      Signed whole = run(kind, original);
      assertThat(whole.text()).contains(SIGN);
      for (int cut = 0; cut <= original.length; cut++) {
        Signed parts = run(kind, original, cut);
        assertThat(parts.bytes()).isEqualTo(whole.bytes());
        assertThat(applied(original, parts.rewrites())).isEqualTo(whole.bytes());
      }
      int[] everywhere = new int[original.length];
      java.util.Arrays.setAll(everywhere, i -> i);
      assertThat(run(kind, original, everywhere).bytes()).isEqualTo(whole.bytes());
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"CHAT_COMPLETIONS", "MESSAGES", "RESPONSES"})
  void whatBreaksOffAnywhereLosesAndGainsNothing(CallKind kind) {
    byte[] original = stream(kind).getBytes(StandardCharsets.UTF_8);
    for (int end = 0; end < original.length; end++) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      List<Rewrite> rewrites = new ArrayList<>();
      Consumer<ByteBuf> next =
          bytes -> {
            byte[] part = new byte[bytes.readableBytes()];
            bytes.readBytes(part).release();
            out.writeBytes(part);
          };
      SignedStream edit = new SignedStream(StreamTail.of(kind, SIGN), rewrites::add);
      edit.feed(Unpooled.copiedBuffer(original, 0, end), next);
      edit.breakOff(next);
      byte[] came = java.util.Arrays.copyOf(original, end);
      assertThat(out.toByteArray()).isEqualTo(applied(came, rewrites));
    }
  }

  @ParameterizedTest(name = "structuredOutputGetsNoByte PX-89 {0}")
  @ValueSource(strings = {"{\\\"a\\\":1}", "[1]", "  {\\\"a\\\":1}", "\\n[]"})
  void structuredOutputGetsNoByte(String said) {
    for (CallKind kind :
        List.of(CallKind.CHAT_COMPLETIONS, CallKind.MESSAGES, CallKind.RESPONSES)) {
      byte[] original =
          stream(kind).replace(SampleStreams.SAID, said).getBytes(StandardCharsets.UTF_8);
      assertThat(run(kind, original).bytes()).isEqualTo(original);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"CHAT_COMPLETIONS", "MESSAGES", "RESPONSES"})
  @DisplayName("PX-89 tool calls get no byte")
  void toolCallsGetNoByte(CallKind kind) {
    byte[] original = SampleStreams.withToolCall(kind).getBytes(StandardCharsets.UTF_8);
    assertThat(facts(kind, original).choices().getFirst().calls()).hasSize(1);
    assertThat(run(kind, original).bytes()).isEqualTo(original);
  }

  @Test
  void unfinishedAndOddAnswersStayAsTheyAre() {
    for (String odd :
        List.of(
            stream(CallKind.CHAT_COMPLETIONS).replace("\"stop\"", "\"length\""),
            stream(CallKind.CHAT_COMPLETIONS).replace("\"index\":0", "\"index\":1"),
            stream(CallKind.CHAT_COMPLETIONS).replace("\"logprobs\":null", "\"logprobs\":{}"),
            "data: [DONE]\n\n",
            "data: {bad\n\n",
            ": only a comment\n\n",
            "",
            "{\"choices\":[]}")) {
      byte[] bytes = odd.getBytes(StandardCharsets.UTF_8);
      assertThat(run(CallKind.CHAT_COMPLETIONS, bytes).bytes()).isEqualTo(bytes);
    }
    for (String odd :
        List.of(
            stream(CallKind.MESSAGES).replace("end_turn", "max_tokens"),
            stream(CallKind.MESSAGES).replace("event: message_delta", "event: x"))) {
      byte[] bytes = odd.getBytes(StandardCharsets.UTF_8);
      assertThat(run(CallKind.MESSAGES, bytes).text().contains(SIGN))
          .isEqualTo(odd.contains("end_turn"));
    }
  }

  @Test
  @DisplayName("a Responses stream is consistent: every later event has the text and counts on")
  void responsesAreConsistent() {
    Signed signed = run(CallKind.RESPONSES, stream(CallKind.RESPONSES).getBytes());
    assertThat(signed.text().split(SIGN, -1)).hasSize(6);
    List<Integer> numbers =
        java.util.regex.Pattern.compile("\"sequence_number\":(\\d+)")
            .matcher(signed.text())
            .results()
            .map(m -> Integer.valueOf(m.group(1)))
            .toList();
    for (int i = 0; i < numbers.size(); i++) {
      assertThat(numbers.get(i)).isEqualTo(i);
    }
  }
}
