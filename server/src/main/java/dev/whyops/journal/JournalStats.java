package dev.whyops.journal;

/**
 * What the journal has to say about itself at one moment.
 *
 * @param backlogBytes bytes on disk, drained or not
 * @param queuedBytes bytes that wait for the writer
 * @param lostFrames frames that were refused or could not be kept
 * @param failedSyncs syncs that the disk refused
 * @param damagedBytes bytes that recovery had to step over
 */
public record JournalStats(
    long lastWrittenSeq,
    long lastDurableSeq,
    long backlogBytes,
    long queuedBytes,
    long lostFrames,
    long failedSyncs,
    long damagedBytes) {}
