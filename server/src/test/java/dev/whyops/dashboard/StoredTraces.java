package dev.whyops.dashboard;

import dev.whyops.analytics.Analytics;
import dev.whyops.analytics.TraceGroups;
import dev.whyops.event.Event;
import dev.whyops.record.Batch;
import dev.whyops.record.Landed;
import dev.whyops.store.duckdb.DuckDbAnalytics;
import dev.whyops.store.duckdb.DuckDbEventStore;
import dev.whyops.store.duckdb.DuckDbSettings;
import dev.whyops.store.duckdb.DuckDbTraceGroups;
import dev.whyops.store.duckdb.DuckDbTraceReader;
import dev.whyops.trace.TraceReader;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;

/** A real event store that tests put events into. */
final class StoredTraces implements AutoCloseable {
  private final DuckDbEventStore store;
  private final Clock clock;
  private long seq;

  StoredTraces(Path folder, Clock clock) {
    this.store =
        DuckDbEventStore.open(
            new DuckDbSettings(folder.resolve("events"), 100_000, 1L << 30, 256), clock);
    this.clock = clock;
  }

  TraceReader reader() {
    return new DuckDbTraceReader(store, clock);
  }

  Analytics analytics() {
    return new DuckDbAnalytics(store);
  }

  TraceGroups groups() {
    return new DuckDbTraceGroups(store, clock);
  }

  void land(List<Event> events) {
    List<Landed> landed = new ArrayList<>();
    long first = seq + 1;
    for (Event event : events) {
      landed.add(new Landed(++seq, 0, event.timestamp(), event));
    }
    store.append(new Batch(first, seq, 0, landed, List.of(), List.of()));
  }

  @Override
  public void close() {
    store.close();
  }
}
