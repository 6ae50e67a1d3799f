package dev.whyops.why.stats;

import java.util.Arrays;
import java.util.Comparator;

/** Y. Benjamini and Y. Hochberg's step-up procedure, 1995: keeps the share of false alarms low. */
public final class FalseDiscovery {
  private FalseDiscovery() {}

  /** Which of the p-values stand at this rate. */
  public static boolean[] stands(double[] pValues, double rate) {
    Integer[] order = new Integer[pValues.length];
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, Comparator.comparingDouble(i -> pValues[i]));
    int last = -1;
    for (int rank = 0; rank < order.length; rank++) {
      if (pValues[order[rank]] <= rate * (rank + 1) / order.length) {
        last = rank;
      }
    }
    boolean[] stands = new boolean[pValues.length];
    for (int rank = 0; rank <= last; rank++) {
      stands[order[rank]] = true;
    }
    return stands;
  }
}
