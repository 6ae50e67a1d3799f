package dev.whyops.load;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** What the kernel knows of a process. */
record Vitals(long residentKib, long openFiles, long threads, long cpuMs) {
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
    try (Stream<Path> files = Files.list(process.resolve("fd"))) {
      return new Vitals(residentKib, files.count(), threads, ticks * MS_PER_TICK);
    }
  }
}
