package dev.whyops.journal;

import static dev.whyops.journal.JournalTesting.SMALL;
import static dev.whyops.journal.JournalTesting.bytes;
import static dev.whyops.journal.JournalTesting.open;
import static dev.whyops.journal.JournalTesting.readAll;
import static dev.whyops.journal.JournalTesting.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SegmentJournalTest {
  @TempDir Path directory;

  @Test
  void keepsFramesInOrderAcrossFilesAndRestarts() throws Exception {
    List<String> sent = new ArrayList<>();
    for (int run = 0; run < 3; run++) {
      try (SegmentJournal journal = open(new FileDisk(directory))) {
        for (int i = 0; i < 50; i++) {
          String body = "run " + run + " frame " + i + " " + "x".repeat(i * 7);
          journal.appendDurably(FrameType.EVENTS, bytes(body));
          sent.add(body);
        }
        assertThat(readAll(journal)).isEqualTo(sent);
      }
    }
    assertThat(new FileDisk(directory).list()).hasSizeGreaterThan(3);
  }

  @ParameterizedTest
  @EnumSource(JournalSettings.Sync.class)
  void tellsEachReceiptOnceInOrder(JournalSettings.Sync sync) throws Exception {
    List<Long> durable = Collections.synchronizedList(new ArrayList<>());
    List<Long> written = Collections.synchronizedList(new ArrayList<>());
    CountDownLatch all = new CountDownLatch(300);
    Journal.Receipt receipt =
        new Journal.Receipt() {
          @Override
          public void written(long seq) {
            written.add(seq);
          }

          @Override
          public void durable(long seq) {
            durable.add(seq);
            all.countDown();
          }
        };
    try (SegmentJournal journal = open(new FileDisk(directory), SMALL.withSync(sync))) {
      for (int i = 0; i < 300; i++) {
        assertThat(journal.offer(FrameType.CALL_END, bytes("frame " + i), receipt)).isTrue();
      }
      all.await();
      try (JournalReader reader = journal.readFrom(0)) {
        for (int i = 0; i < 300; i++) {
          // A reader passes to the next file when the syncer has sealed the one before.
          assertThat(reader.next(Duration.ofSeconds(5))).as("frame %d", i).isNotNull();
        }
      }
    }
    assertThat(durable).hasSize(300).isSorted().doesNotHaveDuplicates();
    assertThat(written).isEqualTo(durable);
  }

  @Test
  void waitsForFramesThatBecomeDurable() throws Exception {
    try (SegmentJournal journal = open(new FileDisk(directory));
        JournalReader reader = journal.readFrom(0)) {
      assertThat(reader.next(Duration.ofMillis(10))).isNull();
      Thread.ofVirtual().start(() -> journal.appendDurably(FrameType.EVENTS, bytes("late")));
      Frame frame = Objects.requireNonNull(reader.next(Duration.ofSeconds(5)));
      assertThat(text(frame)).isEqualTo("late");
    }
  }

  @Test
  void refusesWhatTheQueueCannotHold() throws Exception {
    JournalSettings tiny =
        new JournalSettings(JournalSettings.Sync.GROUP, 4096, 100, Long.MAX_VALUE, 1, 0);
    try (SegmentJournal journal = open(new FileDisk(directory), tiny)) {
      List<String> reasons = new ArrayList<>();
      boolean taken =
          journal.offer(
              FrameType.EVENTS,
              new byte[200],
              new Journal.Receipt() {
                @Override
                public void lost(String reason) {
                  reasons.add(reason);
                }
              });
      assertThat(taken).isFalse();
      assertThat(reasons).containsExactly("journal_busy");
      assertThat(journal.stats().lostFrames()).isEqualTo(1);
      assertThat(journal.appendDurably(FrameType.EVENTS, bytes("fits"))).isPositive();
    }
  }

  @Test
  void writesFramesLargerThanAFile() throws Exception {
    byte[] large = new byte[3 * 1024 * 1024];
    new Random(1).nextBytes(large);
    JournalSettings settings =
        new JournalSettings(JournalSettings.Sync.GROUP, 4096, 64 << 20, Long.MAX_VALUE, 1, 0);
    try (SegmentJournal journal = open(new FileDisk(directory), settings)) {
      journal.appendDurably(FrameType.EVENTS, bytes("before"));
      journal.appendDurably(FrameType.CALL_OPEN, large);
      journal.appendDurably(FrameType.EVENTS, bytes("after"));
    }
    try (SegmentJournal journal = open(new FileDisk(directory), settings);
        JournalReader reader = journal.readFrom(2)) {
      Frame frame = Objects.requireNonNull(reader.tryNext());
      assertThat(Arrays.equals(frame.body(), large)).isTrue();
      assertThat(frame.type()).isEqualTo(FrameType.CALL_OPEN);
      assertThat(reader.tryNext()).isNotNull();
      assertThat(reader.tryNext()).isNull();
    }
  }

  @Test
  void deletesOnlyFilesThatLieWhollyBelow() throws Exception {
    FileDisk disk = new FileDisk(directory);
    try (SegmentJournal journal = open(disk)) {
      for (int i = 0; i < 40; i++) {
        journal.appendDurably(FrameType.EVENTS, new byte[500]);
      }
      int before = disk.list().size();
      journal.deleteBelow(20);
      assertThat(disk.list().size()).isBetween(2, before - 1);
      try (JournalReader reader = journal.readFrom(20)) {
        Frame frame = Objects.requireNonNull(reader.tryNext());
        assertThat(frame.seq()).isEqualTo(20);
      }
      journal.deleteBelow(Long.MAX_VALUE);
      assertThat(disk.list()).hasSize(1);
      assertThat(journal.appendDurably(FrameType.EVENTS, bytes("on"))).isEqualTo(41);
    }
  }

  @Test
  void numbersAboveWhatAStoreAlreadyHolds() throws Exception {
    try (SegmentJournal journal =
        SegmentJournal.open(new FileDisk(directory), SMALL, Clock.systemUTC(), 1000)) {
      assertThat(journal.appendDurably(FrameType.EVENTS, bytes("x"))).isEqualTo(1001);
    }
  }

  @Test
  @DisplayName("F-29 a second process is refused, a lock left behind is taken over")
  void locksTheDirectory() throws Exception {
    try (DirectoryLock held = DirectoryLock.take(directory)) {
      assertThat(held).isNotNull();
      assertThatThrownBy(() -> DirectoryLock.take(directory))
          .isInstanceOf(JournalException.class)
          .hasMessageContaining("another process uses the data directory")
          .hasMessageNotContaining("\n");
    }
    DirectoryLock.take(directory).close();
  }

  @Test
  @DisplayName("F-35 a journal of a later format is refused in one line")
  void refusesALaterFormat() throws Exception {
    new FileDisk(directory).create("00000000000000000001.j2").close();
    assertThatThrownBy(() -> open(new FileDisk(directory)))
        .isInstanceOf(JournalException.class)
        .hasMessageContaining("format 2");
  }
}
