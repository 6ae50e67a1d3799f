package dev.whyops.record;

import dev.whyops.journal.Frame;

/** Takes frames that the store will never take, so that the others can go on. */
public interface DeadLetter {
  /** Keeps the frame with the reason; survives the death of the process. */
  void bury(Frame frame, String reason);

  /** The same for a call, of which the frame with this sequence was only the end. */
  void bury(long seq, Exchange call, String reason);

  /** Frames and calls kept. */
  long count();
}
