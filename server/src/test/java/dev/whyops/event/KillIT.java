package dev.whyops.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whyops.project.ProjectScope;
import dev.whyops.trace.TraceDetail;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Kills a process that takes events, at each named place and at any time, and counts. */
class KillIT {
  @TempDir Path directory;

  @ParameterizedTest(
      name =
          "F-01 killBetweenStepsLosesNothing: kill -9 at {0}, visit {1}: acked are stored, all"
              + " stored once")
  @DisplayName("F-01")
  @CsvSource({
    "after-read, 40",
    "after-append, 30",
    "after-fsync, 25",
    "before-ack, 40",
    "after-ack, 40",
    "mid-drain, 50",
    "after-store-commit, 4",
    "mid-checkpoint, 1",
    "after-checkpoint-before-segment-delete, 1",
    "any-time, 0"
  })
  void losesNothing(String place, int visit) throws Exception {
    kill(place, visit);
    Set<String> sent = new HashSet<>();
    Set<String> acked = new HashSet<>();
    readLedger(sent, acked);
    assertThat(acked).as("the process did some work before it died").isNotEmpty();
    try (IngestTesting path = new IngestTesting(directory)) {
      List<String> stored = stored(path);
      assertThat(stored).doesNotHaveDuplicates();
      assertThat(new HashSet<>(stored)).containsAll(acked);
      assertThat(sent).containsAll(stored);
      for (String id : sent) { // a client that heard nothing sends again
        path.post(path.counts, KilledWriter.event(id, 0), Map.of(), Map.of());
      }
      List<String> after = stored(path);
      assertThat(after).doesNotHaveDuplicates();
      assertThat(new HashSet<>(after)).isEqualTo(sent);
      assertThat(path.deadLetter.count()).isZero();
    }
  }

  private void kill(String place, int visit) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("-XX:TieredStopAtLevel=1");
    command.add("-Xmx256m");
    if (visit > 0) {
      command.add("-Dwhyops.fault=" + place + ":kill:" + visit);
    }
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(KilledWriter.class.getName());
    command.add(directory.toString());
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    try {
      assertThat(process.getInputStream().read()).isEqualTo('r');
      if (visit == 0 || place.contains("checkpoint")) {
        Thread.sleep(1_000);
        poke(process);
        Thread.sleep(visit == 0 ? 300 : 0);
      }
      if (visit == 0) {
        process.destroyForcibly();
      }
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("died at " + place).isTrue();
      assertThat(process.exitValue()).isEqualTo(137);
    } finally {
      process.destroyForcibly();
    }
  }

  private static void poke(Process process) throws IOException {
    process.getOutputStream().write('\n');
    process.getOutputStream().flush();
  }

  private void readLedger(Set<String> sent, Set<String> acked) throws IOException {
    for (String line : Files.readAllLines(directory.resolve("ledger"))) {
      if (line.length() == 38) { // the last line may be torn
        (line.charAt(0) == 's' ? sent : acked).add(line.substring(2));
      }
    }
  }

  private static List<String> stored(IngestTesting path) throws InterruptedException {
    path.settle();
    List<String> ids = new ArrayList<>();
    for (int thread = 0; thread < 4; thread++) {
      String cursor = null;
      do {
        TraceDetail page =
            path.reader
                .trace(new ProjectScope(IngestTesting.PROJECT), "t" + thread, cursor, 1000)
                .orElse(null);
        if (page == null) {
          break;
        }
        page.events().forEach(e -> ids.add(e.id().toString()));
        cursor = page.nextEventCursor();
      } while (cursor != null);
    }
    return ids;
  }
}
