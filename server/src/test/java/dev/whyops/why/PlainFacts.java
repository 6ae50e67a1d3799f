package dev.whyops.why;

import dev.whyops.event.Event;
import dev.whyops.pricing.Cost;
import org.jspecify.annotations.Nullable;

/** Facts of events that are no answers of a model. */
final class PlainFacts {
  private PlainFacts() {}

  static Event.Facts of(String status, @Nullable String tool, @Nullable String toolCallId) {
    return new Event.Facts(
        null,
        null,
        null,
        tool,
        toolCallId,
        null,
        null,
        status,
        null,
        null,
        Cost.NONE,
        null,
        null,
        null);
  }
}
