package dev.whyops.provider;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whyops.kit.Recording;
import dev.whyops.provider.AnswerFacts.Choice;
import dev.whyops.provider.AnswerFacts.Thinking;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;

/** Every shape of stream that the dialects know, whole, cut at every byte, with each line end. */
class OwnStreamsTest {
  private static final Choice NONE = new Choice(0, "", List.of(), List.of(), null, null);

  private interface Check {
    void of(Recording stream);
  }

  private static Stream<DynamicTest> each(String what, Check check) {
    return Recording.own().stream()
        .map(stream -> DynamicTest.dynamicTest(stream.id() + ": " + what, () -> check.of(stream)));
  }

  @TestFactory
  Stream<DynamicTest> saysWhatItHolds() {
    return each(
        "read",
        stream -> {
          JsonNode expect = Objects.requireNonNull(stream.expect());
          AnswerFacts facts = stream.decode(stream.answer());
          Choice choice = facts.choices().isEmpty() ? NONE : facts.choices().getFirst();
          assertThat(choice.text()).isEqualTo(expect.path("text").asString(""));
          assertThat(choice.finishReason()).isEqualTo(textOf(expect, "finish", choice));
          assertThat(choice.refusal()).isEqualTo(expect.path("refusal").asString(null));
          assertThat(facts.terminated()).isEqualTo(expect.path("terminated").asBoolean());
          assertThat(facts.error() == null ? null : facts.error().message())
              .isEqualTo(expect.path("error").asString(null));
          if (expect.has("choices")) {
            assertThat(facts.choices()).hasSize(expect.path("choices").asInt());
          }
          assertThat(choice.calls().stream().map(c -> List.of(c.callId(), c.name(), c.arguments())))
              .containsExactlyElementsOf(calls(expect.path("calls")));
          if (expect.has("thinking")) {
            assertThat(choice.thinking().stream().map(Thinking::text))
                .containsExactlyElementsOf(texts(expect.path("thinking")));
          }
          if (expect.has("signatures")) {
            assertThat(choice.thinking().stream().map(Thinking::signature))
                .containsExactlyElementsOf(texts(expect.path("signatures")));
          }
          checkUsage(facts.usage(), expect.path("usage"));
        });
  }

  /** Where nothing is expected anything is right. */
  private static @Nullable String textOf(JsonNode expect, String name, Choice choice) {
    return expect.has(name) ? expect.path(name).asString() : choice.finishReason();
  }

  private static List<String> texts(JsonNode array) {
    return array.valueStream().map(JsonNode::asString).toList();
  }

  private static List<List<String>> calls(JsonNode array) {
    return array.valueStream().map(OwnStreamsTest::texts).toList();
  }

  private static void checkUsage(@Nullable Usage told, JsonNode expect) {
    if (!expect.isObject()) {
      return;
    }
    Usage usage = Objects.requireNonNull(told);
    assertThat(
            Arrays.asList(
                usage.input(),
                usage.cacheRead(),
                usage.cacheWrite5m(),
                usage.cacheWrite1h(),
                usage.output(),
                usage.reasoning()))
        .isEqualTo(
            Stream.of("input", "cacheRead", "cacheWrite5m", "cacheWrite1h", "output", "reasoning")
                .map(name -> expect.path(name).isNull() ? null : expect.path(name).asLong())
                .toList());
    assertThat(usage.inconsistent()).isFalse();
  }

  @TestFactory
  Stream<DynamicTest> lineEndsChangeNothing() {
    return each(
        "C1 line ends",
        stream -> {
          AnswerFacts expected = stream.decode(stream.answer());
          for (String lineEnd : List.of("\r\n", "\r", "\n")) {
            assertThat(stream.decode(stream.answerWith(lineEnd))).isEqualTo(expected);
          }
        });
  }

  @TestFactory
  Stream<DynamicTest> cutAtEveryByte() {
    return each(
        "C2 cut at every byte",
        stream -> {
          for (String lineEnd : List.of("\n", "\r\n", "\r")) {
            byte[] whole = stream.answerWith(lineEnd);
            AnswerFacts all = stream.decode(whole);
            List<String> events = events(whole, whole.length);
            for (int cut = 1; cut < whole.length; cut++) {
              assertThat(events(whole, cut).equals(events)).as("split at %d", cut).isTrue();
              AnswerFacts some = stream.decode(Arrays.copyOf(whole, cut));
              for (Choice choice : some.choices()) {
                assertThat(textOf(all, choice.index())).startsWith(choice.text());
              }
            }
          }
        });
  }

  private static String textOf(AnswerFacts facts, int index) {
    return facts.choices().stream()
        .filter(choice -> choice.index() == index)
        .map(Choice::text)
        .findFirst()
        .orElse("");
  }

  private static List<String> events(byte[] body, int cut) {
    List<String> events = new ArrayList<>();
    SseDecoder decoder = new SseDecoder(e -> events.add(e.name() + ' ' + new String(e.data())));
    decoder.accept(body, 0, cut);
    decoder.accept(body, cut, body.length);
    decoder.finish();
    return events;
  }
}
