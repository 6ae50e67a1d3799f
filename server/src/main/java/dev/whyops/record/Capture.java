package dev.whyops.record;

/** How much of a call is kept. */
public enum Capture {
  FULL,
  METADATA,
  OFF
}
