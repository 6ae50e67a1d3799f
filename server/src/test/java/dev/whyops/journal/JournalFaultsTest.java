package dev.whyops.journal;

import static dev.whyops.journal.JournalTesting.SMALL;
import static dev.whyops.journal.JournalTesting.bytes;
import static dev.whyops.journal.JournalTesting.open;
import static dev.whyops.journal.JournalTesting.readAll;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whyops.kit.Schedule;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What was acknowledged is there, whatever the disk does. */
class JournalFaultsTest {
  private static final int SEEDS = Schedule.pick(300, 3_000, 10_000);

  /** Offers frames and notes what became of each. */
  private static final class Sender {
    final Set<String> acked = Collections.synchronizedSet(new HashSet<>());
    final Set<String> lost = Collections.synchronizedSet(new HashSet<>());
    final List<String> sent = new ArrayList<>();

    void send(SegmentJournal journal, int count, int bodyBytesMax, Random random)
        throws InterruptedException {
      CountDownLatch settled = new CountDownLatch(count);
      for (int i = 0; i < count; i++) {
        String body = "frame " + sent.size() + " " + "x".repeat(random.nextInt(bodyBytesMax));
        sent.add(body);
        journal.offer(
            FrameType.EVENTS,
            bytes(body),
            new Journal.Receipt() {
              @Override
              public void durable(long seq) {
                acked.add(body);
                settled.countDown();
              }

              @Override
              public void lost(String reason) {
                lost.add(body);
                settled.countDown();
              }
            });
        if (random.nextInt(8) == 0) {
          Thread.onSpinWait();
        }
      }
      settled.await();
    }
  }

  @Test
  @DisplayName("F-05 after a loss of power all acknowledged frames are there, once, in order")
  void survivesTheLossOfPower() {
    Schedule.seeds(SEEDS, JournalFaultsTest::surviveTheLossOfPower);
  }

  private static void surviveTheLossOfPower(long seed) throws Exception {
    Random random = new Random(seed);
    SimDisk disk = new SimDisk(random).shortWrites();
    Sender sender = new Sender();
    SegmentJournal journal = open(disk);
    sender.send(journal, 1 + random.nextInt(40), 300, random);
    for (int i = 0; i < 10; i++) { // in flight while the power goes
      journal.offer(FrameType.EVENTS, bytes("frame late " + i), Journal.Receipt.NONE);
    }
    SimDisk after = disk.crash();
    journal.close();
    try (SegmentJournal again = open(after)) {
      again.appendDurably(FrameType.EVENTS, bytes("frame new"));
      List<String> found = readAll(again);
      assertThat(found).containsAll(sender.acked).endsWith("frame new").doesNotHaveDuplicates();
      found.removeAll(sender.sent);
      assertThat(found).allMatch(f -> f.startsWith("frame late ") || f.equals("frame new"));
    }
  }

  @Test
  @DisplayName(
      "F-06, F-07 failing syncs and writes: what is acknowledged is there, what is lost is not")
  void survivesFailingSystemCalls() {
    Schedule.seeds(SEEDS, JournalFaultsTest::surviveFailingSystemCalls);
  }

  private static void surviveFailingSystemCalls(long seed) throws Exception {
    Random random = new Random(seed);
    SimDisk disk = new SimDisk(random).shortWrites().failWrite(1 + random.nextInt(20));
    int from = 1 + random.nextInt(5);
    disk.failSyncs(from, from + random.nextInt(3));
    Sender sender = new Sender();
    try (SegmentJournal journal = open(disk)) {
      for (int i = 0; i < 12; i++) {
        sender.send(journal, 1 + random.nextInt(8), 900, random);
      }
      journal.appendDurably(FrameType.EVENTS, bytes("healthy again"));
      List<String> found = readAll(journal);
      assertThat(found).containsAll(sender.acked).doesNotHaveDuplicates();
      assertThat(found).doesNotContainAnyElementsOf(sender.lost).endsWith("healthy again");
      assertThat(found).hasSize(sender.acked.size() + 1);
    }
    try (SegmentJournal again = open(disk.crash())) {
      assertThat(readAll(again)).containsAll(sender.acked).doesNotHaveDuplicates();
    }
  }

