package dev.whyops.why.card;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whyops.event.Event;
import dev.whyops.finding.Evidence;
import dev.whyops.finding.Thresholds;
import dev.whyops.why.Reply;
import dev.whyops.why.Run;
import dev.whyops.why.context.ModelFacts;
import dev.whyops.why.history.Digests;
import dev.whyops.why.history.TraceDigest;
import dev.whyops.why.history.VersionHistory;
import dev.whyops.why.label.GoldenTraces;
import dev.whyops.why.view.Fact;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The cards that docs/why.md shows are the cards that the product makes. */
class CardTextTest {
  @Test
  void documentedCardsAreReal() throws IOException {
    String document = Files.readString(document());
    assertThat(document).contains(card(3)).contains(card(2)).contains(card(7));
  }

  @Test
  @DisplayName("Lines that the document explains apart from a card stand in a golden trace")
  void documentedLinesAreReal() throws IOException {
    StringBuilder golden = new StringBuilder();
    for (GoldenTraces.Golden trace : GoldenTraces.all()) {
      WhyCards cards = new WhyCards(trace.evidence());
      for (Fact fact : trace.evidence().view().facts()) {
        cards.of(fact.id(), List.of()).ifPresent(card -> golden.append(CardText.of(card)));
      }
    }
    List<String> rows =
        Files.readString(document())
            .lines()
            .dropWhile(line -> !line.startsWith("## Lines that stand there"))
            .takeWhile(line -> !line.startsWith("## What each line"))
            .filter(line -> line.startsWith("| `"))
            .map(line -> line.substring(3, line.indexOf("` |")))
            .toList();
    assertThat(rows).hasSizeGreaterThan(10);
    assertThat(rows).allSatisfy(row -> assertThat(golden.toString()).contains("] " + row));
  }

  /** The card of an event of the run, with short names for event ids. */
  private static String card(int event) {
    Run run = run("refund-17");
    List<TraceDigest> others = new ArrayList<>();
    for (int i = 0; i < 24; i++) {
      others.add(Digests.of(run("other-" + i).view(), Map.of()));
    }
    Evidence evidence =
        new Evidence(
            run.view(),
            () -> VersionHistory.of("ver_1", others),
            () -> VersionHistory.NONE,
            ModelFacts.NONE,
            Thresholds.DEFAULT);
    List<Event> events = run.events();
    String text =
        CardText.of(
            new WhyCards(evidence).of(events.get(event).id().toString(), List.of()).orElseThrow());
    for (int i = 0; i < events.size(); i++) {
      text = text.replace(events.get(i).id().toString(), "e" + (i + 1));
    }
    return text;
  }

  private static Run run(String trace) {
    Run run = Run.of(trace, Run.Dialect.OPENAI).model("gpt-example");
    run.tool("find_orders", "Finds the orders of a customer", null);
    run.tool("refund", "Pays back an order", null);
    run.user("We are Harbor Street. Please refund my last order, it came broken.");
    String found = run.calls("find_orders", "{\"customer\":\"Harbor Street\",\"limit\":1}");
    run.result(found, "{\"orders\":[{\"id\":\"ORD-77123\",\"total\":59.90}]}");
    run.respond(
        new Reply()
            .text("The order is in the list, so I refund it.")
            .call(
                run.nextCallId(),
                "refund",
                "{\"order\":\"ORD-77123\",\"amount\":59.9,\"ticket\":\"TCK-5508\"}"));
    run.result("c" + trace + "_2", "{\"error\":\"no such ticket\"}", true);
    run.answers("I could not refund ORD-77123: there is no ticket for it.");
    return run.user("Then try again").fails(429, "rate_limit", "Too many requests for key 8812");
  }

  private static Path document() {
    Path here = Path.of("").toAbsolutePath();
    while (!Files.exists(here.resolve("docs"))) {
      here = Objects.requireNonNull(here.getParent(), "no docs folder above");
    }
    return here.resolve("docs/why.md");
  }
}
