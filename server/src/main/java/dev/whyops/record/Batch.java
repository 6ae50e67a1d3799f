package dev.whyops.record;

import java.util.List;

/**
 * Rows that are committed together.
 *
 * @param firstSeq lowest journal sequence inside
 * @param lastSeq the position after this batch; also moves when frames gave no rows
 * @param replayFrom see {@link EventStore#replayFrom}
 * @param superseded rows of earlier batches that count no longer
 */
public record Batch(
    long firstSeq,
    long lastSeq,
    long replayFrom,
    List<Landed> events,
    List<CallRow> calls,
    List<Tombstone> tombstones,
    List<Superseded> superseded) {
  public Batch {
    events = List.copyOf(events);
    calls = List.copyOf(calls);
    tombstones = List.copyOf(tombstones);
    superseded = List.copyOf(superseded);
  }

  /** A batch that puts an end to no earlier row. */
  public Batch(
      long firstSeq,
      long lastSeq,
      long replayFrom,
      List<Landed> events,
      List<CallRow> calls,
      List<Tombstone> tombstones) {
    this(firstSeq, lastSeq, replayFrom, events, calls, tombstones, List.of());
  }

  /** What one frame brought. */
  Batch only(long seq) {
    return new Batch(
        seq,
        seq,
        replayFrom,
        events.stream().filter(e -> e.seq() == seq).toList(),
        calls.stream().filter(c -> c.seq() == seq).toList(),
        tombstones.stream().filter(t -> t.seq() == seq).toList(),
        superseded.stream().filter(s -> s.bySeq() == seq).toList());
  }
}
