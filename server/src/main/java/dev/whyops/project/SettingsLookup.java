package dev.whyops.project;

import java.util.Optional;

/** The settings as the data path sees them, at most 1 s stale after a change. Thread-safe. */
public interface SettingsLookup {
  /** What is in memory; empty when it must be loaded. Never blocks. */
  Optional<ProjectSettings> cached(ProjectScope scope);

  /** What is in memory, be it some minutes old; empty when nothing is. Never blocks. */
  default Optional<ProjectSettings> remembered(ProjectScope scope) {
    return cached(scope);
  }

  /** Loads and remembers; may block. The defaults for a project that never changed any. */
  ProjectSettings load(ProjectScope scope);
}
