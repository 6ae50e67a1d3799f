package dev.whyops.store.duckdb;

import dev.whyops.analytics.Analytics;
import dev.whyops.analytics.TraceGroups;
import dev.whyops.project.ProjectId;
import dev.whyops.record.EventStore;
import dev.whyops.store.EventEngine;
import dev.whyops.trace.TraceFaults;
import dev.whyops.trace.TraceReader;
import java.nio.file.Path;
import java.time.Clock;
import java.util.function.ToIntFunction;

/** The embedded engine, as the server puts it together. */
final class DuckDbEngine implements EventEngine {
  private final DuckDbEventStore store;
  private final Clock clock;
  private final TraceFaults faults;

  DuckDbEngine(Path folder, TraceFaults faults, Clock clock) {
    this.faults = faults;
    this.store = DuckDbEventStore.open(new DuckDbSettings(folder, 2_000_000, 4L << 30, 512), clock);
    this.clock = clock;
  }

  @Override
  public EventStore store() {
    return store;
  }

  @Override
  public TraceReader reader() {
    return new DuckDbTraceReader(store, faults, clock);
  }

  @Override
  public TraceGroups groups() {
    return new DuckDbTraceGroups(store, faults, clock);
  }

  @Override
  public Analytics analytics() {
    return new DuckDbAnalytics(store);
  }

  @Override
  public void retain(ToIntFunction<ProjectId> days) {
    store.retain(days);
  }

  @Override
  public void close() {
    store.close();
  }
}
