package dev.whyops.journal;

/**
 * Limits and promises of the journal.
 *
 * @param segmentBytes a file is closed before it grows beyond this
 * @param queueBytes frames that wait for the writer, in bytes
 * @param backlogBytesMax files that are not drained yet; beyond it new events and calls are refused
 * @param diskShareMax the same as a share of what the file system can still give, 0-1
 * @param reserveBytes kept aside and freed when the disk is full, to finish what is under way
 */
public record JournalSettings(
    Sync sync,
    long segmentBytes,
    long queueBytes,
    long backlogBytesMax,
    double diskShareMax,
    long reserveBytes) {
  private static final long MIB = 1024 * 1024;

  public static final JournalSettings DEFAULT =
      new JournalSettings(Sync.GROUP, 64 * MIB, 64 * MIB, 20 * 1024 * MIB, 0.8, 64 * MIB);

  /** When a frame counts as durable. */
  public enum Sync {
    /** After an fdatasync that many frames share. */
    GROUP,
    /** After the write; a sync follows within 50 ms. */
    INTERVAL_50MS,
    /** After the write; the kernel syncs when it likes. */
    NONE
  }

  public JournalSettings withSync(Sync other) {
    return new JournalSettings(
        other, segmentBytes, queueBytes, backlogBytesMax, diskShareMax, reserveBytes);
  }
}
