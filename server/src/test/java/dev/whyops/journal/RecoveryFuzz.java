package dev.whyops.journal;

import dev.whyops.fuzz.Oracle;
import java.time.Clock;
import java.util.List;
import java.util.Random;

/** Journals: whatever lies in the newest file, recovery ends and the journal takes new frames. */
public final class RecoveryFuzz {
  private static final JournalSettings SETTINGS =
      new JournalSettings(JournalSettings.Sync.NONE, 1 << 20, 1 << 20, 1L << 30, 0.99, 0);

  private RecoveryFuzz() {}

  public static void fuzzerTestOneInput(byte[] data) {
    SimDisk disk = new SimDisk(new Random(1));
    disk.put(Segment.startingAt(1).name, data);
    try (SegmentJournal journal = SegmentJournal.open(disk, SETTINGS, Clock.systemUTC(), 0)) {
      List<String> before = JournalTesting.readAll(journal);
      journal.appendDurably(FrameType.EVENTS, JournalTesting.bytes("new"));
      List<String> after = JournalTesting.readAll(journal);
      Oracle.same(before.size() + 1, after.size(), "number of frames");
      Oracle.same("new", after.getLast(), "newest frame");
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
