package dev.whyops.record;

/** How an exchange ended. */
public sealed interface Outcome {
  /** The provider answered to the end; the status may still be an error that it chose. */
  record Answered() implements Outcome {}

  /** The client closed the connection before the last byte. */
  record ClientGone() implements Outcome {}

  /** The provider's body broke off: reset, early end, wrong length or silence. */
  record Truncated(String code) implements Outcome {}

  /** No usable answer arrived; {@code code} is the one the client was given. */
  record Failed(int status, String code, String message) implements Outcome {}

  /** This server died before the end; found when the journal was read again. */
  record ServerLost() implements Outcome {}
}
