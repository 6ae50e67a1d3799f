package dev.whyops.continuity;

import java.util.function.Consumer;

/** What stored answers issued; read once after the start. May block for long. */
@FunctionalInterface
public interface IssuedHistory {
  /**
   * Tells it, the newest first.
   *
   * @param answersMax how many are wanted at most
   */
  void replay(int answersMax, Consumer<ContinuityIndex.Issued> into);
}
