package dev.whyops.record;

import java.util.List;

/**
 * Rows that are committed together.
 *
 * @param firstSeq lowest journal sequence inside
 * @param lastSeq the position after this batch; also moves when frames gave no rows
 * @param replayFrom see {@link EventStore#replayFrom}
 */
public record Batch(
    long firstSeq,
    long lastSeq,
    long replayFrom,
    List<Landed> events,
    List<CallRow> calls,
    List<Tombstone> tombstones) {
  public Batch {
    events = List.copyOf(events);
    calls = List.copyOf(calls);
    tombstones = List.copyOf(tombstones);
  }
}
