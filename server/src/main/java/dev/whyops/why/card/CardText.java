package dev.whyops.why.card;

import java.util.Locale;

/** A card as plain text, for pasting into an issue. */
public final class CardText {
  private CardText() {}

  public static String of(WhyCard card) {
    StringBuilder text = new StringBuilder();
    text.append("Why card · ").append(kind(card)).append(" · trace ").append(card.traceId());
    text.append(" · event ").append(card.eventId()).append('\n');
    if (card.coverage().partial()) {
      text.append("Not on record: ")
          .append(String.join(", ", card.coverage().missing()))
          .append('\n');
    }
    for (WhyCard.Line line : card.lines()) {
      String basis = line.basis().name().toLowerCase(Locale.ROOT);
      text.append(String.format(Locale.ROOT, "%-4s[%s] ", line.id(), basis)).append(line.text());
      for (WhyCard.Ref ref : line.refs()) {
        text.append("  → ").append(ref.eventId());
        if (ref.path() != null) {
          text.append(' ').append(ref.path());
        }
      }
      text.append('\n');
    }
    if (!card.findings().isEmpty()) {
      text.append("Findings: ").append(String.join(", ", card.findings())).append('\n');
    }
    return text.toString();
  }

  static String kind(WhyCard card) {
    return switch (card.body()) {
      case WhyCard.AnswerBody answer -> "llm_response";
      case WhyCard.ToolBody tool -> "tool_call";
      case WhyCard.ErrorBody error -> "error";
    };
  }
}
