package dev.whyops.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What a process and its children have used, read from the kernel's process table. */
final class Cpu {
  private static final long US_PER_TICK = 10_000;

  private Cpu() {}

  /** User and system time of the process and its living children, in microseconds. */
  static long ofFamilyUs(long pid) {
    long ticks = ticks(pid);
    for (ProcessHandle child :
        ProcessHandle.of(pid).stream().flatMap(ProcessHandle::children).toList()) {
      ticks += ticks(child.pid());
    }
    return ticks * US_PER_TICK;
  }

  private static long ticks(long pid) {
    try {
      String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
      return Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
    } catch (IOException e) {
      return 0;
    }
  }

  /** Resident memory of the process and its living children, in MiB. */
  static long residentMib(long pid) {
    long kib = residentKib(pid);
    for (ProcessHandle child :
        ProcessHandle.of(pid).stream().flatMap(ProcessHandle::children).toList()) {
      kib += residentKib(child.pid());
    }
    return kib / 1_024;
  }

  private static long residentKib(long pid) {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/status"))) {
        if (line.startsWith("VmRSS:")) {
          return Long.parseLong(line.replaceAll("\\D", ""));
        }
      }
    } catch (IOException e) {
      return 0; // it has ended meanwhile
    }
    return 0;
  }
}
