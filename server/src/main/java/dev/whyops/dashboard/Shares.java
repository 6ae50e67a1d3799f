package dev.whyops.dashboard;

import dev.whyops.http.ApiException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Keeps one user from taking all of the server: four requests of each run at once, a few more wait
 * for a moment (a page asks for several things when it opens), and the rest are told to come back.
 * Thread-safe.
 */
final class Shares {
  static final int RUNNING_MAX = 4;
  static final int WAITING_MAX = 12;

  private final int runningMax;
  private final int waitingMax;
  private final Duration patience;
  private final Map<String, Share> shares = new ConcurrentHashMap<>();

  /** One user's permits, and how many requests hold or want one. */
  private static final class Share {
    private final Semaphore running;
    private int present;

    Share(int runningMax) {
      this.running = new Semaphore(runningMax, true);
    }
  }

  Shares(Duration patience) {
    this(RUNNING_MAX, WAITING_MAX, patience);
  }

  Shares(int runningMax, int waitingMax, Duration patience) {
    this.runningMax = runningMax;
    this.waitingMax = waitingMax;
    this.patience = patience;
  }

  /** A permit; closing it lets the next one run. */
  interface Permit extends AutoCloseable {
    @Override
    void close();
  }

  /**
   * @throws ApiException 429 {@code too_many_requests}
   */
  Permit take(String user) {
    Share share = enter(user);
    boolean running = false;
    try {
      running = share.running.tryAcquire(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      if (!running) {
        leave(user);
      }
    }
    if (!running) {
      throw tooMany();
    }
    return () -> {
      share.running.release();
      leave(user);
    };
  }

  private Share enter(String user) {
    return shares.compute(
        user,
        (_, known) -> {
          Share share = known == null ? new Share(runningMax) : known;
          if (share.present >= runningMax + waitingMax) {
            throw tooMany();
          }
          share.present++;
          return share;
        });
  }

  /** The last one out takes the share away, so the map holds only users who are here. */
  private void leave(String user) {
    shares.computeIfPresent(user, (_, share) -> --share.present == 0 ? null : share);
  }

  private static ApiException tooMany() {
    return new ApiException(
        429,
        "too_many_requests",
        "Too many requests of yours run at once.",
        List.of(),
        Map.of("Retry-After", "1"));
  }
}
