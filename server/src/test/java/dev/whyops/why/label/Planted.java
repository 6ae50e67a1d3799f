package dev.whyops.why.label;

import org.jspecify.annotations.Nullable;

/**
 * A value of an argument with the truth about it.
 *
 * @param kind what it is
 * @param source text to plant where values come from; null for a value without source
 * @param json the argument as JSON
 * @param key its name
 * @param spanText the part of {@code source} that is the origin
 */
record Planted(Kind kind, @Nullable String source, String json, String key, String spanText) {
  /** The truth. */
  enum Kind {
    EXACT,
    NORMALISED,
    DERIVED,
    UNSOURCED,
    /** No source either, but something near it stands in the context. */
    DECOY
  }

  boolean sourceless() {
    return kind == Kind.UNSOURCED || kind == Kind.DECOY;
  }
}