  @Test
  @DisplayName("F-06 a file whose sync failed is never written or synced again")
  void givesUpAFileWhoseSyncFailed() throws Exception {
    SimDisk disk = new SimDisk(new Random(1)).failSyncs(2, 2);
    try (SegmentJournal journal = open(disk)) {
      journal.appendDurably(FrameType.EVENTS, bytes("one"));
      assertThatThrownBy(() -> journal.appendDurably(FrameType.EVENTS, bytes("two")))
          .isInstanceOf(JournalException.class)
          .extracting(e -> ((JournalException) e).code())
          .isEqualTo("storage_unavailable");
      journal.appendDurably(FrameType.EVENTS, bytes("three"));
      assertThat(readAll(journal)).containsExactly("one", "three");
      assertThat(disk.list()).hasSize(2);
      assertThat(journal.stats().failedSyncs()).isEqualTo(1);
    }
  }

  @Test
  @DisplayName("F-12 a full disk refuses before the acknowledgement and recovers without restart")
  void refusesWhenTheDiskIsFull() throws Exception {
    SimDisk disk = new SimDisk(new Random(1)).capacity(3000);
    try (SegmentJournal journal = open(disk)) {
      List<String> acked = new ArrayList<>();
      int refused = 0;
      for (int i = 0; i < 20; i++) {
        String body = i + "x".repeat(300);
        try {
          journal.appendDurably(FrameType.EVENTS, bytes(body));
          acked.add(body);
        } catch (JournalException e) {
          assertThat(e.code()).isEqualTo("storage_full");
          refused++;
        }
      }
      assertThat(refused).isPositive();
      assertThat(readAll(journal)).isEqualTo(acked);
      disk.capacity(1_000_000);
      Thread.sleep(150); // the writer looks at the space about ten times a second
      journal.appendDurably(FrameType.EVENTS, bytes("room again"));
      acked.add("room again");
      assertThat(readAll(journal)).isEqualTo(acked);
    }
  }

  @Test
  @DisplayName("F-12 the reserve finishes calls under way when the disk is full")
  void finishesCallsFromTheReserve() throws Exception {
    JournalSettings settings =
        new JournalSettings(
            JournalSettings.Sync.GROUP, 1 << 20, 1 << 20, Long.MAX_VALUE, 1.0, 20_000);
    SimDisk disk = new SimDisk(new Random(1)).capacity(100_000);
    try (SegmentJournal journal = open(disk, settings)) {
      Thread.sleep(250);
      assertThat(disk.list()).contains("reserve");
      disk.capacity(20_100);
      journal.appendDurably(FrameType.CALL_END, new byte[5_000]);
      assertThat(disk.list()).doesNotContain("reserve");
      assertThat(readAll(journal)).hasSize(1);
    }
  }

  @Test
  @Tag("long")
  @DisplayName("F-11 any flipped byte costs the frame it is in and nothing else")
  void survivesEveryFlippedByte() throws Exception {
    SimDisk written = new SimDisk(new Random(1));
    JournalSettings settings =
        new JournalSettings(JournalSettings.Sync.GROUP, 1 << 20, 1 << 20, Long.MAX_VALUE, 1, 0);
    List<String> sent = new ArrayList<>();
    List<Integer> ends = new ArrayList<>();
    Random random = new Random(7);
    try (SegmentJournal journal = open(written, settings)) {
      int end = 0;
      while (end < 64 * 1024) {
        String body = "frame " + sent.size() + " " + "y".repeat(random.nextInt(1500));
        journal.appendDurably(FrameType.EVENTS, bytes(body));
        sent.add(body);
        end += body.length() + Frame.OVERHEAD_BYTES;
        ends.add(end);
      }
    }
    String name = written.list().getFirst();
    byte[] good = written.content(name);
    assertThat(good).hasSize(ends.getLast());
    int frame = 0;
    for (int at = 0; at < good.length; at++) {
      if (at == ends.get(frame)) {
        frame++;
      }
      byte[] bad = good.clone();
      bad[at] ^= (byte) (1 << random.nextInt(8));
      SimDisk disk = new SimDisk(random);
      disk.put(name, bad);
      List<String> expected = new ArrayList<>(sent);
      expected.remove(frame);
      Segments segments = new Segments(disk);
      segments.recover();
      assertThat(read(new JournalReader(disk, segments, 0))).as("byte %d", at).isEqualTo(expected);
    }
  }

