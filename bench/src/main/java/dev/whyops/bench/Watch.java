package dev.whyops.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Looks at a gateway once a second while it works. */
final class Watch {
  private record Look(long behindFrames, long residentMib) {}

  /**
   * @param behind frames behind, of each second
   */
  record Seen(long thirdMib, long endMib, long behindAtEnd, String behind) {}

  private final Gateway gateway;
  private final List<Look> looks = new ArrayList<>();
  private final Thread thread;
  private volatile boolean over;

  private Watch(Gateway gateway) {
    this.gateway = gateway;
    this.thread = Thread.ofPlatform().daemon().unstarted(this::look);
  }

  static Watch of(Gateway gateway) {
    Watch watch = new Watch(gateway);
    watch.thread.start();
    return watch;
  }

  private void look() {
    while (!over) {
      try {
        Thread.sleep(1_000);
        looks.add(new Look(gateway.behindFrames(), gateway.residentMib()));
      } catch (IOException e) {
        looks.add(new Look(-1, gateway.residentMib()));
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  /**
   * @param loadSeconds how much of the time belongs to the load
   */
  Seen stop(int loadSeconds) throws InterruptedException {
    over = true;
    thread.join();
    if (looks.isEmpty()) {
      looks.add(new Look(-1, gateway.residentMib()));
    }
    int end = Math.min(looks.size(), loadSeconds) - 1;
    return new Seen(
        looks.get(end / 3).residentMib(),
        looks.get(end).residentMib(),
        looks.get(end).behindFrames(),
        looks.stream().map(look -> "" + look.behindFrames()).collect(Collectors.joining(" ")));
  }
}
