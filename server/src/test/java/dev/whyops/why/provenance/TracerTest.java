package dev.whyops.why.provenance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whyops.event.EventType;
import dev.whyops.why.Reply;
import dev.whyops.why.Run;
import dev.whyops.why.provenance.Provenance.Result;
import dev.whyops.why.view.ToolUse;
import dev.whyops.why.view.TraceView;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TracerTest {
  private static final String SCHEMA =
      "{\"type\":\"object\",\"properties\":{\"unit\":{\"enum\":[\"celsius\",\"kelvin\"]}}}";

  @ParameterizedTest(name = "{0} in \"{1}\" is {2}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"Berlin\"|Fly me to Berlin, please|EXACT",
        "\"Berlin\"|Fly me to BERLIN|NORMALISED",
        "\"Sun\"|Ask Sunbeam about it|UNSOURCED",
        "\"東京都\"|明日東京都に行く|EXACT",
        "\"ord-771\"|Where is ord-771?|EXACT",
        "\"ord-771\"|Where is ord-7712?|UNSOURCED",
        "\"ord-771\"|Where is xord-771?|UNSOURCED",
        "771|Where is order 771?|EXACT",
        "771|Where is order 7710?|UNSOURCED",
        "771|Where is ord-771?|DERIVED",
        "1234.5|It cost $1,234.50 in all|NORMALISED",
        "1234.5|It cost 1.234,50 in all|NORMALISED",
        "4500|about 4.5e3 of them|NORMALISED",
        "0.125|a share of 12.5%|NORMALISED",
        "\"2026-05-06\"|on May 6, 2026|NORMALISED",
        "\"2026-05-06\"|on 6.5.2026|NORMALISED",
        "\"2026-05-06\"|on 05/06/2026|NORMALISED",
        "\"2026-05-06\"|at 2026-05-06T10:30:00Z|EXACT",
        "\"2026-05-06\"|on 2026-05-07|UNSOURCED",
        "\"2026-03-05\"|come tomorrow|DERIVED",
        "\"2026-03-09\"|come on Monday|DERIVED",
        "\"2026-03-14\"|come in 10 days|DERIVED",
        "\"2026-05-06\"|come on May 6|DERIVED",
        "\"+49 170 1234567\"|call +49-170-123 4567 now|NORMALISED",
        "\"https://x.org/caf%C3%A9\"|see https://X.org:443/café/ there|NORMALISED",
        "\"550E8400E29B41D4A716446655440000\"|id 550e8400-e29b-41d4-a716-446655440000|NORMALISED",
        "\"blue-harbor\"|by Blue Harbor|DERIVED",
        "\"blueHarbor\"|by Blue Harbor|DERIVED",
        "\"blueharbor\"|by Blue Harbor|DERIVED",
        "\"Blue Harbor\"|user blueharbor|DERIVED",
        "\"QmVybGluLCBNaXR0ZQ==\"|Berlin, Mitte|DERIVED",
        "\"Berlin, Mitte\"|code QmVybGluLCBNaXR0ZQ==|DERIVED",
        "\"\\\"quoted\\\" text\"|a ”quoted“ text|NORMALISED",
        "\"owner@example.org\"|mail Owner@Example.org.|NORMALISED",
        "\"member@example.org\"|mail owner@example.org|UNSOURCED",
        "true|no|SKIPPED",
        "7|no|SKIPPED",
        "\"asc\"|no|SKIPPED",
        "\"celsius\"|no|UNSOURCED",
      })
  void findsWhatTheUserSaid(String leaf, String text, Result result) {
    assertThat(trace("{\"value\":" + leaf + "}", text, null).result()).isEqualTo(result);
  }

  @Test
  void skipsWhatTheSchemaOffers() {
    Run run = Run.openai().tool("weather", "Weather now", SCHEMA).user("How warm is it?");
    run.calls("weather", "{\"unit\":\"kelvin\"}");
    Provenance unit = judge(run).getFirst();
    assertThat(unit.result()).isEqualTo(Result.SKIPPED);
    assertThat(unit.rule()).isEqualTo("offered by the schema");
  }

  @Test
  void namesEventPathAndSpanOfAToolResult() {
    Run run = Run.openai().user("Where is Depot?");
    String look = run.calls("place", "{\"name\":\"Depot\"}");
    run.result(look, "{\"address\":{\"city\":\"near Berlin\",\"zip\":\"10117\"}}");
    run.calls("weather", "{\"city\":\"Berlin\"}");

    Provenance city = judge(run).getLast();

    assertThat(city.result()).isEqualTo(Result.EXACT);
    Provenance.Origin origin = Objects.requireNonNull(city.origin());
    assertThat(origin.path()).isEqualTo("$.address.city");
    assertThat(List.of(origin.start(), origin.end())).containsExactly(5, 11);
    assertThat(origin.role()).isEqualTo("tool");
    assertThat(origin.messageIndex()).isEqualTo(2);
    assertThat(origin.eventId()).isEqualTo(run.events().get(2).id().toString());
  }

  @Test
  void findsTheSameInAnthropicBlocks() {
    Run run = Run.anthropic().system("You help").user("Where is Depot?");
    String look = run.calls("place", "{\"name\":\"Depot\"}");
    run.result(look, "{\"city\":\"Berlin\"}");
    run.calls("weather", "{\"city\":\"Berlin\"}");
    Provenance.Origin origin = Objects.requireNonNull(judge(run).getLast().origin());
    assertThat(origin.path()).isEqualTo("$.city");
    assertThat(origin.role()).isEqualTo("tool");
  }

  @Test
  void reportsTheEarliestAndTheNearest() {
    Run run = Run.openai().user("Weather in Berlin?");
    String geo = run.calls("geo", "{\"q\":\"Berlin\"}");
    run.result(geo, "{\"name\":\"Berlin\"}");
    run.calls("weather", "{\"city\":\"Berlin\"}");
    Provenance city = judge(run).getLast();
    assertThat(city.origin()).extracting(Provenance.Origin::messageIndex).isEqualTo(0);
    assertThat(city.nearest()).extracting(Provenance.Origin::messageIndex).isEqualTo(2);
    assertThat(city.matches()).isEqualTo(2);
  }

  @Test
  void followsTheModelsOwnWordsBack() {
    Run run = Run.openai().user("Book something");
    String first = run.calls("book", "{\"ref\":\"ZX-90417\"}");
    run.result(first, "done");
    run.calls("confirm", "{\"ref\":\"ZX-90417\"}");
    Provenance again = judge(run).getLast();
    assertThat(again.result()).isEqualTo(Result.UNSOURCED);
    assertThat(again.rule()).isEqualTo("the model itself said it first");
    assertThat(again.confidence()).isEqualTo(0.95);
  }

  @Test
  void followsAValueBackOverACompaction() {
    Run run = Run.openai().user("Look the booking up");
    String first = run.calls("find", "{\"q\":\"booking\"}");
    run.result(first, "{\"ref\":\"ZX-90417\"}");
    String second = run.calls("open", "{\"ref\":\"ZX-90417\"}");
    run.result(second, "ok");
    run.answers("I opened ZX-90417.");
    run.drop(0, 3).user("Cancel it").calls("cancel", "{\"ref\":\"ZX-90417\"}");
    Provenance ref = judge(run).getLast();
    assertThat(ref.result()).isEqualTo(Result.EXACT);
    assertThat(ref.origin()).extracting(Provenance.Origin::path).isEqualTo("$.ref");
  }

  @Test
  void computesFromRelatedNumbersOnly() {
    Run run = Run.openai().user("Refund it all");
    String order = run.calls("order", "{}");
    run.result(
        order,
        "{\"items\":[{\"price\":19.90},{\"price\":35.25},{\"price\":7.45}],\"shipping\":4.95,\"weight\":1310}");
    run.respond(
        new Reply()
            .call("r1", "refund", "{\"amount\":62.60}")
            .call("r2", "refund", "{\"amount\":40.20}")
            .call("r3", "refund", "{\"amount\":1314.95}"));
    List<Provenance> found = judge(run);
    assertThat(found.get(0).rule()).isEqualTo("total of 3 numbers of a list");
    assertThat(found.get(1).rule()).isEqualTo("sum of two numbers");
    assertThat(found.get(1).confidence()).isEqualTo(0.6);
    assertThat(found.get(2).result()).isEqualTo(Result.UNSOURCED);
  }

  @Test
  void saysUnknownWhereNotAllIsOnRecord() {
    Run run = Run.openai();
    run.sdk(EventType.USER_MESSAGE, "a", "\"Book something\"", null);
    run.sdk(
        EventType.LLM_RESPONSE,
        "b",
        "{\"content\":null,\"toolCalls\":[{\"id\":\"x\",\"function\":{\"name\":\"book\",\"arguments\":\"{\\\"ref\\\":\\\"ZX-90417\\\"}\"}}]}",
        null);
    Provenance ref = judge(run).getFirst();
    assertThat(ref.result()).isEqualTo(Result.UNKNOWN);
    assertThat(ref.rule()).isEqualTo("the request is not on record");
  }

  @Test
  void staysBoundedOnAHostileMegabyte() {
    String noise = "a ".repeat(400_000);
    Run run = Run.openai().user(noise);
    StringBuilder arguments = new StringBuilder("{");
    for (int i = 0; i < 300; i++) {
      arguments
          .append(i == 0 ? "" : ",")
          .append("\"k")
          .append(i)
          .append("\":\"")
          .append("a ".repeat(300))
          .append(i)
          .append('"');
    }
    run.calls("x", arguments.append('}').toString());
    long start = System.nanoTime();
    List<Provenance> found = judge(run);
    assertThat(found).hasSize(200);
    assertThat(found).noneMatch(p -> p.result() == Result.UNSOURCED && p.confidence() >= 0.8);
    assertThat(found.getLast().result()).isEqualTo(Result.UNKNOWN);
    assertThat((System.nanoTime() - start) / 1_000_000).isLessThan(5_000);
  }

  private static Provenance trace(String arguments, String user, @Nullable String schema) {
    Run run = Run.openai().tool("act", "Acts", schema).user(user);
    run.calls("act", arguments);
    return judge(run).getFirst();
  }

  static List<Provenance> judge(Run run) {
    TraceView view = run.view();
    Tracer tracer = new Tracer(view, ValueHabits.NONE);
    return view.toolUses().stream()
        .map((ToolUse use) -> tracer.of(use))
        .flatMap(List::stream)
        .toList();
  }
}
