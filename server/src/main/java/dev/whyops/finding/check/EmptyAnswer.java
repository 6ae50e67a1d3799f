package dev.whyops.finding.check;

import dev.whyops.finding.Check;
import dev.whyops.finding.Draft;
import dev.whyops.finding.Evidence;
import dev.whyops.finding.Report;
import dev.whyops.finding.Severity;
import dev.whyops.why.view.Answer;
import dev.whyops.why.view.ModelCall;
import java.util.Set;

/** The model stopped of its own accord and said nothing at all. */
final class EmptyAnswer implements Check {
  private static final Set<String> STOPS = Set.of("stop", "end_turn", "completed");

  @Override
  public String code() {
    return "EMPTY_ANSWER";
  }

  @Override
  public void judge(Evidence evidence, Report report) {
    for (ModelCall call : evidence.view().calls()) {
      Answer answer = call.answer();
      boolean stopped =
          call.answered()
              && answer.status().equals("ok")
              && answer.finishReason() != null
              && STOPS.contains(answer.finishReason());
      boolean kept = call.end().content().path("captured").asBoolean(true);
      boolean empty =
          answer.text().isBlank() && answer.calls().isEmpty() && answer.refusal() == null;
      if (stopped && kept && empty) {
        report.add(
            Draft.of(Severity.MEDIUM, 1, "The model stopped without text, tool call or refusal")
                .at(call.end(), "$.content")
                .kind(call.model())
                .advice(
                    "Check the filter",
                    "Look for a content filter, a stop sequence that fires at once, or thinking"
                        + " that took all of the output."));
      }
    }
  }
}
