package dev.whyops.record;

import dev.whyops.journal.SegmentJournal;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the drain does now and then beside storing: makes the store safe without the journal, whose
 * files can go then, and drops what is past its time. Asked for from any thread, done by the
 * drain's.
 */
final class Upkeep {
  private static final Logger LOG = LoggerFactory.getLogger(Upkeep.class);
  private static final Duration MAINTAIN_EVERY = Duration.ofMinutes(30);
  private static final Duration CHECKPOINT_EVERY = Duration.ofMinutes(2);
  private static final long CHECKPOINT_BYTES = 512L * 1024 * 1024;

  private final SegmentJournal journal;
  private final EventStore store;
  private final List<Runnable> beforeForgetting = new CopyOnWriteArrayList<>();
  private volatile boolean checkpointAsked;
  private volatile boolean maintenanceAsked;
  private long bytesSinceCheckpoint;
  private long checkpointNs = System.nanoTime();
  private long maintainedNs = System.nanoTime();

  Upkeep(SegmentJournal journal, EventStore store) {
    this.journal = journal;
    this.store = store;
  }

  void beforeForgetting(Runnable before) {
    beforeForgetting.add(before);
  }

  void checkpointSoon() {
    checkpointAsked = true;
  }

  void maintainSoon() {
    maintenanceAsked = true;
  }

  /** So many bytes of the journal were stored. */
  void stored(long bytes) {
    bytesSinceCheckpoint += bytes;
  }

  /** Does what is due. */
  void maybe(OpenCalls openCalls) {
    maybeCheckpoint(openCalls);
    maybeMaintain();
  }

  private void maybeMaintain() {
    long nowNs = System.nanoTime();
    if (!maintenanceAsked && nowNs - maintainedNs < MAINTAIN_EVERY.toNanos()) {
      return;
    }
    maintainedNs = nowNs;
    try {
      maintenanceAsked = store.maintain();
    } catch (EventStoreException e) {
      maintenanceAsked = false;
      LOG.warn("maintenance_failed cause={}", e.getMessage());
    }
  }

  private void maybeCheckpoint(OpenCalls openCalls) {
    long nowNs = System.nanoTime();
    boolean due =
        checkpointAsked
            || bytesSinceCheckpoint > CHECKPOINT_BYTES
            || bytesSinceCheckpoint > 0 && nowNs - checkpointNs > CHECKPOINT_EVERY.toNanos();
    if (!due) {
      return;
    }
    checkpointAsked = false;
    checkpointNs = nowNs;
    bytesSinceCheckpoint = 0;
    try {
      long safe = store.checkpoint();
      beforeForgetting.forEach(Runnable::run);
      journal.deleteBelow(Math.min(safe + 1, openCalls.oldestSeq(safe + 1)));
    } catch (RuntimeException e) {
      LOG.warn("checkpoint_failed cause={}", e.getMessage());
    }
  }
}
