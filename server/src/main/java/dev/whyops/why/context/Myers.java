package dev.whyops.why.context;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The shortest edit script between two sequences of ids, after E. W. Myers, "An O(ND) Difference
 * Algorithm and Its Variations", 1986. Gives up past a distance, so that the worst case is bounded.
 */
final class Myers {
  static final int DISTANCE_MAX = 500;

  private Myers() {}

  /** A pair of equal items, by their indices. */
  record Pair(int a, int b) {}

  /** Whether an alignment was found, and the equal pairs in order. */
  record Alignment(boolean found, List<Pair> pairs) {}

  static Alignment align(int[] a, int[] b) {
    int prefix = 0;
    while (prefix < a.length && prefix < b.length && a[prefix] == b[prefix]) {
      prefix++;
    }
    int suffix = 0;
    while (suffix < a.length - prefix
        && suffix < b.length - prefix
        && a[a.length - 1 - suffix] == b[b.length - 1 - suffix]) {
      suffix++;
    }
    List<Pair> pairs = new ArrayList<>();
    for (int i = 0; i < prefix; i++) {
      pairs.add(new Pair(i, i));
    }
    boolean found =
        middle(
            Arrays.copyOfRange(a, prefix, a.length - suffix),
            Arrays.copyOfRange(b, prefix, b.length - suffix),
            prefix,
            pairs);
    for (int i = suffix; i > 0; i--) {
      pairs.add(new Pair(a.length - i, b.length - i));
    }
    return new Alignment(found, pairs);
  }

  private static boolean middle(int[] a, int[] b, int shift, List<Pair> pairs) {
    int limit = Math.min(DISTANCE_MAX, a.length + b.length);
    int[] furthest = new int[2 * limit + 3];
    List<int[]> rounds = new ArrayList<>();
    for (int d = 0; d <= limit; d++) {
      rounds.add(Arrays.copyOfRange(furthest, limit + 1 - d - 1, limit + 1 + d + 2));
      for (int k = -d; k <= d; k += 2) {
        boolean down = k == -d || k != d && furthest[limit + k] < furthest[limit + 2 + k];
        int x = down ? furthest[limit + 2 + k] : furthest[limit + k] + 1;
        int y = x - k;
        while (x < a.length && y < b.length && a[x] == b[y]) {
          x++;
          y++;
        }
        furthest[limit + 1 + k] = x;
        if (x >= a.length && y >= b.length) {
          pairs.addAll(walkBack(rounds, a.length, b.length, d, shift));
          return true;
        }
      }
    }
    return false;
  }

  /** {@code rounds.get(d)} holds diagonals −d−1 … d+1 as they were before round d. */
  private static List<Pair> walkBack(List<int[]> rounds, int aEnd, int bEnd, int d, int shift) {
    List<Pair> pairs = new ArrayList<>();
    int x = aEnd;
    int y = bEnd;
    for (int round = d; round >= 0; round--) {
      int[] before = rounds.get(round);
      int k = x - y;
      int center = round + 1;
      boolean down = k == -round || k != round && before[center + k - 1] < before[center + k + 1];
      int previousK = down ? k + 1 : k - 1;
      int fromX = round == 0 ? 0 : before[center + previousK];
      int fromY = fromX - previousK;
      int startX = round == 0 ? 0 : down ? fromX : fromX + 1;
      while (x > startX && y > 0) {
        x--;
        y--;
        pairs.add(new Pair(x + shift, y + shift));
      }
      x = fromX;
      y = fromY;
    }
    return pairs.reversed();
  }
}
