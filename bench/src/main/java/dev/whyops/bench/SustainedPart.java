package dev.whyops.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Which rate of calls with full capture can be kept up for ever, because the store keeps pace? wrk
 * is paced by a pause per connection; the highest rate with a flat backlog is what counts.
 */
final class SustainedPart implements Part {
  private static final int[] RATES = {2_000, 4_000, 6_000, 8_000, 10_000, 12_000, 15_000};
  private static final int FIRST = 3;
  private static final int CONNECTIONS = 256;

  /** Of the pause, that the call itself takes about. */
  private static final int CALL_MS = 3;

  /** Committed at once, so that a backlog of so many frames says nothing. */
  private static final int COMMIT_FRAMES = 8_000;

  /** Frames behind, of each half second, and what wrk saw. */
  private record Try(Wrk.Run run, List<Long> behind) {
    /** The last third is not above the one before it by more than one commit. */
    boolean flat() {
      int third = behind.size() / 3;
      double middle = mean(behind.subList(third, 2 * third));
      double last = mean(behind.subList(2 * third, behind.size()));
      return last <= Math.max(1.1 * middle, middle + COMMIT_FRAMES / 4.0);
    }

    private static double mean(List<Long> values) {
      return values.stream().mapToLong(Long::longValue).average().orElse(Double.NaN);
    }
  }

  @Override
  public String name() {
    return "sustained";
  }

  @Override
  public String title() {
    return "Calls with full capture at a paced rate: does the store keep pace?";
  }

  @Override
  public void run(Ground ground, Section out) throws IOException, InterruptedException {
    try (Gateway gateway = ground.fresh()) {
      gateway.warmUp(ground.warmSeconds());
      out.columns(
          "asked for per second",
          "reached",
          "flat",
          "p99 ms",
          "errors",
          "drained after s",
          "frames behind, each half second");
      double best = 0;
      boolean rising = true;
      for (int i = FIRST; i >= 0 && i < RATES.length; i += rising ? 1 : -1) {
        Try one = attempt(ground, gateway, RATES[i]);
        row(out, RATES[i], one);
        if (one.flat()) {
          best = Math.max(best, one.run().perSecond());
          if (!rising || one.run().perSecond() < 0.7 * RATES[i]) {
            break; // found from above, or the machine gives no more
          }
        } else if (best > 0) {
          break;
        } else {
          rising = false;
        }
      }
      out.measured("sustained", best, "highest paced rate with a flat backlog");
    }
  }

  private static Try attempt(Ground ground, Gateway gateway, int rate)
      throws IOException, InterruptedException {
    int seconds = Math.max(6, ground.options().longSeconds() / 4);
    int pauseMs = Math.max(1, 1_000 * CONNECTIONS / rate - CALL_MS);
    Load load = Load.paced(CONNECTIONS, seconds, pauseMs);
    List<Long> behind = new ArrayList<>();
    Thread look = Thread.ofPlatform().daemon().start(() -> look(gateway, 2 * seconds, behind));
    Wrk.Run run = Wrk.run(gateway.leg("full"), load, ground.folder(), Duration.ofMinutes(3));
    look.join();
    return new Try(run, behind);
  }

  private static void look(Gateway gateway, int times, List<Long> behind) {
    try {
      for (int i = 0; i < times; i++) {
        Thread.sleep(500);
        behind.add(gateway.behindFrames());
      }
    } catch (IOException e) {
      behind.add(Long.MAX_VALUE / 1_000_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void row(Section out, int rate, Try one) {
    out.row(
        "%d | %.0f | %s | %.2f | %d | %.1f | %s",
        rate,
        one.run().perSecond(),
        one.flat() ? "yes" : "no",
        one.run().p99Us() / 1_000,
        one.run().errors(),
        one.run().settleSeconds(),
        one.behind().toString().replaceAll("[\\[\\],]", ""));
  }
}
