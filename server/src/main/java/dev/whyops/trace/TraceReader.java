package dev.whyops.trace;

import dev.whyops.project.ProjectScope;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads stored traces of one project. Thread-safe; may block; answers within seconds or throws. */
public interface TraceReader {
  /** Newest first; one more than {@code query.limit()} rows when there is a next page. */
  List<TraceSummary> traces(ProjectScope scope, TraceQuery query);

  /**
   * @param eventCursor where the page starts; null for the first
   * @param eventLimit 1-1000
   */
  Optional<TraceDetail> trace(
      ProjectScope scope, String traceId, @Nullable String eventCursor, int eventLimit);

  /**
   * Those of the traces that there are, each with all of its events, in no order. Reading many in
   * one go costs little more than reading one.
   *
   * @return empty when they have more than {@code eventsMax} events together
   */
  Optional<List<TraceDetail>> whole(ProjectScope scope, Set<String> traceIds, int eventsMax);
}
