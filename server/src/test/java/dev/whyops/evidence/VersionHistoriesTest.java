package dev.whyops.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whyops.project.ProjectId;
import dev.whyops.project.ProjectScope;
import dev.whyops.why.Run;
import dev.whyops.why.history.Digests;
import dev.whyops.why.history.TraceDigest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VersionHistoriesTest {
  private static final ProjectScope SCOPE = new ProjectScope(Run.PROJECT);
  private static final Instant NOW = Instant.parse("2026-03-04T12:00:00Z");

  @TempDir Path folder;

  @Test
  void countsDecisionsAndLeavesTheTraceInQuestionOut() throws IOException {
    try (VersionHistories histories = VersionHistories.open(folder, at(NOW))) {
      for (int i = 0; i < 25; i++) {
        histories.add(SCOPE, digest("t" + i, "ver_1", NOW));
      }
      assertThat(histories.of(SCOPE, "ver_1").baseRate("user_message", "refund").k()).isEqualTo(25);
      assertThat(histories.of(SCOPE, "ver_1").without("t3").baseRate("user_message", "refund").n())
          .isEqualTo(24);
    }
  }

  @Test
  void keepsNoMoreThanCountsAndTakesFromTheLargestProject() throws IOException {
    ProjectScope other = new ProjectScope(new ProjectId("prj_other"));
    try (VersionHistories histories = VersionHistories.open(folder, at(NOW), 2_010)) {
      for (int i = 0; i < 5; i++) {
        histories.add(other, digest("o" + i, "ver_o", NOW));
      }
      for (int i = 0; i < VersionHistories.DIGESTS_MAX + 50; i++) {
        histories.add(SCOPE, digest("t" + i, "ver_1", NOW));
      }
      assertThat(histories.count()).isEqualTo(VersionHistories.DIGESTS_MAX + 5);
      assertThat(histories.of(SCOPE, "ver_1").traceCount()).isEqualTo(VersionHistories.DIGESTS_MAX);
      for (int i = 0; i < 20; i++) {
        histories.add(SCOPE, digest("u" + i, "ver_2", NOW));
      }
      assertThat(histories.count()).isEqualTo(2_010);
      assertThat(histories.of(other, "ver_o").traceCount()).isEqualTo(5);
      assertThat(histories.of(SCOPE, "ver_2").traceCount()).isEqualTo(20);
      histories.forget(SCOPE, null);
      assertThat(histories.count()).isEqualTo(5);
    }
  }

  @Test
  void knowsTheVersionBefore() throws IOException {
    try (VersionHistories histories = VersionHistories.open(folder, at(NOW))) {
      histories.add(SCOPE, digest("a", "ver_1", NOW.minusSeconds(60)));
      histories.add(SCOPE, digest("b", "ver_2", NOW));
      assertThat(histories.before(SCOPE, "ver_2").versionId()).isEqualTo("ver_1");
      assertThat(histories.before(SCOPE, "ver_1").traceCount()).isZero();
    }
  }

  @Test
  void outlivesARestartAndATornLineAndForgetsWhatIsDeletedOrOld() throws IOException {
    try (VersionHistories histories = VersionHistories.open(folder, at(NOW))) {
      for (String id : new String[] {"a", "b", "c"}) {
        histories.add(SCOPE, digest(id, "ver_1", NOW));
      }
      histories.add(SCOPE, digest("c", "ver_1", NOW));
      histories.forget(SCOPE, "b");
    }
    Files.writeString(folder.resolve("digests.jsonl"), "{\"torn", StandardOpenOption.APPEND);
    try (VersionHistories again = VersionHistories.open(folder, at(NOW))) {
      assertThat(again.of(SCOPE, "ver_1").traceCount()).isEqualTo(2);
      again.forget(SCOPE, null);
      assertThat(again.of(SCOPE, "ver_1").traceCount()).isZero();
      again.add(SCOPE, digest("d", "ver_1", NOW));
    }
    try (VersionHistories later =
        VersionHistories.open(folder, at(NOW.plus(Duration.ofDays(91))))) {
      assertThat(later.of(SCOPE, "ver_1").traceCount()).isZero();
    }
  }

  @Test
  void leavesNoMoreOnDiskThanItHolds() throws IOException {
    Path file = folder.resolve("digests.jsonl");
    int max = 10;
    List<DigestEntry> many = new ArrayList<>();
    for (int i = 0; i < 3_000; i++) {
      String id = "t" + i;
      many.add(new DigestEntry("prj_a", id, NOW, digest(id, "ver_" + i, NOW)));
    }
    try (DigestLog log = DigestLog.open(file, () -> many, at(NOW))) {
      log.append(List.of());
    }
    try (VersionHistories histories = VersionHistories.open(folder, at(NOW), max)) {
      assertThat(histories.count()).isEqualTo(max);
      assertThat(Files.readAllLines(file)).hasSize(max);
      for (int i = 0; i < 3_000; i++) {
        histories.add(SCOPE, digest("u" + i, "ver_u", NOW));
      }
      assertThat(Files.readAllLines(file)).hasSizeLessThan(2 * max + 2 + DigestLog.SPARE_LINES);
    }
    try (VersionHistories again = VersionHistories.open(folder, at(NOW), max)) {
      assertThat(again.of(SCOPE, "ver_u").traceCount()).isGreaterThanOrEqualTo(max / 2);
    }
  }

  @Test
  void leavesNothingOfADeletedTraceOnDisk() throws Exception {
    Path file = folder.resolve("digests.jsonl");
    try (VersionHistories histories = VersionHistories.open(folder, at(NOW))) {
      histories.add(SCOPE, digest("kept", "ver_1", NOW));
      histories.add(SCOPE, digest("gone", "ver_1", NOW));
      assertThat(Files.readString(file)).contains("gone");
      histories.forget(SCOPE, "gone");
      awaitThat(() -> !Files.readString(file).contains("gone"));
      assertThat(Files.readString(file)).contains("kept").contains("ZX-90417");
      histories.forget(SCOPE, null);
      awaitThat(() -> Files.readString(file).isEmpty());
      histories.add(SCOPE, digest("later", "ver_1", NOW));
      assertThat(Files.readAllLines(file)).hasSize(1);
    }
  }

  @Test
  void leavesNothingOnDiskForLongerThanItCounts() throws Exception {
    Path file = folder.resolve("digests.jsonl");
    AtomicReference<Instant> now = new AtomicReference<>(NOW);
    InstantSource time = now::get;
    try (VersionHistories histories =
        VersionHistories.open(folder, time.withZone(ZoneOffset.UTC))) {
      histories.add(SCOPE, digest("old", "ver_1", NOW));
      Instant later = NOW.plus(Duration.ofDays(90));
      now.set(later);
      histories.add(SCOPE, digest("new", "ver_1", later));
      assertThat(Files.readString(file)).contains("new").doesNotContain("old");
    }
  }

  @Test
  void knowsWhenAVersionBeganAfterARestart() throws IOException {
    try (VersionHistories histories = VersionHistories.open(folder, at(NOW), 4)) {
      histories.add(SCOPE, digest("a", "ver_1", NOW.minusSeconds(60)));
      histories.add(SCOPE, digest("b", "ver_2", NOW.minusSeconds(30)));
      for (String id : new String[] {"c", "d"}) {
        histories.add(SCOPE, digest(id, "ver_1", NOW));
        histories.add(SCOPE, digest(id + "2", "ver_2", NOW));
      }
    }
    try (VersionHistories again = VersionHistories.open(folder, at(NOW), 4)) {
      assertThat(again.before(SCOPE, "ver_2").versionId()).isEqualTo("ver_1");
    }
  }

  @Test
  void startsWithDamagedBytes() throws IOException {
    Files.write(folder.resolve("digests.jsonl"), new byte[] {(byte) 0xff, (byte) 0xfe, '\n'});
    try (VersionHistories histories = VersionHistories.open(folder, at(NOW))) {
      assertThat(histories.count()).isZero();
    }
  }

  private static void awaitThat(Callable<Boolean> condition) throws Exception {
    long until = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    while (!condition.call() && System.nanoTime() < until) {
      Thread.sleep(5);
    }
    assertThat(condition.call()).isTrue();
  }

  private static Clock at(Instant now) {
    return Clock.fixed(now, ZoneOffset.UTC);
  }

  private static TraceDigest digest(String id, String version, Instant at) {
    Run run = Run.of(id, Run.Dialect.OPENAI).version(version).at(at).user("Refund my order");
    run.calls("refund", "{\"order\":\"ZX-90417\"}");
    return Digests.of(run.view(), Map.of());
  }
}
