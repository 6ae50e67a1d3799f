package dev.whyops.finding.check;

import dev.whyops.finding.Check;
import dev.whyops.finding.Draft;
import dev.whyops.finding.Evidence;
import dev.whyops.finding.Report;
import dev.whyops.finding.Severity;
import dev.whyops.why.view.ToolUse;
import dev.whyops.why.view.TraceView;

/**
 * A tool was called and no result ever came, by call id or span. The last answer's calls are
 * another rule's, unless the application itself said that it ran them.
 */
final class MissingToolCallResponse implements Check {
  @Override
  public String code() {
    return "MISSING_TOOL_CALL_RESPONSE";
  }

  @Override
  public void judge(Evidence evidence, Report report) {
    TraceView view = evidence.view();
    if (!view.closed()) {
      return;
    }
    for (ToolUse use : view.toolUses()) {
      if (use.answered() || use.hosted()) {
        continue;
      }
      boolean ran = use.request() != null;
      boolean wentOn = use.issuedBy() >= 0 && wentOn(view, use);
      if (ran || wentOn) {
        String tool = use.tool() == null ? "a tool" : use.tool();
        report.add(
            Draft.of(Severity.HIGH, 1, "No result came for the call of " + tool)
                .at(use.own(), use.callId())
                .tool(use.tool())
                .advice(
                    "Set a timeout and report failures",
                    "Give the tool a time limit, and send its failure as its result."));
      }
    }
  }

  /** True when a later call continued the conversation in which the tool was called. */
  private static boolean wentOn(TraceView view, ToolUse use) {
    for (int i = use.issuedBy() + 1; i < view.calls().size(); i++) {
      if (view.calls().get(i).previous() == use.issuedBy()) {
        return true;
      }
    }
    return false;
  }
}
