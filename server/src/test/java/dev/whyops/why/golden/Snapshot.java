package dev.whyops.why.golden;

import dev.whyops.event.Event;
import dev.whyops.finding.Evidence;
import dev.whyops.finding.Finding;
import dev.whyops.finding.Findings;
import dev.whyops.finding.check.Checks;
import dev.whyops.why.card.CardJson;
import dev.whyops.why.card.CardText;
import dev.whyops.why.card.WhyCard;
import dev.whyops.why.card.WhyCards;
import dev.whyops.why.graph.DataFlows;
import dev.whyops.why.graph.DecisionGraph;
import dev.whyops.why.graph.GraphBuilder;
import dev.whyops.why.view.Fact;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * All that is inferred from a trace, as text that a person can check: the graph, the card of every
 * decision, the findings. Event ids become e1, e2 and so on in the order of the trace; the whole of
 * each card, which the lines only tell in part, is pinned by a hash.
 */
final class Snapshot {
  private static final Findings RULES = new Findings(Checks.all());
  private static final Pattern ID = Pattern.compile("[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}");

  private final Map<String, String> names = new LinkedHashMap<>();
  private final StringBuilder out = new StringBuilder();

  private Snapshot(Evidence evidence) {
    for (Fact fact : evidence.view().facts()) {
      names.put(fact.id(), "e" + (names.size() + 1));
    }
  }

  static String of(Evidence evidence) {
    Snapshot snapshot = new Snapshot(evidence);
    snapshot.events(evidence);
    snapshot.graph(GraphBuilder.of(evidence.view(), DataFlows.of(evidence)));
    Findings.Outcome outcome = RULES.of(evidence);
    snapshot.cards(evidence, outcome.findings());
    snapshot.findings(outcome);
    return snapshot.out.toString();
  }

  private void events(Evidence evidence) {
    out.append("# events\n");
    for (Fact fact : evidence.view().facts()) {
      Event event = fact.event();
      line(
          "%s %s %s %s",
          fact.id(),
          event.type().name().toLowerCase(java.util.Locale.ROOT),
          event.facts().status(),
          clipped(fact.text()));
    }
  }

  private void graph(DecisionGraph graph) {
    out.append("\n# graph").append(graph.truncated() ? " (truncated)" : "").append('\n');
    Map<String, String> shortIds = new LinkedHashMap<>();
    for (DecisionGraph.Node node : graph.nodes()) {
      shortIds.put(node.id(), "n" + (shortIds.size() + 1));
      line(
          "%s %s \"%s\" %s ×%d%s row %d lane %d",
          shortIds.get(node.id()),
          node.kind().wireName(),
          clipped(node.label()),
          node.status(),
          node.count(),
          node.group() == null ? "" : " " + node.group().wireName(),
          node.row(),
          node.lane());
    }
    for (DecisionGraph.Edge edge : graph.edges()) {
      line(
          "%s → %s %s by %s: %s%s",
          shortIds.getOrDefault(edge.from(), "?"),
          shortIds.getOrDefault(edge.to(), "?"),
          edge.kind().wireName(),
          edge.basis().wireName(),
          edge.rule(),
          edge.toPath() == null ? "" : " (" + edge.fromPath() + " → " + edge.toPath() + ")");
    }
  }

  private void cards(Evidence evidence, List<Finding> findings) {
    WhyCards cards = new WhyCards(evidence);
    for (Fact fact : evidence.view().facts()) {
      List<String> pointing =
          findings.stream()
              .filter(f -> f.evidence().stream().anyMatch(r -> r.eventId().equals(fact.id())))
              .map(Finding::code)
              .distinct()
              .toList();
      cards.of(fact.id(), pointing).ifPresent(card -> card(fact, card));
    }
  }

  private void card(Fact fact, WhyCard card) {
    if (!card.eventId().equals(fact.id())) {
      return; // told at its own event
    }
    out.append('\n').append(named(CardText.of(card)));
    out.append("all of it: ").append(hash(named(CardJson.of(card).toString()))).append('\n');
  }

  private void findings(Findings.Outcome outcome) {
    out.append("\n# findings\n");
    outcome.failedChecks().forEach(code -> line("%s could not judge", code));
    for (Finding finding : outcome.findings()) {
      line(
          "%s %s %.2f %s",
          finding.severity().wireName(), finding.code(), finding.confidence(), finding.title());
      for (Finding.Ref ref : finding.evidence()) {
        line("    %s%s", ref.eventId(), ref.path() == null ? "" : " " + ref.path());
      }
      line(
          "    %s: %s",
          finding.recommendation().action(), clipped(finding.recommendation().detail()));
    }
  }

  private void line(String format, Object... values) {
    out.append(named(String.format(java.util.Locale.ROOT, format, values)).stripTrailing())
        .append('\n');
  }

  private String named(String text) {
    return ID.matcher(text)
        .replaceAll(m -> Matcher.quoteReplacement(names.getOrDefault(m.group(), m.group())));
  }

  private static String clipped(String text) {
    String line = text.replaceAll("\\s+", " ").strip();
    return line.length() <= 140 ? line : line.substring(0, 139) + "…";
  }

  private static String hash(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
