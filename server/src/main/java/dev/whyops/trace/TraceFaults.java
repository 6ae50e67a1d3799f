package dev.whyops.trace;

import dev.whyops.project.ProjectScope;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Knows which traces have an open finding; lists filter and count by it. May block. */
@FunctionalInterface
public interface TraceFaults {
  TraceFaults NONE = (scope, since) -> List.of();

  /** One trace has at least one open finding of this code and severity. */
  record Fault(String traceId, String code, String severity) {}

  /**
   * Each fault once.
   *
   * @param since findings of traces that began before need not be told; null for all
   */
  List<Fault> faults(ProjectScope scope, @Nullable Instant since);
}
