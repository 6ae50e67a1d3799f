package dev.whyops.why.card;

import dev.whyops.event.EventType;
import dev.whyops.why.card.WhyCard.Coverage;
import dev.whyops.why.view.Fact;
import dev.whyops.why.view.ModelCall;
import dev.whyops.why.view.Part;
import dev.whyops.why.view.ToolUse;
import dev.whyops.why.view.TraceView;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Makes the card of an event. Any event of a decision leads to its card. */
public final class WhyCards {
  private final CardSources sources;
  private final TraceView view;

  public WhyCards(CardSources sources) {
    this.sources = sources;
    this.view = sources.view();
  }

  /**
   * @param eventId an event, or {@code answer/number} for a tool that an answer called
   * @param findings ids of findings that point at the event
   */
  public Optional<WhyCard> of(String eventId, List<String> findings) {
    Optional<ToolUse> use = use(eventId);
    if (use.isPresent()) {
      ToolUse found = use.get();
      ModelCall issuer = view.issuer(found);
      Lines lines = new Lines();
      WhyCard.Body body = new ToolCards(sources).body(found, lines);
      return Optional.of(card(eventId, issuer, body, lines, findings));
    }
    Fact fact = view.fact(eventId);
    if (fact == null) {
      return Optional.empty();
    }
    Lines lines = new Lines();
    ModelCall call = view.callOf(eventId);
    if (fact.type() == EventType.ERROR) {
      return Optional.of(
          card(eventId, call, new ErrorCards(sources).body(fact, lines), lines, findings));
    }
    if (call == null) {
      return Optional.empty();
    }
    WhyCard.Body body =
        call.answered()
            ? new AnswerCards(sources).body(call, lines)
            : new ErrorCards(sources).body(call.end(), lines);
    return Optional.of(card(call.eventId(), call, body, lines, findings));
  }

  private Optional<ToolUse> use(String eventId) {
    int slash = eventId.lastIndexOf('/');
    if (slash > 0) {
      String number = eventId.substring(slash + 1);
      boolean digits =
          !number.isEmpty() && number.length() < 8 && number.chars().allMatch(Character::isDigit);
      int index = digits ? Integer.parseInt(number) : -1;
      boolean known =
          index >= 0
              && index < view.toolUses().size()
              && view.toolUses().get(index).place().id().equals(eventId.substring(0, slash));
      return known ? Optional.of(view.toolUses().get(index)) : Optional.empty();
    }
    List<Integer> uses = view.toolUsesByEvent().getOrDefault(eventId, List.of());
    return uses.isEmpty() ? Optional.empty() : Optional.of(view.toolUses().get(uses.getFirst()));
  }

  private WhyCard card(
      String eventId,
      @Nullable ModelCall call,
      WhyCard.Body body,
      Lines lines,
      List<String> findings) {
    return new WhyCard(eventId, view.traceId(), coverage(call), body, lines.all(), findings);
  }

  private static Coverage coverage(@Nullable ModelCall call) {
    if (call == null) {
      return new Coverage("told", true, List.of("request"));
    }
    List<String> missing = new ArrayList<>();
    if (!call.context().captured()) {
      missing.add("request");
    }
    if (call.end().metadata().path("truncated").asBoolean(false)) {
      missing.add("rest of the answer");
    }
    boolean opaque =
        call.context().messages().stream()
            .flatMap(message -> message.parts().stream())
            .anyMatch(Part.Opaque.class::isInstance);
    if (opaque) {
      missing.add("parts that are no text");
    }
    if (call.context().params().has("previous_response_id")
        || call.context().params().has("conversation")) {
      missing.add("turns that the provider kept");
    }
    return new Coverage(call.context().capture(), !missing.isEmpty(), List.copyOf(missing));
  }
}
