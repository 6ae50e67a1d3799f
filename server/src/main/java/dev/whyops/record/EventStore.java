package dev.whyops.record;

import dev.whyops.project.ProjectScope;

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
   * #lastSeq} are left out.
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

  @Override
  void close();
}
