package dev.whyops.store;

import dev.whyops.agent.StoredAgents;
import dev.whyops.auth.CachedApiKeys;
import dev.whyops.auth.Sessions;
import dev.whyops.http.UnavailableException;
import dev.whyops.store.sql.Database;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes in the background what nobody waits for: last uses of keys, last sights of agents, the end
 * of sessions. One thread; what fails is tried again with the next round.
 */
public final class Housekeeping implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Housekeeping.class);
  private static final Duration FLUSH_EVERY = Duration.ofSeconds(5);
  private static final Duration SAMPLING_EVERY = Duration.ofSeconds(2);
  private static final Duration SWEEP_EVERY = Duration.ofMinutes(1);

  /** Revocation holds everywhere within a second. */
  private static final Duration FOLLOW_EVERY = Duration.ofMillis(500);

  private static final long STOP_SECONDS_MAX = 10;

  private final Database database;
  private final CachedApiKeys apiKeys;
  private final StoredAgents agents;
  private final Sessions sessions;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("control-housekeeping").factory());

  Housekeeping(Database database, CachedApiKeys apiKeys, StoredAgents agents, Sessions sessions) {
    this.database = database;
    this.apiKeys = apiKeys;
    this.agents = agents;
    this.sessions = sessions;
    every(FLUSH_EVERY, this::flush);
    every(SWEEP_EVERY, sessions::sweep);
    attempt(agents::refreshSampling);
    every(SAMPLING_EVERY, agents::refreshSampling);
    if (database.isShared()) {
      every(FOLLOW_EVERY, apiKeys::followOtherNodes);
    }
  }

  /** Stops, writes the rest and closes the database. */
  @Override
  public void close() {
    thread.shutdown();
    try {
      if (!thread.awaitTermination(STOP_SECONDS_MAX, TimeUnit.SECONDS)) {
        LOG.warn("control_housekeeping still_running=true");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    attempt(this::flush);
    attempt(sessions::sweep);
    database.close();
  }

  private void flush() {
    apiKeys.flushLastUses();
    agents.flushLastSeen();
  }

  private void every(Duration pause, Runnable work) {
    long millis = pause.toMillis();
    var _ =
        thread.scheduleWithFixedDelay(() -> attempt(work), millis, millis, TimeUnit.MILLISECONDS);
  }

  private static void attempt(Runnable work) {
    try {
      work.run();
    } catch (UnavailableException e) {
      LOG.warn("control_housekeeping deferred=true reason={}", e.code());
    } catch (RuntimeException e) {
      LOG.error("control_housekeeping failed=true", e);
    }
  }
}
