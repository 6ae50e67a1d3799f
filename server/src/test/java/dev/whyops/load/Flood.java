package dev.whyops.load;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** Many clients that call, and call again on a new connection as soon as they have an answer. */
final class Flood {
  private static final long REFUSED_PAUSE_MS = 20;

  private final Rig rig;
  private final List<Thread> threads = new ArrayList<>();
  private final Map<Integer, Long> statuses = new ConcurrentHashMap<>();
  private final AtomicLong refused = new AtomicLong();
  private volatile boolean over;

  private Flood(Rig rig) {
    this.rig = rig;
  }

  static Flood start(Rig rig, int clients) {
    Flood flood = new Flood(rig);
    for (int i = 0; i < clients; i++) {
      flood.threads.add(Thread.startVirtualThread(flood::call));
    }
    return flood;
  }

  private void call() {
    while (!over) {
      try {
        statuses.merge(rig.call().status(), 1L, Long::sum);
      } catch (IOException e) {
        refused.incrementAndGet(); // closed without an answer: beyond the accept limit
        try {
          Thread.sleep(REFUSED_PAUSE_MS);
        } catch (InterruptedException interrupted) {
          return;
        }
      }
    }
  }

  void stop() throws InterruptedException {
    over = true;
    for (Thread thread : threads) {
      thread.join();
    }
  }

  Set<Integer> statuses() {
    return Set.copyOf(statuses.keySet());
  }

  long served() {
    return statuses.getOrDefault(200, 0L);
  }

  long refused() {
    return refused.get();
  }

  @Override
  public String toString() {
    return "answers by status %s, %d connections closed".formatted(statuses, refused());
  }
}
