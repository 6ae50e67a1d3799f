/**
 * How is it never lost? An append-only file with checksums is the point of durability. Reading
 * order: {@link dev.whyops.journal.Journal}, {@link dev.whyops.journal.SegmentJournal}, {@link
 * dev.whyops.journal.Frame}, {@link dev.whyops.journal.JournalReader}, {@link
 * dev.whyops.journal.Disk}.
 */
@NullMarked
package dev.whyops.journal;

import org.jspecify.annotations.NullMarked;
