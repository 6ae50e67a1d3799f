package dev.whyops.load;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * What the kernel knows of a process.
 *
 * @param ranNs how long its threads ran
 * @param waitedNs how long they could have run, but the processors were busy with others
 */
record Vitals(
    long residentKib, long openFiles, long threads, long cpuMs, long ranNs, long waitedNs) {
  private static final long MS_PER_TICK = 10;

  static Vitals of(long pid) throws IOException {
    Path process = Path.of("/proc", String.valueOf(pid));
    long residentKib = 0;
    long threads = 0;
    for (String line : Files.readAllLines(process.resolve("status"))) {
      if (line.startsWith("VmRSS:")) {
        residentKib = Long.parseLong(line.replaceAll("\\D", ""));
      } else if (line.startsWith("Threads:")) {
        threads = Long.parseLong(line.replaceAll("\\D", ""));
      }
    }
    String stat = Files.readString(process.resolve("stat"));
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    long ticks = Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
    long[] scheduled = scheduled(process.resolve("task"));
    try (Stream<Path> files = Files.list(process.resolve("fd"))) {
      return new Vitals(
          residentKib, files.count(), threads, ticks * MS_PER_TICK, scheduled[0], scheduled[1]);
    }
  }

  /** Nanoseconds on a processor, and in the queue for one, over the threads that live. */
  private static long[] scheduled(Path tasks) throws IOException {
    long[] sums = new long[2];
    try (Stream<Path> threads = Files.list(tasks)) {
      for (Path thread : threads.toList()) {
        try {
          String[] fields = Files.readString(thread.resolve("schedstat")).strip().split(" ");
          sums[0] += Long.parseLong(fields[0]);
          sums[1] += Long.parseLong(fields[1]);
        } catch (IOException e) {
          continue; // the thread ended meanwhile
        }
      }
    }
    return sums;
  }

  /**
   * How much longer everything took than on processors that were free whenever a thread could run:
   * 1 on an idle machine. Bounds in milliseconds are to be read with it.
   */
  double starvationSince(Vitals before) {
    double ran = Math.max(1, ranNs - before.ranNs);
    return 1 + Math.max(0, waitedNs - before.waitedNs) / ran;
  }
}
