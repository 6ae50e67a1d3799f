package dev.whyops.finding.check;

import dev.whyops.finding.Check;
import dev.whyops.finding.Draft;
import dev.whyops.finding.Evidence;
import dev.whyops.finding.Report;
import dev.whyops.finding.Severity;
import dev.whyops.why.view.Message;
import dev.whyops.why.view.ModelCall;
import dev.whyops.why.view.Part;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The same large tool result stands twice in one request. */
final class DuplicateToolResult implements Check {

  @Override
  public String code() {
    return "DUPLICATE_TOOL_RESULT";
  }

  @Override
  public void judge(Evidence evidence, Report report) {
    long charsMin = evidence.thresholds().whole(code(), "chars");
    Map<Integer, List<String>> large = new HashMap<>();
    Set<String> told = new HashSet<>();
    for (ModelCall call : evidence.view().calls()) {
      if (!call.context().captured()) {
        continue;
      }
      Set<String> here = new HashSet<>();
      for (Message message : call.context().messages()) {
        List<String> texts =
            large.computeIfAbsent(message.contentId(), id -> largeResults(message, charsMin));
        for (String text : texts) {
          if (!here.add(text) && told.add(text)) {
            report.add(
                Draft.of(
                        Severity.LOW,
                        0.95,
                        "A tool result of "
                            + text.length()
                            + " characters stands twice in one request")
                    .at(call.end(), "$.messages")
                    .threshold("chars", charsMin)
                    .advice("Refer to it", "Send the result once and point to it later."));
          }
        }
      }
    }
  }

  private static List<String> largeResults(Message message, long charsMin) {
    return message.parts().stream()
        .filter(Part.Result.class::isInstance)
        .map(part -> ((Part.Result) part).text())
        .filter(text -> text.length() >= charsMin)
        .toList();
  }
}
