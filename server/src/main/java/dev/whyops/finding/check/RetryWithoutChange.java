package dev.whyops.finding.check;

import dev.whyops.finding.Check;
import dev.whyops.finding.Draft;
import dev.whyops.finding.Evidence;
import dev.whyops.finding.Report;
import dev.whyops.finding.Severity;
import dev.whyops.why.view.Context;
import dev.whyops.why.view.ModelCall;
import dev.whyops.why.view.TraceView;
import java.util.ArrayList;
import java.util.List;

/**
 * The same request again after an error that will not go away. Errors that may pass (429, 5xx, time
 * limits) are worth three tries.
 */
final class RetryWithoutChange implements Check {
  private static final int PASSING_TRIES = 3;

  @Override
  public String code() {
    return "RETRY_WITHOUT_CHANGE";
  }

  @Override
  public void judge(Evidence evidence, Report report) {
    TraceView view = evidence.view();
    boolean[] chained = new boolean[view.calls().size()];
    int[] next = new int[view.calls().size()];
    java.util.Arrays.fill(next, -1);
    for (ModelCall call : view.calls()) {
      ModelCall before = view.previous(call);
      if (before != null && !before.answered() && same(before, call)) {
        chained[call.index()] = true;
        next[before.index()] = call.index();
      }
    }
    for (ModelCall start : view.calls()) {
      if (!chained[start.index()] && next[start.index()] >= 0) {
        judge(view, start, next, report);
      }
    }
  }

  private void judge(TraceView view, ModelCall start, int[] next, Report report) {
    List<ModelCall> tries = new ArrayList<>();
    boolean lasting = false;
    for (int i = start.index(); i >= 0; i = next[i]) {
      ModelCall call = view.calls().get(i);
      tries.add(call);
      lasting |= next[i] >= 0 && !passes(call);
    }
    if (!lasting && tries.size() <= PASSING_TRIES) {
      return;
    }
    Draft draft =
        Draft.of(
                Severity.MEDIUM,
                0.95,
                "The same request was sent "
                    + tries.size()
                    + " times although it had failed"
                    + (lasting ? " for good" : ""))
            .kind(lasting ? "lasting" : "passing")
            .threshold("passingTries", PASSING_TRIES)
            .advice("Change or stop", "Change what the error names, or give up and say so.");
    tries.forEach(call -> draft.at(call.end()));
    report.add(draft);
  }

  private static boolean passes(ModelCall call) {
    int status = call.end().content().path("status").asInt(0);
    String code = call.end().content().path("code").asString("");
    return status == 0
        || status == 408
        || status == 409
        || status == 429
        || status >= 500
        || code.contains("timeout")
        || code.contains("unreachable");
  }

  private static boolean same(ModelCall a, ModelCall b) {
    Context x = a.context();
    Context y = b.context();
    return x.captured()
        && y.captured()
        && x.messages().equals(y.messages())
        && x.tools().equals(y.tools())
        && x.system() == y.system()
        && x.params().equals(y.params())
        && asked(a).equals(asked(b));
  }

  private static String asked(ModelCall call) {
    String model = call.start().event().facts().requestedModel();
    return model == null ? "" : model;
  }
}
