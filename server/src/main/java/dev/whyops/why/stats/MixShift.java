package dev.whyops.why.stats;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Whether two groups are made up differently, such as of other users.
 *
 * @param variation total variation distance, 0 to 1
 * @param pValue how often a random split of all members differs as much
 */
public record MixShift(double variation, double pValue) {
  private static final int ROUNDS = 1_000;
  private static final long SEED = 0x4D_69_78L;
  private static final double ROUNDING = 1e-9;

  /**
   * Tells a shift from chance by permutation: when every member is of a kind of its own, any two
   * groups differ completely, and that means nothing.
   */
  public static MixShift of(List<String> a, List<String> b) {
    if (a.isEmpty() || b.isEmpty()) {
      return new MixShift(0, 1);
    }
    Map<String, Integer> numbers = new HashMap<>();
    int[] kinds = new int[a.size() + b.size()];
    List<String> all = new ArrayList<>(a);
    all.addAll(b);
    for (int i = 0; i < kinds.length; i++) {
      kinds[i] = numbers.computeIfAbsent(all.get(i), k -> numbers.size());
    }
    double observed = variation(kinds, a.size(), numbers.size());
    SplittableRandom random = new SplittableRandom(SEED);
    int asFar = 0;
    for (int round = 0; round < ROUNDS; round++) {
      for (int i = kinds.length - 1; i > 0; i--) {
        int j = random.nextInt(i + 1);
        int kind = kinds[i];
        kinds[i] = kinds[j];
        kinds[j] = kind;
      }
      asFar += variation(kinds, a.size(), numbers.size()) >= observed - ROUNDING ? 1 : 0;
    }
    return new MixShift(observed, (1.0 + asFar) / (ROUNDS + 1));
  }

  /** Half of the sum of differences between two distributions; 0 when one is empty. */
  public static double variation(Map<String, Long> a, Map<String, Long> b) {
    double sumA = a.values().stream().mapToLong(Long::longValue).sum();
    double sumB = b.values().stream().mapToLong(Long::longValue).sum();
    if (sumA == 0 || sumB == 0) {
      return 0;
    }
    double sum = 0;
    for (Map.Entry<String, Long> entry : a.entrySet()) {
      sum += Math.abs(entry.getValue() / sumA - b.getOrDefault(entry.getKey(), 0L) / sumB);
    }
    for (Map.Entry<String, Long> entry : b.entrySet()) {
      sum += a.containsKey(entry.getKey()) ? 0 : entry.getValue() / sumB;
    }
    return sum / 2;
  }

  private static double variation(int[] kinds, int first, int kindCount) {
    double[] difference = new double[kindCount];
    for (int i = 0; i < kinds.length; i++) {
      difference[kinds[i]] += i < first ? 1.0 / first : -1.0 / (kinds.length - first);
    }
    double sum = 0;
    for (double d : difference) {
      sum += Math.abs(d);
    }
    return sum / 2;
  }
}