  private static List<String> read(JournalReader reader) throws Exception {
    List<String> texts = new ArrayList<>();
    for (Frame frame = reader.tryNext(); frame != null; frame = reader.tryNext()) {
      texts.add(JournalTesting.text(frame));
    }
    reader.close();
    return texts;
  }

  @Test
  @DisplayName("F-11 damage inside is kept aside and counted, torn and zero-filled tails are cut")
  void tellsDamageFromATornTail() throws Exception {
    SimDisk disk = new SimDisk(new Random(1));
    try (SegmentJournal journal = open(disk)) {
      for (int i = 0; i < 3; i++) {
        journal.appendDurably(FrameType.EVENTS, bytes("frame " + i));
      }
    }
    String name = disk.list().getFirst();
    byte[] content = disk.content(name);
    content[Frame.OVERHEAD_BYTES + 10] ^= 1; // inside the first or second frame
    byte[] torn = java.util.Arrays.copyOf(content, content.length + 500);
    disk.put(name, torn);
    try (SegmentJournal again = open(disk)) {
      assertThat(readAll(again)).hasSize(2);
      assertThat(again.stats().damagedBytes()).isEqualTo(Frame.OVERHEAD_BYTES + 7);
      assertThat(disk.content(name)).hasSize(content.length);
      assertThat(disk.list()).anyMatch(n -> n.startsWith("quarantine-"));
    }
  }

  @Test
  @DisplayName("F-11 a missing and a duplicate segment cost nothing but what is missing")
  void survivesMissingAndDuplicateSegments() throws Exception {
    SimDisk disk = new SimDisk(new Random(1));
    List<String> sent = new ArrayList<>();
    try (SegmentJournal journal = open(disk)) {
      for (int i = 0; i < 30; i++) {
        sent.add(i + "z".repeat(700));
        journal.appendDurably(FrameType.EVENTS, bytes(sent.getLast()));
      }
    }
    List<String> names = disk.list();
    assertThat(names.size()).isGreaterThan(3);
    Segment first = Segment.existing(names.getFirst());
    disk.put(Segment.startingAt(first.firstSeq + 1).name, disk.content(names.getFirst()));
    try (SegmentJournal again = open(disk)) {
      assertThat(readAll(again)).isEqualTo(sent);
    }
    disk.delete(names.get(2));
    try (SegmentJournal again = open(disk)) {
      List<String> found = readAll(again);
      assertThat(sent).containsAll(found);
      assertThat(found.size()).isBetween(20, 29);
      assertThat(found).contains(sent.getFirst(), sent.getLast());
    }
  }

  @Test
  void refusesEventsBeyondTheHighWaterMarkButFinishesCalls() throws Exception {
    JournalSettings settings =
        new JournalSettings(JournalSettings.Sync.GROUP, 1000, 1 << 20, 3000, 1.0, 0);
    try (SegmentJournal journal = open(new SimDisk(new Random(1)), settings)) {
      for (int i = 0; i < 8; i++) {
        journal.appendDurably(FrameType.CALL_END, new byte[600]);
      }
      Thread.sleep(150);
      assertThatThrownBy(() -> journal.appendDurably(FrameType.EVENTS, bytes("no")))
          .isInstanceOf(JournalException.class);
      journal.appendDurably(FrameType.CALL_END, bytes("yes"));
      journal.deleteBelow(Long.MAX_VALUE);
      Thread.sleep(150);
      journal.appendDurably(FrameType.EVENTS, bytes("now"));
    }
    assertThat(SMALL.backlogBytesMax()).isEqualTo(Long.MAX_VALUE);
  }
}
