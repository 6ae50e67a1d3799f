package dev.whyops.event;

import dev.whyops.project.Environment;
import dev.whyops.project.ProjectScope;

/** How much of an agent's traces is kept. Answers at once. */
@FunctionalInterface
public interface Sampling {
  /** 0-1; 1 for an agent that is not known. */
  double share(ProjectScope scope, Environment environment, String agentName);

  Sampling ALL = (scope, environment, agentName) -> 1.0;

  /** The same for every event of a trace, whichever node asks. */
  static boolean keeps(double share, String project, String traceId) {
    if (share >= 1) {
      return true;
    }
    long hash = Hashes.of(project, "sampling", traceId).getMostSignificantBits() >>> 1;
    return hash < share * Long.MAX_VALUE;
  }
}
