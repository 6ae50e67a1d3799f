package dev.whyops.why.compare;

import dev.whyops.why.history.Decisions;
import dev.whyops.why.view.Leaf;
import dev.whyops.why.view.Leaves;
import dev.whyops.why.view.ModelCall;
import dev.whyops.why.view.ToolUse;
import dev.whyops.why.view.TraceView;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * A step of a run as the comparison sees it.
 *
 * @param tool what makes steps alike: the tool, or {@code answer}
 * @param signature kind, tool, shape of the arguments, outcome
 * @param call index of the model call that decided it, -1 for a tool's run
 */
record RunStep(String eventId, String label, String tool, String signature, int call) {
  private static final int SHAPE_LEAVES_MAX = 200;

  static List<RunStep> of(TraceView view) {
    List<RunStep> steps = new ArrayList<>();
    for (ModelCall call : view.calls()) {
      StringBuilder shapes = new StringBuilder();
      for (int use : call.toolUses()) {
        shapes.append(' ').append(shape(view.toolUses().get(use)));
      }
      String chose = Decisions.chose(call);
      steps.add(
          new RunStep(
              call.eventId(),
              (call.model().isEmpty() ? "model" : call.model()) + " → " + chose,
              chose,
              "llm " + chose + shapes,
              call.index()));
      for (int number : call.toolUses()) {
        ToolUse use = view.toolUses().get(number);
        steps.add(ran(use));
      }
    }
    for (ToolUse use : view.toolUses()) {
      if (use.issuedBy() < 0) {
        steps.add(ran(use));
      }
    }
    return steps;
  }

  private static RunStep ran(ToolUse use) {
    String tool = String.valueOf(use.tool());
    String outcome = Decisions.outcome(use);
    return new RunStep(
        use.own().id(),
        tool + " (" + outcome + ")",
        tool,
        "tool " + tool + " " + shape(use) + " " + outcome,
        -1);
  }

  private static String shape(ToolUse use) {
    TreeSet<String> paths = new TreeSet<>();
    for (Leaf leaf : Leaves.of(use.arguments(), SHAPE_LEAVES_MAX).orElse(List.of())) {
      paths.add(Leaves.shape(leaf.path()));
    }
    return use.tool() + paths;
  }
}
