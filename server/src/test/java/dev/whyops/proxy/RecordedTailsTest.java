package dev.whyops.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whyops.kit.Recording;
import dev.whyops.provider.AnswerFacts;
import dev.whyops.provider.CallKind;
import dev.whyops.provider.tail.StreamTail;
import dev.whyops.record.Rewrite;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Recorded answers with a signature: read as before, with the signature and nothing else. */
class RecordedTailsTest {
  private static final String SIGN = "\u2063\u200b\u200c\u2063";
  private static final Set<CallKind> KINDS =
      Set.of(CallKind.CHAT_COMPLETIONS, CallKind.MESSAGES, CallKind.RESPONSES);

  /** What came out, and the changes that were told. */
  private record Signed(byte[] bytes, List<Rewrite> rewrites) {}

  private static Signed sign(Recording recording) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    List<Rewrite> rewrites = new ArrayList<>();
    Consumer<ByteBuf> next =
        bytes -> {
          byte[] part = new byte[bytes.readableBytes()];
          bytes.readBytes(part).release();
          out.writeBytes(part);
        };
    AnswerEdit edit =
        recording.stream()
            ? new SignedStream(StreamTail.of(recording.kind(), SIGN), rewrites::add)
            : new SignedBody(recording.kind(), SIGN, rewrites::add);
    edit.feed(Unpooled.copiedBuffer(recording.answer()), next);
    edit.end(next);
    return new Signed(out.toByteArray(), rewrites);
  }

  private static Stream<Recording> recordings() {
    return Recording.recorded().stream().filter(r -> KINDS.contains(r.kind()) && r.status() == 200);
  }

  @TestFactory
  Stream<DynamicTest> theSameWithTheSignature() {
    return recordings().map(r -> DynamicTest.dynamicTest(r.id(), () -> check(r)));
  }

  private static void check(Recording recording) {
    Signed signed = sign(recording);
    assertThat(applied(recording.answer(), signed.rewrites())).isEqualTo(signed.bytes());
    if (signed.rewrites().isEmpty()) {
      return;
    }
    AnswerFacts before = recording.decode(recording.answer());
    AnswerFacts after = recording.decode(signed.bytes());
    assertThat(after.choices()).hasSize(1);
    assertThat(after.choices().getFirst().text())
        .isEqualTo(before.choices().getFirst().text() + SIGN);
    assertThat(after.choices().getFirst().calls()).isEqualTo(before.choices().getFirst().calls());
    assertThat(after.choices().getFirst().finishReason())
        .isEqualTo(before.choices().getFirst().finishReason());
    assertThat(after.usage()).isEqualTo(before.usage());
    assertThat(after.notes()).isEqualTo(before.notes());
    assertThat(after.responseId()).isEqualTo(before.responseId());
  }

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

  /** Of plain answers most get one, in each dialect, streamed and not; data gets none. */
  @Test
  void plainAnswersGetOne() {
    for (CallKind kind : KINDS) {
      for (boolean stream : new boolean[] {false, true}) {
        List<Recording> plain =
            recordings()
                .filter(r -> r.kind() == kind && r.stream() == stream)
                .filter(RecordedTailsTest::isPlain)
                .toList();
        long signed =
            plain.stream()
                .filter(r -> new String(sign(r).bytes(), StandardCharsets.UTF_8).contains(SIGN))
                .count();
        System.out.println(kind + " stream=" + stream + " plain=" + plain.size() + " " + signed);
        assertThat(signed).as(kind + " " + stream).isGreaterThan(plain.size() / 2);
      }
    }
  }

  private static boolean isPlain(Recording recording) {
    List<AnswerFacts.Choice> choices = recording.decode(recording.answer()).choices();
    if (choices.size() != 1 || !choices.getFirst().calls().isEmpty()) {
      return false;
    }
    String text = choices.getFirst().text();
    String reason = String.valueOf(choices.getFirst().finishReason());
    return !text.isBlank()
        && !text.stripLeading().startsWith("{")
        && !text.stripLeading().startsWith("[")
        && Set.of("stop", "end_turn", "completed").contains(reason);
  }
}
