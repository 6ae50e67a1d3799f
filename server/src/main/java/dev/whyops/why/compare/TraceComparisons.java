package dev.whyops.why.compare;

import dev.whyops.why.compare.TraceComparison.AlignedStep;
import dev.whyops.why.compare.TraceComparison.Divergence;
import dev.whyops.why.compare.TraceComparison.Match;
import dev.whyops.why.view.Context;
import dev.whyops.why.view.Message;
import dev.whyops.why.view.ModelCall;
import dev.whyops.why.view.Part;
import dev.whyops.why.view.TraceView;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Aligns two traces and finds the first decision in which they part. */
public final class TraceComparisons {
  private static final int STEPS_MAX = 2_000;

  private TraceComparisons() {}

  public static TraceComparison of(TraceView a, TraceView b) {
    List<RunStep> stepsA = RunStep.of(a);
    List<RunStep> stepsB = RunStep.of(b);
    boolean truncated = stepsA.size() > STEPS_MAX || stepsB.size() > STEPS_MAX;
    List<RunStep> shownA = stepsA.subList(0, Math.min(STEPS_MAX, stepsA.size()));
    List<RunStep> shownB = stepsB.subList(0, Math.min(STEPS_MAX, stepsB.size()));
    List<AlignedStep> aligned = new ArrayList<>();
    for (Alignment.Column column : Alignment.of(shownA, shownB)) {
      RunStep left = column.a() < 0 ? null : shownA.get(column.a());
      RunStep right = column.b() < 0 ? null : shownB.get(column.b());
      aligned.add(
          new AlignedStep(
              left == null ? null : left.eventId(),
              right == null ? null : right.eventId(),
              match(left, right),
              left == null ? null : left.label(),
              right == null ? null : right.label()));
    }
    return new TraceComparison(
        aligned, truncated, divergence(aligned, a, decisions(shownA), b, decisions(shownB)));
  }

  private static List<RunStep> decisions(List<RunStep> steps) {
    return steps.stream().filter(step -> step.call() >= 0).toList();
  }

  private static Match match(@Nullable RunStep a, @Nullable RunStep b) {
    if (a == null || b == null) {
      return Match.GAP;
    }
    return Alignment.same(a, b)
        ? Match.SAME
        : Alignment.sameTool(a, b) ? Match.SAME_TOOL : Match.DIFFERENT;
  }

  /** Decisions are compared one by one from the start: what follows the first other one is new. */
  private static @Nullable Divergence divergence(
      List<AlignedStep> aligned,
      TraceView a,
      List<RunStep> left,
      TraceView b,
      List<RunStep> right) {
    int same = 0;
    while (same < left.size()
        && same < right.size()
        && Alignment.same(left.get(same), right.get(same))) {
      same++;
    }
    RunStep inA = same < left.size() ? left.get(same) : null;
    RunStep inB = same < right.size() ? right.get(same) : null;
    if (inA == null && inB == null) {
      return null;
    }
    String where =
        inA == null || inB == null
            ? null
            : difference(a.calls().get(inA.call()), b.calls().get(inB.call()));
    return new Divergence(
        column(aligned, inA, inB),
        inA == null ? null : inA.eventId(),
        inB == null ? null : inB.eventId(),
        where != null,
        where);
  }

  private static int column(
      List<AlignedStep> aligned, @Nullable RunStep inA, @Nullable RunStep inB) {
    for (int i = 0; i < aligned.size(); i++) {
      if (inA != null && inA.eventId().equals(aligned.get(i).a())
          || inB != null && inB.eventId().equals(aligned.get(i).b())) {
        return i;
      }
    }
    return aligned.size();
  }

  /** The first part of the input that differs, in the order in which a model reads it. */
  private static @Nullable String difference(ModelCall a, ModelCall b) {
    Context x = a.context();
    Context y = b.context();
    if (!a.model().equals(b.model())) {
      return "model";
    }
    if (!x.tools().stream()
        .map(tool -> tool.raw())
        .toList()
        .equals(y.tools().stream().map(tool -> tool.raw()).toList())) {
      return "tools";
    }
    if (!raw(x.system()).equals(raw(y.system()))) {
      return "system";
    }
    int n = Math.min(x.messages().size(), y.messages().size());
    for (int i = 0; i < n; i++) {
      if (!said(x.messages().get(i)).equals(said(y.messages().get(i)))) {
        return "messages[" + i + "]";
      }
    }
    if (x.messages().size() != y.messages().size()) {
      return "messages[" + n + "]";
    }
    return x.params().equals(y.params()) ? null : "params";
  }

  private static String raw(@Nullable Message message) {
    return message == null ? "" : message.raw();
  }

  /** What a turn says; ids of calls differ from run to run and say nothing. */
  private static List<String> said(Message message) {
    return message.parts().stream().map(TraceComparisons::said).toList();
  }

  private static String said(Part part) {
    return switch (part) {
      case Part.Text text -> text.text();
      case Part.Thinking thinking -> "";
      case Part.Call call -> call.tool() + call.arguments();
      case Part.Result result -> result.text();
      case Part.Opaque opaque -> opaque.kind();
    };
  }
}
