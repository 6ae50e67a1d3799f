package dev.whyops.continuity;

import dev.whyops.project.ProjectId;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what answers issued for the retention of their project, beyond the memory of this process.
 * Thread-safe.
 */
public interface IssuedStore {
  /** What two traces issued, so that it says nothing about either. */
  Known AMBIGUOUS = new Known("", "", "");

  /** Whether it may know the key; false is certain. Never blocks, reads no disk. */
  boolean mayKnow(Key key);

  /** What it knows, {@link #AMBIGUOUS} included. May block. */
  Optional<Known> find(ProjectId project, Key key);

  /**
   * Keeps it soon. Never blocks; what it cannot keep is counted.
   *
   * @param lastCounts of two traces the later one holds; otherwise the key becomes ambiguous
   */
  void keep(ProjectId project, Key key, Known known, boolean lastCounts);

  /** Forgets a trace, or a whole project, soon. */
  void forget(ProjectId project, @Nullable String traceId);

  /** For installations that forget with a restart. */
  IssuedStore NONE =
      new IssuedStore() {
        @Override
        public boolean mayKnow(Key key) {
          return false;
        }

        @Override
        public Optional<Known> find(ProjectId project, Key key) {
          return Optional.empty();
        }

        @Override
        public void keep(ProjectId project, Key key, Known known, boolean lastCounts) {}

        @Override
        public void forget(ProjectId project, @Nullable String traceId) {}
      };
}
