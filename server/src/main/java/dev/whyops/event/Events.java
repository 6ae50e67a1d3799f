package dev.whyops.event;

import java.util.UUID;

/** Copies of events with one thing changed. */
final class Events {
  private Events() {}

  static Event withStep(Event e, int step) {
    Event.Place p = e.place();
    Event.Place place =
        new Event.Place(
            p.traceId(),
            p.threadId(),
            p.spanId(),
            p.parentSpanId(),
            step,
            p.parentStepId(),
            p.externalUserId());
    return copy(e, e.id(), e.type(), place, e.contentJson());
  }

  /** What is left to answer with. */
  static Event withoutContent(Event e) {
    return e.withTexts("null", "{}");
  }

  static Event copy(Event e, UUID id, EventType type, Event.Place place, String contentJson) {
    return new Event(
        id,
        type,
        e.project(),
        e.environment(),
        e.source(),
        e.agent(),
        place,
        e.timestamp(),
        e.clockSuspect(),
        e.facts(),
        contentJson,
        e.metadataJson());
  }
}
