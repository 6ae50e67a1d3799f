package dev.whyops.provider;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whyops.json.Json;
import dev.whyops.kit.Recording;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;

/** Real traffic of seven vendors through the decoders. */
class RecordingsTest {
  private static final int CUTS_MAX = 60;

  /** Streams up to this size are cut at every byte, longer ones in the nightly schedule only. */
  private static final int ALL_CUTS_BYTES_MAX =
      System.getProperty("whyops.schedule", "pr").equals("pr") ? 3_000 : 20_000;

  /** Its first and last event lack a brace. */
  private static final String DAMAGED = "openai/parallel-tool-call-wrapper.1.chunks.txt";

  /** Its deltas were shortened, its final text was not. */
  private static final String SHORTENED = "openai/openai-shell-container.1.chunks.txt";

  private static List<Recording> recordings = List.of();

  @BeforeAll
  static void load() {
    recordings = Recording.recorded();
  }

  @Test
  void holdsWhatItIsSaidToHold() {
    assertThat(recordings).hasSizeGreaterThan(500);
    assertThat(recordings.stream().filter(Recording::stream).count()).isGreaterThan(90);
  }

  @TestFactory
  Stream<DynamicTest> usageIsWhatTheProviderReported() {
    return each(
        r -> r.status() < 400 && isModelCall(r.kind()) && !r.id().equals(DAMAGED),
        RecordingsTest::checkUsage);
  }

  @TestFactory
  Stream<DynamicTest> everyAnswerIsReadToItsEnd() {
    return each(
        r -> isModelCall(r.kind()),
        r -> {
          AnswerFacts facts = r.decode(r.answer());
          assertThat(facts.notes()).doesNotContain(Notes.UNPARSED, Notes.TOO_DEEP);
          assertThat(facts.notes().contains(Notes.PARSE_ERROR)).isEqualTo(r.id().equals(DAMAGED));
          if (r.status() >= 400) {
            assertThat(facts.error()).isNotNull();
          } else if (facts.error() == null && !r.id().equals(DAMAGED)) {
            assertThat(facts.responseId()).as("response id").isNotNull();
            assertThat(facts.choices()).isNotEmpty();
          }
        });
  }

  @TestFactory
  Stream<DynamicTest> everyRequestIsReadWithItsCalls() {
    return each(
        r -> r.request() != null && isModelCall(r.kind()),
        r -> {
          byte[] body = Objects.requireNonNull(r.request());
          RequestFacts facts = Dialect.of(r.type()).request(r.kind(), body);
          JsonNode root = Json.mapper().readTree(body);
          assertThat(facts.notes()).isEmpty();
          assertThat(facts.model()).isEqualTo(root.path("model").asString(null));
          assertThat(facts.stream()).isEqualTo(root.path("stream").asBoolean(false));
          assertThat(facts.tools()).hasSize(root.path("tools").size());
          JsonNode turns = root.has("messages") ? root.path("messages") : root.path("input");
          assertThat(facts.turns()).hasSize(turns.isString() ? 1 : turns.size());
          for (int i = 0; i < facts.turns().size() && turns.isArray(); i++) {
            byte[] item = facts.turns().get(i).span().of(body);
            assertThat(Json.mapper().readTree(item)).isEqualTo(turns.get(i));
          }
        });
  }

  @TestFactory
  Stream<DynamicTest> framingChangesNothing() {
    return each(
        Recording::stream,
        r -> {
          String lf = new String(r.answer(), StandardCharsets.UTF_8).replace("\r\n", "\n");
          AnswerFacts expected = r.decode(bytes(lf));
          assertThat(r.decode(bytes(lf.replace("\n", "\r\n")))).isEqualTo(expected);
          assertThat(r.decode(bytes(lf.replace("\n", "\r")))).isEqualTo(expected);
          assertThat(r.decode(bytes("\uFEFF" + ("\n" + lf).replace("\ndata:", "\n: ping\ndata:"))))
              .isEqualTo(expected);
        });
  }

