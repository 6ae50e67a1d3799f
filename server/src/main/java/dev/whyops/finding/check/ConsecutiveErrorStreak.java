package dev.whyops.finding.check;

import dev.whyops.event.EventType;
import dev.whyops.finding.Check;
import dev.whyops.finding.Draft;
import dev.whyops.finding.Evidence;
import dev.whyops.finding.Report;
import dev.whyops.finding.Severity;
import dev.whyops.why.view.Fact;
import dev.whyops.why.view.ModelCall;
import dev.whyops.why.view.ToolUse;
import java.util.ArrayList;
import java.util.List;

/**
 * Errors in a row without a success between: of model calls, of tools, of the application. Each of
 * the three is a row of its own, because the model answers between two failures of a tool.
 */
final class ConsecutiveErrorStreak implements Check {

  @Override
  public String code() {
    return "CONSECUTIVE_ERROR_STREAK";
  }

  @Override
  public void judge(Evidence evidence, Report report) {
    long min = evidence.thresholds().whole(code(), "streak");
    Row models = new Row("model calls", min, report);
    for (ModelCall call : evidence.view().calls()) {
      models.next(call.error() != null && !call.answered(), call.end());
    }
    models.end();
    Row tools = new Row("tool calls", min, report);
    for (ToolUse use : evidence.view().toolUses()) {
      if (use.answered()) {
        tools.next(use.error(), use.own());
      }
    }
    tools.end();
    Row application = new Row("events", min, report);
    for (Fact fact : evidence.view().facts()) {
      if (fact.type() == EventType.ERROR && evidence.view().callOf(fact.id()) == null) {
        application.next(true, fact);
      } else if (fact.type() == EventType.LLM_RESPONSE || fact.type() == EventType.AGENT_MESSAGE) {
        application.next(false, fact);
      }
    }
    application.end();
  }

  private static final class Row {
    private final String what;
    private final long min;
    private final Report report;
    private final List<Fact> streak = new ArrayList<>();

    Row(String what, long min, Report report) {
      this.what = what;
      this.min = min;
      this.report = report;
    }

    void next(boolean failed, Fact fact) {
      if (failed) {
        streak.add(fact);
      } else {
        end();
      }
    }

    void end() {
      if (streak.size() >= min) {
        Draft draft =
            Draft.of(Severity.HIGH, 1, streak.size() + " " + what + " failed in a row")
                .kind(what)
                .threshold("streak", min)
                .advice("Back off", "Wait longer after each failure, and stop after a few.");
        streak.forEach(draft::at);
        report.add(draft);
      }
      streak.clear();
    }
  }
}
