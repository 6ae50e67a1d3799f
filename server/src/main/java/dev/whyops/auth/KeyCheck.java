package dev.whyops.auth;

/** What became of a presented API key. */
public sealed interface KeyCheck {
  /** The key is valid. */
  record Accepted(Caller caller) implements KeyCheck {}

  /** Unknown, malformed, expired, revoked or disabled; the client never learns which. */
  record Rejected(String reason) implements KeyCheck {}

  /** The control plane cannot answer and the key is not in the cache. */
  record Unavailable() implements KeyCheck {}
}