  /** Every position of small streams, 60 drawn ones of the others. */
  @TestFactory
  Stream<DynamicTest> aCutAnywhereIsNeverAnErrorAndOnlyEverAPrefix() {
    SplittableRandom random = new SplittableRandom(7);
    return each(
        r -> r.stream() && !r.id().equals(SHORTENED),
        r -> {
          byte[] whole = r.answer();
          AnswerFacts all = r.decode(whole);
          boolean every = whole.length <= ALL_CUTS_BYTES_MAX;
          int tries = every ? whole.length : CUTS_MAX;
          for (int i = 0; i < tries; i++) {
            int cut = every ? i : random.nextInt(whole.length);
            AnswerFacts some = r.decode(Arrays.copyOf(whole, cut));
            if (!some.choices().isEmpty() && !all.choices().isEmpty()) {
              assertThat(all.choices().getFirst().text())
                  .startsWith(some.choices().getFirst().text());
            }
          }
        });
  }

  @TestFactory
  Stream<DynamicTest> eventsAreTheSameHoweverTheBytesAreSplit() {
    return each(
        Recording::stream,
        r -> {
          List<String> whole = events(r.answer(), List.of(r.answer().length));
          // Byte for byte: a cut at every place at once.
          List<Integer> everyByte = IntStream.rangeClosed(1, r.answer().length).boxed().toList();
          assertThat(events(r.answer(), everyByte).equals(whole)).isTrue();
          SplittableRandom random = new SplittableRandom(r.id().hashCode());
          int step = Math.max(1, r.answer().length / 60);
          for (int cut = 0; cut < r.answer().length; cut += 1 + random.nextInt(step)) {
            List<String> split = events(r.answer(), List.of(cut, r.answer().length));
            assertThat(split.equals(whole)).as("cut at %d", cut).isTrue();
          }
        });
  }

  /** What the deltas say must be what the final event repeats. */
  @TestFactory
  Stream<DynamicTest> aResponseWithoutItsLastEventSaysTheSame() {
    return each(
        r ->
            r.stream()
                && r.kind() == CallKind.RESPONSES
                && !r.id().equals(SHORTENED)
                && !r.id().equals(DAMAGED)
                && new String(r.answer(), StandardCharsets.UTF_8).contains("response.completed"),
        r -> {
          List<String> events = events(r.answer(), List.of(r.answer().length));
          StringBuilder cut = new StringBuilder();
          events.stream()
              .map(event -> event.substring(event.indexOf(' ') + 1))
              .filter(data -> !data.contains("\"response.completed\""))
              .forEach(data -> cut.append("data: ").append(data).append("\n\n"));
          AnswerFacts whole = r.decode(r.answer());
          AnswerFacts some = r.decode(bytes(cut.toString()));
          assertThat(some.terminated()).isFalse();
          assertThat(some.choices().getFirst().text()).isEqualTo(whole.choices().getFirst().text());
          assertThat(some.choices().getFirst().calls())
              .extracting(ToolCall::name)
              .isEqualTo(whole.choices().getFirst().calls().stream().map(ToolCall::name).toList());
        });
  }

  /** Bytes flipped, lost, doubled and moved: facts or notes, never an exception. */
  @TestFactory
  Stream<DynamicTest> damageIsNotedNeverThrown() {
    SplittableRandom random = new SplittableRandom(11);
    return each(
        r -> isModelCall(r.kind()),
        r -> {
          for (int i = 0; i < 20; i++) {
            byte[] damaged = damaged(r.answer(), random);
            r.decode(damaged);
            byte[] request = r.request() == null ? r.answer() : r.request();
            Dialect.of(r.type()).request(r.kind(), damaged(request, random));
          }
        });
  }

  private static byte[] damaged(byte[] body, SplittableRandom random) {
    byte[] damaged = body.clone();
    for (int i = 0; i < 1 + random.nextInt(5) && damaged.length > 1; i++) {
      int at = random.nextInt(damaged.length);
      int length = Math.min(1 + random.nextInt(40), damaged.length - at);
      switch (random.nextInt(4)) {
        case 0 -> damaged[at] ^= (byte) (1 << random.nextInt(8));
        case 1 -> damaged = without(damaged, at, length);
        case 2 ->
            Arrays.fill(damaged, at, at + length, (byte) "\"{[]},:0".charAt(random.nextInt(8)));
        default ->
            System.arraycopy(
                damaged, random.nextInt(damaged.length - length + 1), damaged, at, length);
      }
    }
    return damaged;
  }

