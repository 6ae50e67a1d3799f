package dev.whyops.trace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whyops.event.Event;
import dev.whyops.event.Event.Source;
import dev.whyops.event.EventType;
import dev.whyops.pricing.Cost;
import dev.whyops.project.Environment;
import dev.whyops.project.ProjectId;
import dev.whyops.provider.Usage;
import dev.whyops.record.Landed;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TraceAssemblerTest {
  private static final Instant NOW = Instant.parse("2026-03-04T10:00:00Z");
  private static final Instant IDLE_SINCE = NOW.minusSeconds(30);
  private static final Usage USAGE = new Usage(10L, 0L, 0L, 0L, 5L, 0L, "OA_CHAT", false);

  private long seq;

  @Test
  void whatProxyAndSdkTellOfOneAnswerCountsOnceAndTheProxyWins() {
    for (List<Landed> order :
        List.of(
            List.of(answer(Source.SDK, "resp_1"), answer(Source.PROXY, "resp_1")),
            List.of(answer(Source.PROXY, "resp_1"), answer(Source.SDK, "resp_1")))) {
      TraceAssembler.Assembled trace = TraceAssembler.assemble(order, IDLE_SINCE, false);
      assertThat(trace.ordered()).hasSize(1);
      assertThat(trace.ordered().getFirst().event().source()).isEqualTo(Source.PROXY);
      assertThat(trace.summary().llmCalls()).isEqualTo(1);
      assertThat(trace.summary().tokens().total()).isEqualTo(15);
    }
  }

  @Test
  void answersThatTheProxySawTwiceHappenedTwice() {
    TraceAssembler.Assembled trace =
        TraceAssembler.assemble(
            List.of(answer(Source.PROXY, "resp_1"), answer(Source.PROXY, "resp_1")),
            IDLE_SINCE,
            false);
    assertThat(trace.summary().llmCalls()).isEqualTo(2);
  }

  @Test
  void withoutTheProxyTheFirstWordOnAnAnswerCounts() {
    TraceAssembler.Assembled trace =
        TraceAssembler.assemble(
            List.of(
                answer(Source.OTLP, "resp_1"),
                answer(Source.SDK, "resp_1"),
                answer(Source.SDK, "resp_2")),
            IDLE_SINCE,
            false);
    assertThat(trace.ordered())
        .extracting(landed -> landed.event().source())
        .containsExactly(Source.OTLP, Source.SDK);
  }

  @Test
  void answersWithoutAnIdAreNeverTakenForOneAnother() {
    TraceAssembler.Assembled trace =
        TraceAssembler.assemble(
            List.of(answer(Source.SDK, null), answer(Source.PROXY, null)), IDLE_SINCE, false);
    assertThat(trace.summary().llmCalls()).isEqualTo(2);
  }

  @Test
  void theQuestionOfASpanGoesWithItsAnswer() {
    Landed asked = event(EventType.USER_MESSAGE, Source.PROXY, null);
    Landed spanAsked = event(EventType.USER_MESSAGE, Source.OTLP, "resp_1");
    Landed otherSpanAsked = event(EventType.USER_MESSAGE, Source.OTLP, "resp_2");
    TraceAssembler.Assembled trace =
        TraceAssembler.assemble(
            List.of(
                asked,
                answer(Source.PROXY, "resp_1"),
                spanAsked,
                answer(Source.OTLP, "resp_1"),
                otherSpanAsked,
                answer(Source.OTLP, "resp_2")),
            IDLE_SINCE,
            false);
    assertThat(trace.ordered())
        .extracting(landed -> landed.event().id())
        .contains(asked.event().id(), otherSpanAsked.event().id())
        .doesNotContain(spanAsked.event().id());
    assertThat(trace.summary().llmCalls()).isEqualTo(2);
  }

  private Landed answer(Source source, @Nullable String responseId) {
    return event(EventType.LLM_RESPONSE, source, responseId);
  }

  private Landed event(EventType type, Source source, @Nullable String responseId) {
    seq++;
    boolean answers = type == EventType.LLM_RESPONSE;
    Event.Facts facts =
        new Event.Facts(
            "openai",
            "gpt-4o",
            null,
            null,
            null,
            responseId,
            null,
            "ok",
            null,
            answers ? USAGE : null,
            Cost.NONE,
            null,
            null,
            null);
    return new Landed(
        seq,
        0,
        NOW,
        new Event(
            new UUID(1, seq),
            type,
            new ProjectId("prj_00000000000000000000"),
            Environment.PRODUCTION,
            source,
            new Event.Agent("agent", null, null),
            new Event.Place("t", "t", "span" + seq, null, null, null, null),
            NOW.plusMillis(seq),
            false,
            facts,
            "{}",
            "{}"));
  }
}
