package dev.whyops.limit;

import dev.whyops.auth.Caller;
import java.time.Instant;

/** What a key has spent according to the store. May block. */
@FunctionalInterface
public interface SpendHistory {
  /** Billionths of a US dollar since this moment. */
  long spentNanoUsd(Caller caller, Instant since);

  /** For installations that forget with a restart. */
  SpendHistory NONE = (caller, since) -> 0;
}
