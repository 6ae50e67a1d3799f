package dev.whyops.record;

import dev.whyops.journal.Frame;
import java.util.ArrayList;
import java.util.List;

/** Frames that are stored together, with the rows that they gave. One thread. */
final class Gathered {
  private static final int EVENTS_MAX = 1_500;

  /**
   * Frames of a batch. What they become is several times as large, lives until the commit, and is
   * copied by every collection until then.
   */
  private static final long BYTES_MAX =
      Math.min(4L * 1024 * 1024, Runtime.getRuntime().maxMemory() / 32);

  private final List<Frame> frames = new ArrayList<>();
  private final List<Landed> events = new ArrayList<>();
  private final List<CallRow> calls = new ArrayList<>();
  private final List<Tombstone> tombstones = new ArrayList<>();
  private final List<Superseded> superseded = new ArrayList<>();
  private long bytes;

  void add(Frame frame, FrameDecoder.Rows rows) {
    frames.add(frame);
    events.addAll(rows.events());
    calls.addAll(rows.calls());
    tombstones.addAll(rows.tombstones());
    superseded.addAll(rows.superseded());
    bytes += frame.body().length;
  }

  boolean isEmpty() {
    return frames.isEmpty();
  }

  boolean isFull() {
    return events.size() >= EVENTS_MAX || bytes >= BYTES_MAX;
  }

  List<Frame> frames() {
    return frames;
  }

  long bytes() {
    return bytes;
  }

  /** All of it, with the rows of its own that no longer count marked so. */
  Batch batch(OpenCalls openCalls) {
    long lastSeq = frames.getLast().seq();
    List<Superseded> storedBefore = Superseded.mark(events, superseded);
    return new Batch(
        frames.getFirst().seq(),
        lastSeq,
        openCalls.oldestSeq(lastSeq + 1),
        events,
        calls,
        tombstones,
        storedBefore);
  }

  void clear() {
    frames.clear();
    events.clear();
    calls.clear();
    tombstones.clear();
    superseded.clear();
    bytes = 0;
  }
}
