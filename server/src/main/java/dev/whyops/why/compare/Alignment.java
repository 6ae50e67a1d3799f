package dev.whyops.why.compare;

import java.util.ArrayList;
import java.util.List;

/**
 * Global alignment of two step sequences after S. B. Needleman and C. D. Wunsch, 1970, inside a
 * band around the diagonal. Equal ends are cut off first, so near equal runs cost next to nothing.
 */
final class Alignment {
  private static final int BAND = 256;
  private static final int SAME = 2;
  private static final int SAME_TOOL = 1;
  private static final int OTHER = -1;
  private static final int GAP = -1;
  private static final int NEVER = Integer.MIN_VALUE / 2;

  private Alignment() {}

  /** A column: indices into both sequences, -1 for a gap. */
  record Column(int a, int b) {}

  static List<Column> of(List<RunStep> a, List<RunStep> b) {
    int prefix = 0;
    while (prefix < a.size() && prefix < b.size() && same(a.get(prefix), b.get(prefix))) {
      prefix++;
    }
    int suffix = 0;
    while (suffix < a.size() - prefix
        && suffix < b.size() - prefix
        && same(a.get(a.size() - 1 - suffix), b.get(b.size() - 1 - suffix))) {
      suffix++;
    }
    List<Column> columns = new ArrayList<>();
    for (int i = 0; i < prefix; i++) {
      columns.add(new Column(i, i));
    }
    int shift = prefix;
    for (Column column :
        middle(a.subList(prefix, a.size() - suffix), b.subList(prefix, b.size() - suffix))) {
      columns.add(
          new Column(
              column.a() < 0 ? -1 : column.a() + shift, column.b() < 0 ? -1 : column.b() + shift));
    }
    for (int i = suffix; i > 0; i--) {
      columns.add(new Column(a.size() - i, b.size() - i));
    }
    return columns;
  }

  private static List<Column> middle(List<RunStep> a, List<RunStep> b) {
    int n = a.size();
    int m = b.size();
    int band = BAND + Math.abs(n - m);
    int width = 2 * band + 1;
    int[][] best = new int[n + 1][width];
    byte[][] from = new byte[n + 1][width];
    for (int i = 0; i <= n; i++) {
      java.util.Arrays.fill(best[i], NEVER);
      for (int j = Math.max(0, i - band); j <= Math.min(m, i + band); j++) {
        int at = j - i + band;
        if (i == 0 && j == 0) {
          best[i][at] = 0;
          continue;
        }
        int diagonal = i > 0 && j > 0 ? best[i - 1][at] + score(a.get(i - 1), b.get(j - 1)) : NEVER;
        int up = i > 0 && at + 1 < width ? best[i - 1][at + 1] + GAP : NEVER;
        int left = j > 0 && at > 0 ? best[i][at - 1] + GAP : NEVER;
        best[i][at] = Math.max(diagonal, Math.max(up, left));
        from[i][at] = (byte) (best[i][at] == diagonal ? 0 : best[i][at] == up ? 1 : 2);
      }
    }
    List<Column> columns = new ArrayList<>();
    int i = n;
    int j = m;
    while (i > 0 || j > 0) {
      switch (from[i][j - i + band]) {
        case 0 -> columns.add(new Column(--i, --j));
        case 1 -> columns.add(new Column(--i, -1));
        default -> columns.add(new Column(-1, --j));
      }
    }
    return columns.reversed();
  }

  static boolean same(RunStep a, RunStep b) {
    return a.signature().equals(b.signature());
  }

  static boolean sameTool(RunStep a, RunStep b) {
    return a.tool().equals(b.tool()) && (a.call() < 0) == (b.call() < 0);
  }

  private static int score(RunStep a, RunStep b) {
    return same(a, b) ? SAME : sameTool(a, b) ? SAME_TOOL : OTHER;
  }
}
