package dev.whyops.record;

import dev.whyops.event.Event;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Turns a finished call into its row and its events. Pure: the same call gives the same ids. */
@FunctionalInterface
public interface ExchangeReader {
  /** The row's sequence is set by the caller; events have no step, ids of agents or cost yet. */
  Read read(long seq, Exchange exchange);

  /**
   * @param observedJson what the request tells of its agent: system prompt and tools, in the shape
   *     of an init call's metadata
   */
  record Read(CallRow call, List<Event> events, String observedJson, @Nullable String serviceTier) {
    public Read {
      events = List.copyOf(events);
    }
  }
}
