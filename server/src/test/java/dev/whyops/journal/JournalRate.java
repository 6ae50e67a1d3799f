package dev.whyops.journal;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Measures the journal: 64 writers, each waits for the sync of its frame of 1 KB. Not a test; run
 * it by hand: {@code java … dev.whyops.journal.JournalRate <folder> <seconds>}.
 */
public final class JournalRate {
  private static final int WRITERS = 64;
  private static final int BODY_BYTES = 1024;

  private JournalRate() {}

  public static void main(String[] args) throws Exception {
    Path folder = Files.createTempDirectory(Path.of(args[0]), "journal-rate");
    long seconds = Long.parseLong(args[1]);
    JournalSettings settings =
        new JournalSettings(JournalSettings.Sync.GROUP, 64 << 20, 64 << 20, 100L << 30, 0.99, 0);
    try (SegmentJournal journal =
        SegmentJournal.open(new FileDisk(folder), settings, Clock.systemUTC(), 0)) {
      measure(journal, 2);
      measure(journal, seconds);
    }
  }

  private static void measure(SegmentJournal journal, long seconds) throws InterruptedException {
    AtomicLong count = new AtomicLong();
    long[][] latencies = new long[WRITERS][200_000];
    int[] sizes = new int[WRITERS];
    long end = System.nanoTime() + seconds * 1_000_000_000L;
    Thread[] threads = new Thread[WRITERS];
    for (int i = 0; i < WRITERS; i++) {
      int writer = i;
      threads[i] =
          Thread.ofVirtual()
              .start(
                  () -> {
                    byte[] body = new byte[BODY_BYTES];
                    while (System.nanoTime() < end) {
                      long from = System.nanoTime();
                      journal.appendDurably(FrameType.EVENTS, body);
                      if (sizes[writer] < latencies[writer].length) {
                        latencies[writer][sizes[writer]++] = System.nanoTime() - from;
                      }
                      count.incrementAndGet();
                    }
                  });
    }
    for (Thread thread : threads) {
      thread.join();
    }
    long[] all =
        java.util.stream.IntStream.range(0, WRITERS)
            .mapToObj(i -> Arrays.copyOf(latencies[i], sizes[i]))
            .flatMapToLong(Arrays::stream)
            .sorted()
            .toArray();
    System.out.printf(
        "journal writers=%d body=%d frames/s=%d p50_us=%d p99_us=%d%n",
        WRITERS,
        BODY_BYTES,
        count.get() / seconds,
        all[all.length / 2] / 1000,
        all[(int) (all.length * 0.99)] / 1000);
  }
}
