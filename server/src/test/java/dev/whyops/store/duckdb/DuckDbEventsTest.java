package dev.whyops.store.duckdb;

import dev.whyops.store.EventEngine;
import dev.whyops.store.EventFiguresContract;
import dev.whyops.trace.TraceFaults;
import java.nio.file.Path;
import java.time.Clock;

class DuckDbEventsTest extends EventFiguresContract {
  @Override
  public EventEngine open(Path folder, TraceFaults faults, Clock clock) {
    return new DuckDbEngine(folder, faults, clock);
  }
}
