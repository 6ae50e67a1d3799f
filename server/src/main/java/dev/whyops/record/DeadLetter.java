package dev.whyops.record;

import dev.whyops.journal.Frame;

/** Takes frames that the store will never take, so that the others can go on. */
public interface DeadLetter {
  /** Keeps the frame with the reason; survives the death of the process. */
  void bury(Frame frame, String reason);

  /** Frames kept. */
  long count();
}
