package dev.whyops.why.graph;

import dev.whyops.why.graph.DecisionGraph.Group;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Puts steps together that say the same: many calls of one tool by one answer, equal neighbours,
 * cycles. Linear in steps.
 */
final class Collapse {
  private static final int SIBLINGS_MIN = 9;
  private static final int NEIGHBOURS_MIN = 4;
  private static final int ROUNDS_MIN = 3;
  private static final int PERIOD_MAX = 6;
  private static final int HEAD = 1_000;
  private static final int TAIL = 500;

  private Collapse() {}

  static List<Unit> of(List<Step> steps) {
    return cycles(siblings(steps));
  }

  /** Keeps the start and the end of a run and makes windows of what lies between. */
  static List<Unit> windows(List<Unit> units) {
    int middle = units.size() - HEAD - TAIL;
    int windowCount = DecisionGraph.NODES_MAX - HEAD - TAIL;
    int size = (middle + windowCount - 1) / windowCount;
    List<Unit> kept = new ArrayList<>(units.subList(0, HEAD));
    for (int from = HEAD; from < HEAD + middle; from += size) {
      List<Unit> members = units.subList(from, Math.min(from + size, HEAD + middle));
      kept.add(
          members.size() == 1
              ? members.getFirst()
              : Unit.group(members, Group.WINDOW, members.size(), members.size() + " steps"));
    }
    kept.addAll(units.subList(HEAD + middle, units.size()));
    return kept;
  }

  private static List<Unit> siblings(List<Step> steps) {
    Map<String, List<Integer>> families = new LinkedHashMap<>();
    for (int i = 0; i < steps.size(); i++) {
      if (steps.get(i).issuer() >= 0) {
        families.computeIfAbsent(family(steps.get(i)), f -> new ArrayList<>()).add(i);
      }
    }
    List<Unit> units = new ArrayList<>(steps.size());
    for (int i = 0; i < steps.size(); i++) {
      Step step = steps.get(i);
      List<Integer> family = step.issuer() < 0 ? List.of() : families.get(family(step));
      if (family == null || family.size() < SIBLINGS_MIN) {
        units.add(Unit.single(i, step));
      } else if (family.getFirst() == i) {
        units.add(
            new Unit(
                family,
                step.signature(),
                Group.SIBLINGS,
                family.size(),
                step.label() + " ×" + family.size()));
      }
    }
    return units;
  }

  private static String family(Step step) {
    return step.issuer() + " " + step.name();
  }

  private static List<Unit> cycles(List<Unit> units) {
    int n = units.size();
    int[] signatures = new int[n];
    Map<String, Integer> numbers = new HashMap<>();
    for (int i = 0; i < n; i++) {
      signatures[i] = numbers.computeIfAbsent(units.get(i).signature(), s -> numbers.size());
    }
    int[][] repeats = new int[PERIOD_MAX + 1][];
    for (int period = 1; period <= PERIOD_MAX; period++) {
      int[] run = new int[n + 1];
      for (int i = n - 1 - period; i >= 0; i--) {
        run[i] = signatures[i] == signatures[i + period] ? run[i + 1] + 1 : 0;
      }
      repeats[period] = run;
    }
    List<Unit> kept = new ArrayList<>(n);
    for (int i = 0; i < n; ) {
      int best = 0;
      int bestCover = 0;
      for (int period = 1; period <= PERIOD_MAX; period++) {
        int rounds = repeats[period][i] / period + 1;
        boolean enough = period == 1 ? rounds >= NEIGHBOURS_MIN : rounds >= ROUNDS_MIN;
        if (enough && rounds * period > bestCover) {
          best = period;
          bestCover = rounds * period;
        }
      }
      if (best == 0) {
        kept.add(units.get(i++));
      } else {
        kept.add(group(units.subList(i, i + bestCover), best));
        i += bestCover;
      }
    }
    return kept;
  }

  private static Unit group(List<Unit> members, int period) {
    int rounds = members.size() / period;
    if (period == 1) {
      return Unit.group(members, Group.REPEAT, rounds, members.getFirst().label() + " ×" + rounds);
    }
    List<String> names = new ArrayList<>(period);
    members.subList(0, period).forEach(member -> names.add(member.label()));
    return Unit.group(members, Group.LOOP, rounds, String.join(" → ", names) + " ×" + rounds);
  }
}
