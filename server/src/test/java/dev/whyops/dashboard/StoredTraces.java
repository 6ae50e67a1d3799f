package dev.whyops.dashboard;

import dev.whyops.analytics.Analytics;
import dev.whyops.analytics.TraceGroups;
import dev.whyops.event.Event;
import dev.whyops.project.ProjectScope;
import dev.whyops.record.Batch;
import dev.whyops.record.Landed;
import dev.whyops.record.Tombstone;
import dev.whyops.store.duckdb.DuckDbAnalytics;
import dev.whyops.store.duckdb.DuckDbEventStore;
import dev.whyops.store.duckdb.DuckDbSettings;
import dev.whyops.store.duckdb.DuckDbTraceGroups;
import dev.whyops.store.duckdb.DuckDbTraceReader;
import dev.whyops.trace.TraceFaults;
import dev.whyops.trace.TraceReader;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A real event store that tests put events into. */
public final class StoredTraces implements AutoCloseable {
  private final DuckDbEventStore store;
  private final Clock clock;
  private final TraceFaults faults;
  private final ExecutorService writer = Executors.newSingleThreadExecutor();
  private long seq;

  public StoredTraces(Path folder, TraceFaults faults, Clock clock) {
    this.faults = faults;
    this.store =
        DuckDbEventStore.open(
            new DuckDbSettings(folder.resolve("events"), 100_000, 1L << 30, 256), clock);
    this.clock = clock;
  }

  public TraceReader reader() {
    return new DuckDbTraceReader(store, faults, clock);
  }

  public Analytics analytics() {
    return new DuckDbAnalytics(store);
  }

  public TraceGroups groups() {
    return new DuckDbTraceGroups(store, faults, clock);
  }

  public void land(List<Event> events) {
    List<Landed> landed = new ArrayList<>();
    long first = seq + 1;
    for (Event event : events) {
      landed.add(new Landed(++seq, 0, event.timestamp(), event));
    }
    append(new Batch(first, seq, 0, landed, List.of(), List.of()));
  }

  public void erase(ProjectScope scope, String traceId) {
    Tombstone tombstone = new Tombstone(++seq, scope.project(), traceId);
    append(new Batch(seq, seq, 0, List.of(), List.of(), List.of(tombstone)));
  }

  /** The store's appender stays with one thread. */
  private void append(Batch batch) {
    CompletableFuture.runAsync(() -> store.append(batch), writer).join();
  }

  @Override
  public void close() {
    if (writer.isShutdown()) {
      return;
    }
    CompletableFuture.runAsync(store::close, writer).join();
    writer.close();
  }
}
