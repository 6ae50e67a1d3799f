package dev.whyops.store;

import dev.whyops.analytics.Analytics;
import dev.whyops.analytics.TraceGroups;
import dev.whyops.project.ProjectId;
import dev.whyops.record.EventStore;
import dev.whyops.trace.TraceReader;
import java.util.function.ToIntFunction;

/** All ports that an engine for events implements, over one folder or database. */
public interface EventEngine extends AutoCloseable {
  EventStore store();

  TraceReader reader();

  TraceGroups groups();

  Analytics analytics();

  /** Days for which a project keeps what it received. */
  void retain(ToIntFunction<ProjectId> days);

  @Override
  void close();
}