  private static byte[] without(byte[] body, int at, int length) {
    byte[] rest = Arrays.copyOf(body, body.length - length);
    System.arraycopy(body, at + length, rest, at, body.length - at - length);
    return rest;
  }

  private static List<String> events(byte[] body, List<Integer> ends) {
    List<String> events = new ArrayList<>();
    SseDecoder decoder =
        new SseDecoder(
            e -> events.add(e.name() + ' ' + new String(e.data(), StandardCharsets.UTF_8)));
    int from = 0;
    for (int end : ends) {
      decoder.accept(body, from, end);
      from = end;
    }
    decoder.finish();
    return events;
  }

  private static void checkUsage(Recording r) {
    Map<String, JsonNode> reported = reportedUsage(r);
    AnswerFacts facts = r.decode(r.answer());
    if (reported.isEmpty()) {
      assertThat(facts.usage()).isNull();
      return;
    }
    Usage usage = Objects.requireNonNull(facts.usage());
    assertThat(facts.notes()).doesNotContain(Notes.USAGE_SUSPECT);
    assertThat(usage.inconsistent()).isFalse();
    if (r.type() == ProviderType.ANTHROPIC) {
      assertThat(usage.input()).isEqualTo(number(reported, "input_tokens"));
      assertThat(usage.output()).isEqualTo(number(reported, "output_tokens"));
      assertThat(usage.cacheRead()).isEqualTo(number(reported, "cache_read_input_tokens"));
      Long written = number(reported, "cache_creation_input_tokens");
      assertThat(or0(usage.cacheWrite5m()) + or0(usage.cacheWrite1h())).isEqualTo(or0(written));
      return;
    }
    Long total = number(reported, "total_tokens");
    if (total != null) {
      assertThat(usage.total()).isEqualTo(total);
    }
    Long prompt = number(reported, "prompt_tokens");
    prompt = prompt == null ? number(reported, "input_tokens") : prompt;
    assertThat(or0(usage.allInput()) + or0(usage.allCacheRead()) + or0(usage.cacheWrite5m()))
        .isEqualTo(or0(prompt));
    for (String side : List.of("prompt_tokens_details", "completion_tokens_details")) {
      JsonNode sound = reported.getOrDefault(side, Json.mapper().nullNode()).path("audio_tokens");
      boolean in = side.startsWith("prompt");
      assertThat(in ? usage.media().inputAudio() : usage.media().outputAudio())
          .isEqualTo(sound.isNumber() ? Long.valueOf(sound.asLong()) : null);
    }
  }

  /** An independent reading: all usage objects of the body, later fields over earlier ones. */
  private static Map<String, JsonNode> reportedUsage(Recording r) {
    List<JsonNode> bodies = new ArrayList<>();
    if (r.stream()) {
      for (String event : events(r.answer(), List.of(r.answer().length))) {
        String data = event.substring(event.indexOf(' ') + 1);
        if (data.startsWith("{")) {
          bodies.add(Json.mapper().readTree(data));
        }
      }
    } else {
      bodies.add(Json.mapper().readTree(r.answer()));
    }
    Map<String, JsonNode> fields = new LinkedHashMap<>();
    for (JsonNode body : bodies) {
      for (JsonNode at :
          List.of(body, body.path("message"), body.path("response"), body.path("x_groq"))) {
        at.path("usage")
            .propertyStream()
            .filter(p -> !p.getValue().isNull())
            .forEach(p -> fields.put(p.getKey(), p.getValue()));
      }
    }
    return fields;
  }

  private static @Nullable Long number(Map<String, JsonNode> fields, String name) {
    JsonNode value = fields.get(name);
    return value == null ? null : value.asLong();
  }

  private static long or0(@Nullable Long value) {
    return value == null ? 0 : value;
  }

  private interface Check {
    void of(Recording recorded);
  }

  private static Stream<DynamicTest> each(Predicate<Recording> which, Check check) {
    return recordings.stream()
        .filter(which)
        .map(r -> DynamicTest.dynamicTest(r.id(), () -> check.of(r)));
  }

  private static boolean isModelCall(CallKind kind) {
    return Set.of(
            CallKind.CHAT_COMPLETIONS, CallKind.RESPONSES, CallKind.MESSAGES, CallKind.COMPLETIONS)
        .contains(kind);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
