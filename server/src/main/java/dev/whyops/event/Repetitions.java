package dev.whyops.event;

import java.time.Duration;
import java.util.UUID;

/**
 * Knows which events came before, for 24 hours and across restarts. Thread-safe.
 *
 * <p>A claim is made before an event is journalled and settled after: whoever claims the same
 * marker meanwhile waits for the first one's fate, so that a {@code duplicate} is only ever told of
 * an event that is durable.
 */
public interface Repetitions {
  /** After this long an event with the same key is a new one. */
  Duration KEPT = Duration.ofHours(24);

  /** What became of a claim. */
  sealed interface Claim {
    /** The first: journal it, then settle. */
    record First(Marker marker) implements Claim {}

    /**
     * Somebody was before.
     *
     * @param id the id of the first one
     * @param differs the first one had another content
     */
    record Repeated(UUID id, boolean differs) implements Claim {}
  }

  /** May wait for another claim of the same marker. */
  Claim claim(Marker marker, UUID id);

  /** The event of a first claim is durable, or lost. */
  void settle(Marker marker, boolean durable);

  /** Notes an event found in the journal after a restart. */
  void recovered(Marker marker, UUID id, long atMs);
}
