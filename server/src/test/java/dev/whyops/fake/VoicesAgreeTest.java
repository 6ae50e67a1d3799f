package dev.whyops.fake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whyops.provider.AnswerFacts;
import dev.whyops.provider.AnswerFacts.Choice;
import dev.whyops.provider.AnswerFacts.Thinking;
import dev.whyops.provider.CallKind;
import dev.whyops.provider.Dialect;
import dev.whyops.provider.ProviderType;
import dev.whyops.provider.ToolCall;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/**
 * One utterance said whole and said in a stream must be the same facts, in every dialect: this
 * holds the scripted provider and the decoders to each other.
 */
class VoicesAgreeTest {
  private static final List<String> PATHS =
      List.of("/v1/chat/completions", "/v1/responses", "/v1/messages");

  @Property(tries = 150)
  void aStreamSaysWhatTheWholeAnswerSays(
      @ForAll("texts") String text,
      @ForAll("texts") String thinking,
      @ForAll @IntRange(min = 0, max = 3) int callCount,
      @ForAll("framings") String framing,
      @ForAll @IntRange(min = 1, max = 40) int chunks)
      throws Exception {
    Script script = Script.of("chunks=" + chunks + " " + framing).saying(text);
    script = thinking.isEmpty() ? script : script.thinking(thinking);
    for (int i = 0; i < callCount; i++) {
      script = script.calling("tool_" + i, Tree.text(Tree.object("text", text, "n", i)));
    }
    try (FakeLlm fake = FakeLlm.start(FakeLlm.Options.DEFAULT.withoutLog())) {
      for (String path : PATHS) {
        AnswerFacts whole = decode(path, false, say(fake, script, path));
        AnswerFacts stream = decode(path, true, say(fake, script.and(Script.of("asstream")), path));
        assertThat(whole.choices()).isEqualTo(stream.choices());
        assertThat(stream.notes()).isEmpty();
        assertThat(stream.terminated()).isTrue();
        check(whole, text, thinking, callCount);
        assertThat(stream.usage()).as(path).isNotNull();
      }
    }
  }

  @Provide
  Arbitrary<String> texts() {
    return Arbitraries.strings()
        .ofMaxLength(60)
        .filter(t -> StandardCharsets.UTF_8.newEncoder().canEncode(t));
  }

  @Provide
  Arbitrary<String> framings() {
    return Arbitraries.of("newline=lf", "newline=crlf", "newline=cr bom", "newline=mixed comments");
  }

  private static void check(AnswerFacts facts, String text, String thinking, int callCount) {
    Choice choice = facts.choices().getFirst();
    assertThat(choice.text()).isEqualTo(text);
    assertThat(choice.thinking().stream().map(Thinking::text))
        .isEqualTo(thinking.isEmpty() ? List.of() : List.of(thinking));
    assertThat(choice.calls()).hasSize(callCount);
    for (int i = 0; i < callCount; i++) {
      ToolCall call = choice.calls().get(i);
      assertThat(call.name()).isEqualTo("tool_" + i);
      assertThat(call.arguments()).isEqualTo(Tree.text(Tree.object("text", text, "n", i)));
      assertThat(call.callId()).isNotEmpty();
    }
  }

  private static byte[] say(FakeLlm fake, Script script, String path) {
    String body = "{\"model\":\"m\",\"stream_options\":{\"include_usage\":true},\"messages\":[]}";
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    Seen seen =
        new Seen(
            1, new Seen.Head("POST", path, List.of()), bytes, bytes.length, true, "a".repeat(64));
    Reply reply = new Answerer(fake, script).reply(Asked.of(seen));
    byte[] whole = reply.body();
    if (whole != null) {
      return whole;
    }
    Lines lines = new Lines(script);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(lines.opening());
    Iterator<Reply.Frame> frames = Objects.requireNonNull(reply.frames());
    while (frames.hasNext()) {
      out.writeBytes(lines.frame(frames.next(), !frames.hasNext()));
    }
    return out.toByteArray();
  }

  private static AnswerFacts decode(String path, boolean stream, byte[] body) {
    CallKind kind =
        switch (path) {
          case "/v1/messages" -> CallKind.MESSAGES;
          case "/v1/responses" -> CallKind.RESPONSES;
          default -> CallKind.CHAT_COMPLETIONS;
        };
    return Dialect.of(kind == CallKind.MESSAGES ? ProviderType.ANTHROPIC : ProviderType.OPENAI)
        .answer(kind, 200, stream ? "text/event-stream" : "application/json", body);
  }
}
