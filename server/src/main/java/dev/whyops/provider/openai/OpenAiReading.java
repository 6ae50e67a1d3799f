package dev.whyops.provider.openai;

import dev.whyops.provider.JsonValue;

/** Reads the answers of one route, whole or event by event. */
interface OpenAiReading {
  void whole(JsonValue root);

  /**
   * @param name of the event; {@code message} without one
   */
  void event(String name, JsonValue data);

  /** All events have come. */
  default void finish() {}
}
