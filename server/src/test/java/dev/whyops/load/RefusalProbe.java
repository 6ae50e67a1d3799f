package dev.whyops.load;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Announces a batch of the largest size again and again while others flood, and measures how long a
 * refusal takes from the last byte of the head: the byte that decides. Another batch of that size
 * is under way all the time, so that a small heap has no room for a second.
 */
final class RefusalProbe {
  private static final int LARGEST = 8 * 1024 * 1024;
  private static final String HEAD = Client.head("/api/events/ingest", LARGEST);
  private static final int UNDER_WAY = 6 * 1024 * 1024;

  /** Well before a body counts as slow. */
  private static final Duration HELD = Duration.ofSeconds(5);

  private static final Duration PAUSE = Duration.ofMillis(25);

  private final Rig rig;
  private final List<Long> tookMs = Collections.synchronizedList(new ArrayList<>());
  private final Thread thread = Thread.ofPlatform().name("refusal-probe").unstarted(this::run);
  private volatile boolean over;

  private RefusalProbe(Rig rig) {
    this.rig = rig;
  }

  static RefusalProbe start(Rig rig) {
    RefusalProbe probe = new RefusalProbe(rig);
    probe.thread.start();
    return probe;
  }

  private void run() {
    while (!over) {
      try (Client holder = rig.client()) {
        long until = System.nanoTime() + HELD.toNanos();
        holder.send(HEAD).send(new byte[UNDER_WAY]);
        while (!over && System.nanoTime() < until) {
          probe();
          Thread.sleep(PAUSE);
        }
      } catch (IOException e) {
        continue; // the holder was refused and its connection closed: there was no room
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private void probe() throws IOException {
    try (Client client = rig.client()) {
      Client.Reply reply = client.send(HEAD).replyWithin(Duration.ofSeconds(2));
      if (reply != null) {
        tookMs.add(reply.tookMs());
      }
    }
  }

  void stop() throws InterruptedException {
    over = true;
    thread.join();
  }

  int refusals() {
    return tookMs.size();
  }

  /** 0 when nothing was refused. */
  long percentileMs(int percentile) {
    List<Long> sorted = tookMs.stream().sorted().toList();
    return sorted.isEmpty() ? 0 : sorted.get((sorted.size() - 1) * percentile / 100);
  }

  @Override
  public String toString() {
    return "%d refusals by length, after %d ms at the median, %d ms at p95, %d ms at most"
        .formatted(tookMs.size(), percentileMs(50), percentileMs(95), percentileMs(100));
  }
}
