package dev.whyops.record;

import dev.whyops.event.Event;
import java.time.Instant;

/**
 * An event on its way into the store.
 *
 * @param seq journal sequence of the frame that brought it
 * @param ordinal its place among the events of that frame
 */
public record Landed(long seq, int ordinal, Instant receivedAt, Event event) {}
