package dev.whyops.trace;

import dev.whyops.project.ProjectScope;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** All traces with events of a user of the application, a page at a time. */
public final class UserTraces {
  private static final int PAGE = 200;

  private final TraceReader reader;

  public UserTraces(TraceReader reader) {
    this.reader = reader;
  }

  /** Newest first; the consumer may delete what it is given. */
  public void each(ProjectScope scope, String user, Consumer<TraceSummary> consumer) {
    TraceQuery.@Nullable Position after = null;
    boolean more = true;
    while (more) {
      TraceQuery query = TraceQuery.ofUser(user, PAGE, after);
      List<TraceSummary> page = reader.traces(scope, query);
      more = page.size() > PAGE;
      page.stream().limit(PAGE).forEach(consumer);
      if (more) {
        TraceSummary last = page.get(PAGE - 1);
        after = new TraceQuery.Position(query.sort().value(last), last.traceId());
      }
    }
  }
}
