package dev.whyops.finding.check;

import dev.whyops.event.EventType;
import dev.whyops.finding.Check;
import dev.whyops.finding.Draft;
import dev.whyops.finding.Evidence;
import dev.whyops.finding.Report;
import dev.whyops.finding.Severity;
import dev.whyops.why.view.Fact;
import dev.whyops.why.view.ModelCall;
import dev.whyops.why.view.Part;
import dev.whyops.why.view.TraceView;

/**
 * The last answer calls tools and nothing follows. A forced tool is how applications ask for
 * structured output, which needs no run.
 */
final class ToolCallWithoutFollowup implements Check {
  @Override
  public String code() {
    return "TOOL_CALL_WITHOUT_FOLLOWUP_EVENTS";
  }

  @Override
  public void judge(Evidence evidence, Report report) {
    TraceView view = evidence.view();
    if (!view.closed() || view.calls().isEmpty()) {
      return;
    }
    ModelCall last = view.calls().getLast();
    boolean calls = last.answer().calls().stream().anyMatch(call -> !call.hosted());
    if (!calls || forced(last) || followed(view, last)) {
      return;
    }
    Part.Call first = last.answer().calls().getFirst();
    report.add(
        Draft.of(
                Severity.MEDIUM,
                0.95,
                "The last answer calls " + first.tool() + " and nothing follows")
            .at(last.end(), "$.toolCalls[0]")
            .tool(first.tool())
            .advice(
                "Run or report the tools",
                "Either the agent stopped before it ran them, or their results are not reported."));
  }

  private static boolean forced(ModelCall call) {
    String choice = call.context().toolChoice();
    return choice != null && !choice.equals("auto") && !choice.equals("none");
  }

  private static boolean followed(TraceView view, ModelCall last) {
    for (int i = last.end().position() + 1; i < view.facts().size(); i++) {
      Fact fact = view.facts().get(i);
      if (fact.type() != EventType.LLM_THINKING && fact.type() != EventType.LLM_RESPONSE) {
        return true;
      }
    }
    return last.toolUses().stream().anyMatch(use -> view.toolUses().get(use).request() != null);
  }
}
