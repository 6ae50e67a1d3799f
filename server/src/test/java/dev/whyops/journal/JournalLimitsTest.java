package dev.whyops.journal;

import static dev.whyops.journal.JournalTesting.SMALL;
import static dev.whyops.journal.JournalTesting.bytes;
import static dev.whyops.journal.JournalTesting.open;
import static dev.whyops.journal.JournalTesting.readAll;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the journal refuses, counts and tells of itself. */
class JournalLimitsTest {
  private final SimDisk disk = new SimDisk(new Random(1));

  /** Notes whatever it is told. */
  private static final class Notes implements Journal.Receipt {
    final List<String> told = Collections.synchronizedList(new ArrayList<>());
    final CountDownLatch settled = new CountDownLatch(1);

    @Override
    public void written(long seq) {
      told.add("written " + seq);
    }

    @Override
    public void durable(long seq) {
      told.add("durable " + seq);
      settled.countDown();
    }

    @Override
    public void lost(String reason) {
      told.add("lost " + reason);
      settled.countDown();
    }

    List<String> await() throws InterruptedException {
      assertThat(settled.await(30, TimeUnit.SECONDS)).isTrue();
      return List.copyOf(told);
    }
  }

  private static void until(BooleanSupplier holds) throws InterruptedException {
    long endNs = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (!holds.getAsBoolean()) {
      assertThat(System.nanoTime()).as("in time").isLessThan(endNs);
      Thread.sleep(1);
    }
  }

