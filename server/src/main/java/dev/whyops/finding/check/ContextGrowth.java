package dev.whyops.finding.check;

import dev.whyops.finding.Check;
import dev.whyops.finding.Draft;
import dev.whyops.finding.Evidence;
import dev.whyops.finding.Report;
import dev.whyops.finding.Severity;
import dev.whyops.why.view.ModelCall;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Input that grows call by call: usually tool results that are never let go. */
final class ContextGrowth implements Check {

  @Override
  public String code() {
    return "CONTEXT_GROWTH";
  }

  /** A rising row of calls of one conversation. */
  private record Rise(ModelCall first, ModelCall last, int length) {}

  @Override
  public void judge(Evidence evidence, Report report) {
    List<ModelCall> calls = evidence.view().calls();
    Map<Integer, Rise> open = new HashMap<>();
    for (ModelCall call : calls) {
      if (call.inputTokens() == null) {
        continue;
      }
      Rise before = open.remove(call.previous());
      boolean rises = before != null && tokens(call) > tokens(before.last());
      if (before != null && !rises) {
        close(evidence, before, report);
      }
      open.put(
          call.index(),
          before != null && rises
              ? new Rise(before.first(), call, before.length() + 1)
              : new Rise(call, call, 1));
    }
    open.values().stream()
        .sorted(java.util.Comparator.comparingInt(rise -> rise.last().index()))
        .forEach(rise -> close(evidence, rise, report));
  }

  private void close(Evidence evidence, Rise rise, Report report) {
    long callsMin = evidence.thresholds().whole(code(), "calls");
    double factor = evidence.thresholds().of(code(), "factor");
    long tokensMin = evidence.thresholds().whole(code(), "tokens");
    long first = tokens(rise.first());
    long last = tokens(rise.last());
    if (rise.length() >= callsMin && last >= factor * first && last >= tokensMin) {
      report.add(
          Draft.of(
                  Severity.LOW,
                  0.9,
                  "Input grew over "
                      + rise.length()
                      + " calls from "
                      + first
                      + " to "
                      + last
                      + " tokens")
              .at(rise.first().end(), "$.usage")
              .at(rise.last().end(), "$.usage")
              .threshold("calls", callsMin)
              .threshold("factor", factor)
              .threshold("tokens", tokensMin)
              .advice("Trim results", "Shorten tool results before they enter the conversation."));
    }
  }

  private static long tokens(ModelCall call) {
    Long tokens = call.inputTokens();
    return tokens == null ? 0 : tokens;
  }
}
