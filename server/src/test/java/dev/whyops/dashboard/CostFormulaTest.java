package dev.whyops.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.whyops.event.Event;
import dev.whyops.event.EventType;
import dev.whyops.pricing.Cost;
import dev.whyops.pricing.Formula;
import dev.whyops.pricing.PriceBook;
import dev.whyops.project.Environment;
import dev.whyops.project.ProjectId;
import dev.whyops.provider.Usage;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CostFormulaTest {
  private static final PriceBook BOOK = PriceBook.builtIn();
  private static final Instant NOW = Instant.parse("2026-03-04T10:00:00Z");

  @Test
  void eachClassStandsWithItsTokensAndPrice() {
    Cost cost = BOOK.cost(call(), usage(), false, null);
    assertThat(CostFormula.of(event(cost), BOOK))
        .extracting(line -> line.tokenClass().wireName(), Formula.Line::tokens, Formula.Line::usd)
        .containsExactly(
            tuple("input", 1_000L, "0.0025"),
            tuple("cacheRead", 200L, "0.00025"),
            tuple("output", 100L, "0.001"));
  }

  @Test
  void aRowThatSaysOtherPricesNowExplainsNothing() {
    Cost before = new Cost(123L, Cost.Kind.COMPUTED, "openai/gpt-4o", 1, null);
    assertThat(CostFormula.of(event(before), BOOK)).isEmpty();
    Cost gone = new Cost(123L, Cost.Kind.COMPUTED, "own/gone", 1, null);
    assertThat(CostFormula.of(event(gone), BOOK)).isEmpty();
    assertThat(CostFormula.of(event(Cost.NONE), BOOK)).isEmpty();
  }

  @Test
  void reportedMoneyStandsBesideWhatTheRowSays() {
    Cost reported = new Cost(5L, Cost.Kind.REPORTED, "openai/gpt-4o", 1, 5L);
    assertThat(CostFormula.of(event(reported), BOOK)).hasSize(3);
  }

  private static PriceBook.Call call() {
    return new PriceBook.Call("openai", null, "gpt-4o", null, NOW, "default");
  }

  private static Usage usage() {
    return new Usage(1_000L, 200L, 0L, 0L, 100L, 0L, "OA_CHAT", false);
  }

  private static Event event(Cost cost) {
    return new Event(
        new UUID(1, 2),
        EventType.LLM_RESPONSE,
        new ProjectId("prj_00000000000000000000"),
        Environment.PRODUCTION,
        Event.Source.PROXY,
        new Event.Agent("agent", null, null),
        new Event.Place("t", "t", "span", null, null, null, null),
        NOW,
        false,
        facts(cost, usage()),
        "{}",
        "{\"serviceTier\":\"default\"}");
  }

  private static Event.Facts facts(Cost cost, @Nullable Usage usage) {
    return new Event.Facts(
        "openai", "gpt-4o", null, null, null, null, null, "ok", null, usage, cost, null, null,
        null);
  }
}