  @Test
  @DisplayName("F-32 a closed journal refuses, and what it took before is there")
  void refusesOnceClosed() throws Exception {
    SegmentJournal journal = open(disk);
    List<Notes> taken = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      taken.add(new Notes());
      assertThat(journal.offer(FrameType.CALL_END, bytes("frame " + i), taken.getLast())).isTrue();
    }
    journal.close();
    for (int i = 0; i < 100; i++) {
      assertThat(taken.get(i).told).containsExactly("written " + (i + 1), "durable " + (i + 1));
    }
    Notes late = new Notes();
    assertThat(journal.offer(FrameType.CALL_END, bytes("late"), late)).isFalse();
    assertThat(late.told).containsExactly("lost shutting_down");
    assertThatThrownBy(() -> journal.appendDurably(FrameType.EVENTS, bytes("late")))
        .isInstanceOfSatisfying(
            JournalException.class, e -> assertThat(e.code()).isEqualTo("shutting_down"));
    assertThat(journal.stats().lostFrames()).isEqualTo(2);
    assertThat(disk.asked()).last().asString().startsWith("close ");
    try (SegmentJournal again = open(disk)) {
      assertThat(readAll(again)).hasSize(100);
    }
  }

  @Test
  void closesThoughInterrupted() throws Exception {
    SegmentJournal journal = open(disk);
    Notes notes = new Notes();
    journal.offer(FrameType.CALL_END, bytes("frame"), notes);
    Thread.currentThread().interrupt();
    journal.close();
    assertThat(Thread.interrupted()).isTrue();
    assertThat(notes.told).containsExactly("written 1", "durable 1");
  }

  @Test
  void anInterruptedCallerIsTold() throws Exception {
    try (SegmentJournal journal = open(disk)) {
      Thread.currentThread().interrupt();
      assertThatThrownBy(() -> journal.appendDurably(FrameType.EVENTS, bytes("x")))
          .isInstanceOfSatisfying(
              JournalException.class, e -> assertThat(e.code()).isEqualTo("shutting_down"));
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  @Test
  void refusesAFrameThatNoReaderWouldTake() throws Exception {
    try (SegmentJournal journal = open(disk)) {
      byte[] most = new byte[Frame.BODY_BYTES_MAX];
      Notes notes = new Notes();
      assertThat(journal.offer(FrameType.EVENTS, most, notes)).isFalse();
      assertThat(journal.offer(FrameType.EVENTS, new byte[most.length + 1], notes)).isFalse();
      assertThat(notes.told).containsExactly("lost journal_busy", "lost frame_too_large");
    }
  }

  @Test
  void countsWhatItHolds() throws Exception {
    try (SegmentJournal journal = SegmentJournal.open(disk, SMALL, Clock.systemUTC(), 40)) {
      assertThat(journal.stats()).isEqualTo(new JournalStats(40, 40, 0, 0, 0, 0, 0));
      journal.appendDurably(FrameType.EVENTS, bytes("four"));
      journal.appendDurably(FrameType.EVENTS, bytes("four"));
      until(() -> journal.stats().queuedBytes() == 0);
      assertThat(journal.stats()).isEqualTo(new JournalStats(42, 42, 58, 0, 0, 0, 0));
    }
  }

  @Test
  void stampsFramesWithTheClock() throws Exception {
    Instant now = Instant.parse("2026-03-01T10:20:30.123456789Z");
    try (SegmentJournal journal =
        SegmentJournal.open(disk, SMALL, Clock.fixed(now, ZoneOffset.UTC), 0)) {
      journal.appendDurably(FrameType.EVENTS, bytes("x"));
      try (JournalReader reader = journal.readFrom(0)) {
        assertThat(Objects.requireNonNull(reader.tryNext()).timeNs())
            .isEqualTo(now.getEpochSecond() * 1_000_000_000L + 123_456_789L);
      }
    }
  }

  @ParameterizedTest(name = "F-12 beyond the mark, {0}")
  @EnumSource(FrameType.class)
  void refusesWhatBeginsAndTakesWhatEnds(FrameType type) throws Exception {
    JournalSettings settings =
        new JournalSettings(JournalSettings.Sync.GROUP, 500, 1 << 20, 1_000, 1.0, 0);
    try (SegmentJournal journal = open(disk, settings)) {
      journal.appendDurably(FrameType.CALL_END, new byte[975]); // 1,000 bytes: just not beyond
      until(() -> journal.fullness() == 1.0);
      assertThat(journal.offer(type, bytes("fits"), Journal.Receipt.NONE)).isTrue();
      journal.appendDurably(FrameType.TOMBSTONE, bytes("full now"));
      until(() -> journal.fullness() > 1.0);
      until(() -> journal.offer(type, bytes("x"), Journal.Receipt.NONE) == finishes(type));
      Notes notes = new Notes();
      assertThat(journal.offer(type, bytes("y"), notes)).isEqualTo(finishes(type));
      assertThat(notes.await().getLast())
          .startsWith(finishes(type) ? "durable " : "lost storage_full");
      journal.deleteBelow(Long.MAX_VALUE);
      until(() -> journal.offer(type, bytes("z"), Journal.Receipt.NONE));
    }
  }

  private static boolean finishes(FrameType type) {
    return type != FrameType.EVENTS && type != FrameType.CALL_OPEN;
  }

  @Test
  @DisplayName("F-12 of a nearly full disk it takes no more than its share")
  void leavesOthersRoomOnTheDisk() throws Exception {
    JournalSettings settings =
        new JournalSettings(JournalSettings.Sync.GROUP, 500, 1 << 20, Long.MAX_VALUE, 0.5, 0);
    disk.capacity(4_000);
    try (SegmentJournal journal = open(disk, settings)) {
      journal.appendDurably(FrameType.EVENTS, new byte[475]);
      until(() -> journal.fullness() > 0);
      assertThat(journal.fullness()).isCloseTo(0.25, within(0.001));
      journal.appendDurably(FrameType.CALL_END, new byte[1_600]);
      until(() -> journal.fullness() > 1);
      assertThatThrownBy(() -> journal.appendDurably(FrameType.EVENTS, bytes("no")))
          .isInstanceOf(JournalException.class);
    }
  }

  @Test
  @DisplayName("F-12 a frame that the full disk refused is counted, told, and its room given back")
  void tellsWhatItCouldNotWrite() throws Exception {
    JournalSettings settings =
        new JournalSettings(JournalSettings.Sync.GROUP, 1 << 20, 2_000, Long.MAX_VALUE, 1, 0);
    try (SegmentJournal journal = open(disk, settings)) {
      for (int i = 0; i < 10; i++) { // more than the queue holds at once
        disk.failWrite(2L * i + 1);
        assertThatThrownBy(() -> journal.appendDurably(FrameType.EVENTS, new byte[1_000]))
            .isInstanceOfSatisfying(
                JournalException.class, e -> assertThat(e.code()).isEqualTo("storage_full"));
        until(() -> journal.stats().queuedBytes() == 0);
        assertThat(journal.appendDurably(FrameType.EVENTS, new byte[1_000])).isEqualTo(i + 1);
        until(() -> journal.stats().queuedBytes() == 0);
      }
      assertThat(journal.stats().lostFrames()).isEqualTo(10);
    }
  }

  @Test
  @DisplayName("F-12 a new file for which there is no room is made of the reserve")
  void opensAFileFromTheReserve() throws Exception {
    JournalSettings settings =
        new JournalSettings(JournalSettings.Sync.GROUP, 600, 1 << 20, Long.MAX_VALUE, 1.0, 5_000);
    try (SegmentJournal journal = open(disk, settings)) {
      journal.appendDurably(FrameType.CALL_END, new byte[500]);
      until(() -> disk.list().contains("reserve"));
      disk.refuseOnce("create");
      journal.appendDurably(FrameType.CALL_END, new byte[501]);
      assertThat(disk.asked()).containsSubsequence("close reserve", "delete reserve");
      until(() -> disk.asked().stream().anyMatch(asked -> asked.startsWith("close 0")));
      assertThat(readAll(journal)).hasSize(2);
    }
  }

  @Test
  @DisplayName("F-12 without a reserve, a file that cannot be opened costs the frames of its group")
  void losesWhatHasNoFile() throws Exception {
    disk.refuseOnce("create");
    try (SegmentJournal journal = open(disk)) {
      assertThatThrownBy(() -> journal.appendDurably(FrameType.EVENTS, bytes("no file")))
          .isInstanceOfSatisfying(
              JournalException.class, e -> assertThat(e.code()).isEqualTo("storage_full"));
      assertThat(journal.appendDurably(FrameType.EVENTS, bytes("next"))).isEqualTo(1);
    }
  }

  @Test
  void aReceiptThatThrowsHoldsUpNobody() throws Exception {
    try (SegmentJournal journal = open(disk)) {
      journal.offer(
          FrameType.CALL_END,
          bytes("broken"),
          new Journal.Receipt() {
            @Override
            public void written(long seq) {
              throw new IllegalStateException("broken");
            }
          });
      Notes notes = new Notes();
      journal.offer(FrameType.CALL_END, bytes("next"), notes);
      assertThat(notes.await()).containsExactly("written 2", "durable 2");
      assertThat(readAll(journal)).containsExactly("broken", "next");
    }
  }

  @Test
  @DisplayName("more than one group, by bytes and by number, comes out whole and in order")
  void writesGroupsInOrder() throws Exception {
    int fileBytes = 5 << 20;
    JournalSettings wide =
        new JournalSettings(
            JournalSettings.Sync.GROUP, fileBytes, 64 << 20, Long.MAX_VALUE, 1.0, 0);
    CompletableFuture<Void> go = new CompletableFuture<>();
    List<String> sent = new ArrayList<>();
    SegmentJournal journal = open(disk, wide);
    journal.offer(
        FrameType.CALL_END,
        bytes("first"),
        new Journal.Receipt() {
          @Override
          public void written(long seq) {
            go.join(); // the writer stands while the others come
          }
        });
    sent.add("first");
    for (int i = 0; i < 9_000; i++) {
      sent.add("frame " + i + (i % 1_000 == 0 && i < 4_500 ? "x".repeat(1_900_000) : ""));
      assertThat(journal.offer(FrameType.CALL_CHUNK, bytes(sent.getLast()), Journal.Receipt.NONE))
          .isTrue();
    }
    sent.add("y".repeat(fileBytes)); // larger than a group and than a file
    journal.offer(FrameType.CALL_CHUNK, bytes(sent.getLast()), Journal.Receipt.NONE);
    assertThat(journal.stats().queuedBytes()).isGreaterThan(14L << 20);
    go.complete(null);
    journal.close();
    assertThat(journal.stats().queuedBytes()).isZero();
    assertThat(disk.list().stream().map(name -> disk.content(name).length))
        .filteredOn(length -> length > fileBytes)
        .as("files beyond their bound: that of the large frame alone")
        .containsExactly(fileBytes + Frame.OVERHEAD_BYTES);
    try (SegmentJournal again = open(disk, wide)) {
      assertThat(readAll(again)).isEqualTo(sent);
    }
  }

  @Test
  @DisplayName("a journal that nobody uses leaves the processor alone")
  void restsWhenIdle() throws Exception {
    try (SegmentJournal journal = open(disk)) {
      journal.appendDurably(FrameType.EVENTS, bytes("x"));
      ThreadMXBean threads = ManagementFactory.getThreadMXBean();
      List<Long> own =
          Thread.getAllStackTraces().keySet().stream()
              .filter(thread -> thread.getName().startsWith("journal-"))
              .map(Thread::threadId)
              .toList();
      assertThat(own).hasSizeGreaterThanOrEqualTo(2);
      long before = own.stream().mapToLong(threads::getThreadCpuTime).sum();
      long beganNs = System.nanoTime();
      Thread.sleep(400);
      long usedNs = own.stream().mapToLong(threads::getThreadCpuTime).sum() - before;
      assertThat(usedNs).isLessThan((System.nanoTime() - beganNs) / 8);
    }
  }

  @Test
  void aReaderWaitsAsLongAsItIsTold() throws Exception {
    try (SegmentJournal journal = open(disk);
        JournalReader reader = journal.readFrom(0)) {
      long beganNs = System.nanoTime();
      assertThat(reader.next(Duration.ofMillis(40))).isNull();
      assertThat(System.nanoTime() - beganNs).isGreaterThan(35_000_000);
      journal.appendDurably(FrameType.EVENTS, bytes("x"));
      assertThat(reader.next(Duration.ZERO)).isNotNull();
    }
    assertThat(disk.asked()).filteredOn(asked -> asked.startsWith("open")).hasSize(1);
    assertThat(disk.asked()).filteredOn(asked -> asked.startsWith("close")).hasSize(2);
  }

  @Test
  @DisplayName("a reader that waits leaves the processor alone")
  void aReaderRestsWhileItWaits() throws Exception {
    try (SegmentJournal journal = open(disk);
        JournalReader reader = journal.readFrom(0)) {
      ThreadMXBean threads = ManagementFactory.getThreadMXBean();
      long before = threads.getCurrentThreadCpuTime();
      assertThat(reader.next(Duration.ofMillis(400))).isNull();
      assertThat(threads.getCurrentThreadCpuTime() - before).isLessThan(50_000_000);
    }
  }

  @Test
  void aReaderClosesTheFilesThatItLeaves() throws Exception {
    try (SegmentJournal journal = open(disk)) {
      for (int i = 0; i < 10; i++) {
        journal.appendDurably(FrameType.EVENTS, new byte[3_000]);
      }
      until(() -> disk.asked().stream().filter(a -> a.startsWith("close")).count() == 9);
      assertThat(readAll(journal)).hasSize(10);
      assertThat(disk.asked()).filteredOn(a -> a.startsWith("open")).hasSize(10);
      assertThat(disk.asked()).filteredOn(a -> a.startsWith("close")).hasSize(19);
    }
  }
}
