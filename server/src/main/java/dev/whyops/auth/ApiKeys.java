package dev.whyops.auth;

import java.util.Optional;

/**
 * Answers who a presented API key is. Thread-safe.
 *
 * <p>The relay asks {@link #cached} on its event loop and, only when that is empty, {@link #check}
 * on a virtual thread.
 */
public interface ApiKeys {
  /**
   * The answer without any I/O: shape and checksum failures, and whatever the caches hold. Empty
   * when only the store can tell. Never blocks.
   */
  Optional<KeyCheck> cached(String presentedKey);

  /** The full answer; may read the store and then fills the cache. */
  KeyCheck check(String presentedKey);
}
