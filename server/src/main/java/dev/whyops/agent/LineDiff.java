package dev.whyops.agent;

import dev.whyops.agent.VersionDiff.Kind;
import dev.whyops.agent.VersionDiff.Line;
import java.util.ArrayList;
import java.util.List;

/**
 * Compares two texts by line with a longest common subsequence. Equal lines at both ends are set
 * aside first; when what is left would need a table of more than {@link #CELLS_MAX} cells, it is
 * shown as removed and added as a whole.
 */
final class LineDiff {
  private static final long CELLS_MAX = 4_000_000;

  private LineDiff() {}

  static List<Line> between(String before, String after) {
    List<String> old = before.lines().toList();
    List<String> now = after.lines().toList();
    int head = 0;
    int shorter = Math.min(old.size(), now.size());
    while (head < shorter && old.get(head).equals(now.get(head))) {
      head++;
    }
    int tail = 0;
    while (tail < shorter - head
        && old.get(old.size() - 1 - tail).equals(now.get(now.size() - 1 - tail))) {
      tail++;
    }
    List<Line> lines = new ArrayList<>();
    add(lines, Kind.SAME, old.subList(0, head));
    middle(old.subList(head, old.size() - tail), now.subList(head, now.size() - tail), lines);
    add(lines, Kind.SAME, old.subList(old.size() - tail, old.size()));
    return lines;
  }

  private static void middle(List<String> old, List<String> now, List<Line> lines) {
    if ((long) (old.size() + 1) * (now.size() + 1) > CELLS_MAX) {
      add(lines, Kind.REMOVED, old);
      add(lines, Kind.ADDED, now);
      return;
    }
    int[][] common = commonLengths(old, now);
    int i = 0;
    int j = 0;
    while (i < old.size() && j < now.size()) {
      if (old.get(i).equals(now.get(j))) {
        lines.add(new Line(Kind.SAME, old.get(i++)));
        j++;
      } else if (common[i + 1][j] >= common[i][j + 1]) {
        lines.add(new Line(Kind.REMOVED, old.get(i++)));
      } else {
        lines.add(new Line(Kind.ADDED, now.get(j++)));
      }
    }
    add(lines, Kind.REMOVED, old.subList(i, old.size()));
    add(lines, Kind.ADDED, now.subList(j, now.size()));
  }

  /** Length of the longest common subsequence of what stands behind each pair of positions. */
  private static int[][] commonLengths(List<String> old, List<String> now) {
    int[][] common = new int[old.size() + 1][now.size() + 1];
    for (int i = old.size() - 1; i >= 0; i--) {
      for (int j = now.size() - 1; j >= 0; j--) {
        common[i][j] =
            old.get(i).equals(now.get(j))
                ? common[i + 1][j + 1] + 1
                : Math.max(common[i + 1][j], common[i][j + 1]);
      }
    }
    return common;
  }

  private static void add(List<Line> lines, Kind kind, List<String> texts) {
    texts.forEach(text -> lines.add(new Line(kind, text)));
  }
}
