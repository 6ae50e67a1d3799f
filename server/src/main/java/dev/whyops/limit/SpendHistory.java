package dev.whyops.limit;

import dev.whyops.auth.Caller;
import java.time.Instant;
import java.util.Map;

/** What a key had spent when this process began. Never blocks. */
@FunctionalInterface
public interface SpendHistory {
  /** Billionths of a US dollar since this moment. */
  long spentNanoUsd(Caller caller, Instant since);

  /** For installations that forget with a restart. */
  SpendHistory NONE = (caller, since) -> 0;

  /**
   * What was read at the start; nothing of it counts for a month that begins later.
   *
   * @param since the month's first moment
   * @param nanoUsd by the id of the key
   */
  static SpendHistory ofMonth(Instant since, Map<String, Long> nanoUsd) {
    Map<String, Long> spent = Map.copyOf(nanoUsd);
    return (caller, from) -> from.equals(since) ? spent.getOrDefault(caller.keyId(), 0L) : 0;
  }
}
