package dev.whyops.trace;

import dev.whyops.project.ProjectScope;
import java.util.List;
import java.util.Optional;
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
}
