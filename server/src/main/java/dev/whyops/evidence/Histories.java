package dev.whyops.evidence;

import dev.whyops.project.ProjectScope;
import dev.whyops.why.history.VersionHistory;
import org.jspecify.annotations.Nullable;

/** What other traces of a version did. Thread-safe; may block. */
public interface Histories {
  Histories NONE =
      new Histories() {
        @Override
        public VersionHistory of(ProjectScope scope, @Nullable String versionId) {
          return VersionHistory.NONE;
        }

        @Override
        public VersionHistory before(ProjectScope scope, @Nullable String versionId) {
          return VersionHistory.NONE;
        }
      };

  /** Closed traces of the version in the last 90 days. */
  VersionHistory of(ProjectScope scope, @Nullable String versionId);

  /** The same for the version of the agent that was seen before it. */
  VersionHistory before(ProjectScope scope, @Nullable String versionId);
}
