package dev.whyops.record;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whyops.event.Event;
import dev.whyops.event.IngestTesting;
import dev.whyops.journal.FrameType;
import dev.whyops.project.ProjectId;
import dev.whyops.project.ProjectScope;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DrainFaultsTest {
  @TempDir Path directory;

  private static String event(String trace, int content) {
    return "{\"eventType\":\"user_message\",\"traceId\":\""
        + trace
        + "\",\"agentName\":\"a\",\"content\":"
        + content
        + "}";
  }

  private static List<String> contents(IngestTesting path, String trace) throws Exception {
    return path.trace(trace)
        .map(t -> t.events().stream().map(Event::contentJson).toList())
        .orElse(List.of());
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + 10_000_000_000L;
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("in time").isLessThan(deadline);
      Thread.sleep(5);
    }
  }

  @Test
  @DisplayName("F-08 while the store is down events are taken, afterwards all are there in order")
  void waitsForTheStore() throws Exception {
    try (IngestTesting path = new IngestTesting(directory)) {
      path.faults.down(true);
      for (int i = 0; i < 20; i++) {
        assertThat(path.post(event("t", i)).status()).isEqualTo(202);
      }
      Thread.sleep(200);
      assertThat(path.drain.progress().storeDown()).isTrue();
      assertThat(path.drain.progress().behindFrames()).isEqualTo(20);
      path.faults.down(false);
      assertThat(contents(path, "t")).hasSize(20).startsWith("0", "1", "2").endsWith("19");
      assertThat(path.drain.progress().storeDown()).isFalse();
      assertThat(path.deadLetter.count()).isZero();
    }
  }

  @Test
  @DisplayName("F-08 while the steps of a trace cannot be read its events wait, and none is buried")
  void waitsForSteps() throws Exception {
    try (IngestTesting path = new IngestTesting(directory)) {
      path.faults.stepsDownOf("t2");
      String marked = event("t1", 1).replace("{", "{\"idempotencyKey\":\"once\",");
      path.post("[" + marked + "," + event("t1", 2) + "," + event("t2", 3) + "]");
      await(() -> path.drain.progress().storeDown());
      path.faults.stepsDownOf("");
      assertThat(contents(path, "t1")).containsExactly("1", "2");
      assertThat(contents(path, "t2")).containsExactly("3");
      assertThat(path.trace("t1").orElseThrow().events())
          .extracting(e -> e.place().stepId())
          .containsExactly(1, 2);
      assertThat(path.deadLetter.count()).isZero();
      assertThat(path.drain.progress().storeDown()).isFalse();
    }
  }

  @Test
  @DisplayName("F-38 an event that the store always refuses goes to the dead letter, others go on")
  void buriesPoison() throws Exception {
    try (IngestTesting path = new IngestTesting(directory)) {
      path.faults.poison(l -> l.event().contentJson().equals("3"));
      for (int i = 0; i < 6; i++) {
        path.post(event("t", i));
      }
      assertThat(contents(path, "t")).containsExactly("0", "1", "2", "4", "5");
      assertThat(path.deadLetter.count()).isEqualTo(1);
      path.faults.poison(l -> false);
      assertThat(path.deadLetter.redrive(path.journal)).isEqualTo(1);
      assertThat(contents(path, "t")).contains("3").hasSize(6);
      assertThat(path.deadLetter.count()).isZero();
    }
  }

  @Test
  @DisplayName("F-38 a project's frames are sent again alone, and are no repetition of themselves")
  void redrivesByProject() throws Exception {
    ProjectId other = new ProjectId("prj_00000000000000000002");
    try (IngestTesting path = new IngestTesting(directory)) {
      path.faults.poison(l -> true);
      path.post(event("t", 1).replace("{", "{\"idempotencyKey\":\"once\","));
      byte[] theirs = event("t", 2).getBytes(StandardCharsets.UTF_8);
      path.post(path.counts, theirs, Map.of(), Map.of(), other);
      path.journal.appendDurably(FrameType.EVENTS, "garbage".getBytes(StandardCharsets.UTF_8));
      path.settle();
      path.faults.poison(l -> false);
      assertThat(path.deadLetter.count()).isEqualTo(3);
      assertThat(path.deadLetter.count(IngestTesting.PROJECT)).isEqualTo(1);
      assertThat(path.deadLetter.redrive(path.journal, IngestTesting.PROJECT)).isEqualTo(1);
      assertThat(contents(path, "t")).containsExactly("1");
      assertThat(path.deadLetter.count(IngestTesting.PROJECT)).isZero();
      assertThat(path.deadLetter.count(other)).isEqualTo(1);
      assertThat(path.deadLetter.count()).isEqualTo(2);
    }
  }

  @Test
  @DisplayName("F-38 a frame that cannot be decoded goes to the dead letter")
  void buriesGarbage() throws Exception {
    try (IngestTesting path = new IngestTesting(directory)) {
      path.journal.appendDurably(FrameType.EVENTS, "garbage".getBytes(StandardCharsets.UTF_8));
      path.post(event("t", 1));
      assertThat(contents(path, "t")).containsExactly("1");
      assertThat(path.deadLetter.count()).isEqualTo(1);
    }
  }

  @Test
  @DisplayName("F-39 an uncaught error restarts the drain, is counted, and after three not healthy")
  void restarts() throws Exception {
    try (IngestTesting path = new IngestTesting(directory)) {
      path.faults.errors(3);
      path.post(event("t", 1));
      assertThat(contents(path, "t")).containsExactly("1");
      assertThat(path.drain.progress().restarts()).isEqualTo(3);
      assertThat(path.drain.healthy()).isFalse();
    }
  }

  @Test
  @DisplayName("F-08 a damaged write-ahead log is set aside and replayed from the journal")
  void survivesADamagedLog() throws Exception {
    List<String> expected = new ArrayList<>();
    try (IngestTesting path = new IngestTesting(directory)) {
      for (int i = 0; i < 50; i++) {
        path.post(event("t", i));
        expected.add(Integer.toString(i));
      }
      path.settle();
      copyFiles(directory.resolve("events"), directory.resolve("crashed"));
    }
    // As a crash leaves it: the log not folded into the file, and damaged.
    deleteFiles(directory.resolve("events"));
    copyFiles(directory.resolve("crashed"), directory.resolve("events"));
    try (Stream<Path> files = Files.list(directory.resolve("events"))) {
      for (Path wal : files.filter(f -> f.toString().endsWith(".wal")).toList()) {
        try (RandomAccessFile file = new RandomAccessFile(wal.toFile(), "rw")) {
          for (long at = 20; at < Math.min(file.length(), 4000); at += 7) {
            file.seek(at);
            file.write(0xA5);
          }
        }
      }
    }
    try (IngestTesting path = new IngestTesting(directory)) {
      assertThat(contents(path, "t")).isEqualTo(expected);
      assertThat(path.reader.trace(new ProjectScope(IngestTesting.PROJECT), "t", null, 10))
          .isPresent();
    }
  }

  private static void copyFiles(Path from, Path to) throws Exception {
    Files.createDirectories(to);
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.copy(file, to.resolve(file.getFileName().toString()));
      }
    }
  }

  private static void deleteFiles(Path folder) throws Exception {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.delete(file);
      }
    }
  }
}
