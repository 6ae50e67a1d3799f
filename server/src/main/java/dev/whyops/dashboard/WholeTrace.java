package dev.whyops.dashboard;

import dev.whyops.event.Event;
import dev.whyops.http.ApiException;
import dev.whyops.project.ProjectScope;
import dev.whyops.trace.TraceDetail;
import dev.whyops.trace.TraceReader;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Reads a trace to its end, page by page, so that no answer depends on how long it is. */
final class WholeTrace {
  static final int EVENTS_MAX = 10_000;
  private static final int PAGE = 1_000;

  private final TraceReader reader;

  WholeTrace(TraceReader reader) {
    this.reader = reader;
  }

  /**
   * @param cut there are more events than were read
   */
  record Read(TraceDetail first, List<Event> events, boolean cut) {}

  /** The first page; 404 for an unknown trace. */
  TraceDetail first(ProjectScope scope, String traceId) {
    return reader
        .trace(scope, traceId, null, PAGE)
        .orElseThrow(() -> ApiException.notFound("trace"));
  }

  /** At most {@link #EVENTS_MAX} events. */
  Read read(ProjectScope scope, String traceId) {
    TraceDetail first = first(scope, traceId);
    List<Event> events = new ArrayList<>(first.events());
    @Nullable String cursor = first.nextEventCursor();
    while (cursor != null && events.size() < EVENTS_MAX) {
      TraceDetail next = page(scope, traceId, cursor);
      events.addAll(next.events());
      cursor = next.nextEventCursor();
    }
    return new Read(first, events, cursor != null);
  }

  /** Hands over every event, holding one page at a time. */
  void each(ProjectScope scope, String traceId, TraceDetail first, Consumer<Event> consumer) {
    first.events().forEach(consumer);
    @Nullable String cursor = first.nextEventCursor();
    while (cursor != null) {
      TraceDetail next = page(scope, traceId, cursor);
      next.events().forEach(consumer);
      cursor = next.nextEventCursor();
    }
  }

  private TraceDetail page(ProjectScope scope, String traceId, String cursor) {
    return reader
        .trace(scope, traceId, cursor, PAGE)
        .orElseThrow(() -> ApiException.notFound("trace"));
  }
}
