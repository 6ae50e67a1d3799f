package dev.whyops.why.graph;

/** Makes a forest of parents that may run in circles. */
final class Parents {
  private Parents() {}

  /**
   * Cuts each circle at its youngest member, the one with the highest index.
   *
   * @param parents index of the parent of each node, -1 for none; changed in place
   */
  static void cutCycles(int[] parents) {
    int[] seenBy = new int[parents.length];
    for (int start = 0; start < parents.length; start++) {
      int node = start;
      while (node >= 0 && seenBy[node] == 0) {
        seenBy[node] = start + 1;
        node = parents[node];
      }
      if (node >= 0 && seenBy[node] == start + 1) {
        parents[youngest(parents, node)] = -1;
      }
    }
  }

  private static int youngest(int[] parents, int onCircle) {
    int youngest = onCircle;
    for (int node = parents[onCircle]; node != onCircle; node = parents[node]) {
      youngest = Math.max(youngest, node);
    }
    return youngest;
  }
}
