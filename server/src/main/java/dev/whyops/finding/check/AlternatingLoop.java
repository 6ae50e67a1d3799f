package dev.whyops.finding.check;

import dev.whyops.finding.Check;
import dev.whyops.finding.Draft;
import dev.whyops.finding.Evidence;
import dev.whyops.finding.Report;
import dev.whyops.finding.Severity;
import dev.whyops.why.view.ToolUse;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** A few tool calls that take turns, with equal arguments and results each round. */
final class AlternatingLoop implements Check {
  private static final int PERIOD_MIN = 2;
  private static final int PERIOD_MAX = 6;

  @Override
  public String code() {
    return "ALTERNATING_LOOP";
  }

  @Override
  public void judge(Evidence evidence, Report report) {
    long roundsMin = evidence.thresholds().whole(code(), "rounds");
    List<ToolUse> uses = evidence.view().toolUses();
    String[] keys = Sequences.keys(uses);
    for (int from = 0; from < keys.length; ) {
      int period = period(keys, from, roundsMin);
      if (period == 0) {
        from++;
        continue;
      }
      int to = end(keys, from, period);
      report.add(draft(uses.subList(from, to), period, roundsMin));
      from = to;
    }
  }

  /** The shortest period of different steps that starts here; 0 for none. */
  private static int period(String[] keys, int from, long roundsMin) {
    for (int period = PERIOD_MIN; period <= PERIOD_MAX; period++) {
      if (from + period * roundsMin > keys.length || !differ(keys, from, period)) {
        continue;
      }
      if (end(keys, from, period) - from >= period * roundsMin) {
        return period;
      }
    }
    return 0;
  }

  private static int end(String[] keys, int from, int period) {
    int to = from + period;
    while (to < keys.length && keys[to].equals(keys[to - period])) {
      to++;
    }
    return to;
  }

  private static boolean differ(String[] keys, int from, int period) {
    for (int i = from + 1; i < from + period; i++) {
      if (!keys[i].equals(keys[from])) {
        return true;
      }
    }
    return false;
  }

  private static Draft draft(List<ToolUse> uses, int period, long roundsMin) {
    Set<String> tools = new LinkedHashSet<>();
    uses.subList(0, period).forEach(use -> tools.add(String.valueOf(use.tool())));
    String names = String.join(", ", tools);
    Draft draft =
        Draft.of(
                Severity.HIGH,
                0.9,
                names + " went round " + uses.size() / period + " times and nothing new came")
            .kind(names)
            .threshold("rounds", roundsMin)
            .advice(
                "Add a stop rule",
                "Stop when a round brings nothing new, and tell the model what it has tried.");
    uses.forEach(use -> draft.at(use.own(), use.callId()));
    return draft;
  }
}
