package dev.whyops.trace;

import dev.whyops.event.Event;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A trace with one page of its events, in display order.
 *
 * @param versions agent version ids seen in the trace
 * @param nextEventCursor null on the last page
 */
public record TraceDetail(
    TraceSummary summary,
    List<String> versions,
    Completeness completeness,
    List<Event> events,
    @Nullable String nextEventCursor) {
  public TraceDetail {
    versions = List.copyOf(versions);
    events = List.copyOf(events);
  }

  /**
   * What may be missing.
   *
   * @param orphans events whose parent was never seen
   */
  public record Completeness(boolean open, int orphans, boolean truncated) {}
}
