package dev.whyops.trace;

import dev.whyops.project.ProjectScope;

/** Deletes traces. Thread-safe; may block. */
@FunctionalInterface
public interface TraceEraser {
  /**
   * Puts the deletion on record: it then survives everything, and the trace is hidden as soon as
   * the store has read of it.
   */
  void erase(ProjectScope scope, String traceId);
}
