package dev.whyops.why.provenance;

/** What a version usually passes: such values need no source. Implemented over its history. */
@FunctionalInterface
public interface ValueHabits {
  ValueHabits NONE = (tool, pathShape, value) -> false;

  /** True when the value stood at this path in more than a fifth of at least 50 calls. */
  boolean usual(String tool, String pathShape, String value);
}
