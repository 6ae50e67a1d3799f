package dev.whyops.finding.check;

import dev.whyops.finding.Check;
import dev.whyops.finding.Draft;
import dev.whyops.finding.Evidence;
import dev.whyops.finding.Report;
import dev.whyops.finding.Severity;
import dev.whyops.why.view.ModelCall;

/** An answer that a limit or a broken line cut off. */
final class AnswerTruncated implements Check {
  @Override
  public String code() {
    return "ANSWER_TRUNCATED";
  }

  @Override
  public void judge(Evidence evidence, Report report) {
    for (ModelCall call : evidence.view().calls()) {
      if (!call.answered() || !call.answer().cut()) {
        continue;
      }
      boolean insideArguments =
          call.toolUses().stream()
              .map(evidence.view().toolUses()::get)
              .anyMatch(use -> use.parsed() == null && !use.arguments().isBlank());
      String why = call.answer().status().equals("ok") ? "at its limit" : "by a broken connection";
      report.add(
          Draft.of(
                  insideArguments ? Severity.HIGH : Severity.MEDIUM,
                  1,
                  "The answer was cut off " + why + (insideArguments ? ", inside arguments" : ""))
              .at(call.end(), insideArguments ? "$.toolCalls" : "$.content")
              .kind(why)
              .advice("Raise the limit", "Allow more output tokens, or ask for shorter answers."));
    }
  }
}
