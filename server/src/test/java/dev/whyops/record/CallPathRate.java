package dev.whyops.record;

import dev.whyops.event.IngestTesting;
import dev.whyops.project.Capture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;

/**
 * Measures what recording a call costs behind the relay: calls of 1 KB and 1 KB, offered as fast as
 * they are stored. Not a test; run it by hand: {@code java … dev.whyops.record.CallPathRate
 * <folder> <calls>}.
 */
public final class CallPathRate {
  private static final int AHEAD_MAX = 20_000;

  private CallPathRate() {}

  public static void main(String[] args) throws Exception {
    Path folder = Files.createTempDirectory(Path.of(args[0]), "call-rate");
    int calls = Integer.parseInt(args[1]);
    try (IngestTesting path = new IngestTesting(folder)) {
      run(path, calls / 5, "warm");
      long cpu = cpuNs();
      long from = System.nanoTime();
      run(path, calls, "run");
      double seconds = (System.nanoTime() - from) / 1e9;
      System.out.printf(
          "calls=%d stored/s=%.0f cpu_us/call=%.0f gaps=%d resident=%s%n",
          calls,
          calls / seconds,
          (cpuNs() - cpu) / 1e3 / calls,
          path.recorder.captureGaps(),
          resident());
    }
  }

  private static String resident() throws IOException {
    Path status = Path.of("/proc/self/status");
    return Files.exists(status)
        ? Files.readAllLines(status).stream()
            .filter(line -> line.startsWith("VmRSS") || line.startsWith("VmHWM"))
            .map(line -> line.replaceAll("\\s+", ""))
            .collect(Collectors.joining(" "))
        : "unknown";
  }

  private static long cpuNs() {
    return java.lang.management.ManagementFactory.getOperatingSystemMXBean()
            instanceof com.sun.management.OperatingSystemMXBean os
        ? os.getProcessCpuTime()
        : 0;
  }

  private static void run(IngestTesting path, int calls, String name) throws InterruptedException {
    Random random = new Random(1);
    LongAdder settled = new LongAdder();
    for (int i = 0; i < calls; i++) {
      StringBuilder text = new StringBuilder();
      while (text.length() < 850) {
        text.append("word").append(random.nextInt(10_000)).append(' ');
      }
      String request =
          "{\"model\":\"gpt-4o\",\"messages\":[{\"role\":\"system\",\"content\":\"You are a helpful"
              + " agent.\"},{\"role\":\"user\",\"content\":\""
              + text
              + "\"}]}";
      String answer =
          "{\"id\":\"chatcmpl-"
              + name
              + i
              + "\",\"model\":\"gpt-4o\",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\""
              + text
              + "\"},\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":200,\"completion_tokens\":200,\"total_tokens\":400}}";
      path.recorder
          .open(CallPathTest.start(name + i, name + i, Capture.FULL, request))
          .end(
              CallPathTest.end(new Outcome.Answered(), 200, "application/json", answer),
              settled::increment);
      while (path.journal.stats().lastWrittenSeq() - path.store.lastSeq() > AHEAD_MAX) {
        Thread.sleep(1);
      }
    }
    while (settled.sum() < calls) {
      Thread.sleep(1);
    }
    while (path.drain.progress().behindFrames() > 0) {
      Thread.sleep(1);
    }
    path.settle();
  }
}
