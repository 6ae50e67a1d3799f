package dev.whyops.why.provenance;

/**
 * A place that holds a value.
 *
 * @param segment number of the segment in its index
 */
record Match(int segment, int start, int end, Closeness closeness) {
  /** How alike, best first. */
  enum Closeness {
    EXACT,
    NORMALISED,
    /** The same text as a part of a longer word. */
    PART,
    /** The same words with other marks between them. */
    SEPARATED
  }
}
