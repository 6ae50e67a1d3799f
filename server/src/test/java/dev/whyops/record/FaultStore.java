package dev.whyops.record;

import dev.whyops.project.ProjectScope;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;

/** A store that is down, or refuses some rows for good, as a test says. */
public final class FaultStore implements EventStore {
  private final EventStore store;
  private volatile boolean down;
  private volatile Predicate<Landed> poison = landed -> false;
  private volatile int errorsLeft;
  private volatile String stepsDownOf = "";
  private volatile Duration appendsTake = Duration.ZERO;

  public FaultStore(EventStore store) {
    this.store = store;
  }

  public void down(boolean value) {
    down = value;
  }

  public void poison(Predicate<Landed> rows) {
    poison = rows;
  }

  /** Steps of this trace cannot be read; an empty name ends that. */
  public void stepsDownOf(String traceId) {
    stepsDownOf = traceId;
  }

  /** So many appends fail with an error that nobody expects. */
  public void errors(int count) {
    errorsLeft = count;
  }

  /** Appends are slow. */
  public void appendsTake(Duration time) {
    appendsTake = time;
  }

  @Override
  public long lastSeq() {
    return store.lastSeq();
  }

  @Override
  public long replayFrom() {
    return store.replayFrom();
  }

  @Override
  public void append(Batch batch) {
    if (down) {
      throw new EventStoreException("down", new IllegalStateException("down"), false);
    }
    if (errorsLeft > 0) {
      errorsLeft--;
      throw new AssertionError("nobody expects this");
    }
    if (batch.events().stream().anyMatch(poison)) {
      throw new EventStoreException("poison", new IllegalStateException("poison"), true);
    }
    try {
      Thread.sleep(appendsTake);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    store.append(batch);
  }

  @Override
  public long checkpoint() {
    return store.checkpoint();
  }

  @Override
  public boolean maintain() {
    return store.maintain();
  }

  @Override
  public int lastStep(ProjectScope scope, String traceId) {
    if (traceId.equals(stepsDownOf)) {
      throw new EventStoreException("steps", new IllegalStateException("steps"), false);
    }
    return store.lastStep(scope, traceId);
  }

  @Override
  public List<ToldAnswer> toldAnswers() {
    return store.toldAnswers();
  }

  @Override
  public void close() {
    store.close();
  }
}
