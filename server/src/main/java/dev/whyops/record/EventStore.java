package dev.whyops.record;

import dev.whyops.project.ProjectScope;
import java.util.List;

/**
 * Keeps events, calls and what was deleted. One thread appends; readers are elsewhere.
 *
 * <p>Implementations pass one contract test.
 */
public interface EventStore extends AutoCloseable {
  /** The highest sequence whose rows are committed, 0 when there are none. */
  long lastSeq();

  /** Where the journal must be read again after a restart: the oldest call that is still open. */
  long replayFrom();

  /**
   * Commits all rows of a batch and its position together. May be repeated: rows up to {@link
   * #lastSeq} are left out. Rows that the batch supersedes are stored as duplicates from then on
   * and taken out of all sums; those of files that are closed for good stay as they are.
   *
   * @throws EventStoreException {@link EventStoreException#poison} when the store will never take
   *     these rows, otherwise a later try may work
   */
  void append(Batch batch);

  /** Makes all that was appended safe without the journal; returns the sequence up to which. */
  long checkpoint();

  /**
   * Removes what is past its time or was deleted, one piece of work at a time. By the appending
   * thread.
   *
   * @return true when there is more to do
   */
  boolean maintain();

  /** The highest step number in a trace, 0 when there is none. May be called from any thread. */
  int lastStep(ProjectScope scope, String traceId);

  /**
   * The latest rows that count and know the provider's id of an answer, in order of the journal.
   * Enough of them to know whoever tells of an answer after a restart.
   */
  List<ToldAnswer> toldAnswers();

  @Override
  void close();
}
