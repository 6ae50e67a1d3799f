package dev.whyops.finding.check;

import dev.whyops.finding.Check;
import dev.whyops.finding.Draft;
import dev.whyops.finding.Evidence;
import dev.whyops.finding.Report;
import dev.whyops.finding.Severity;
import dev.whyops.why.view.ModelCall;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** A call whose input and room for output nearly fill the model's window. */
final class ContextNearLimit implements Check {

  @Override
  public String code() {
    return "CONTEXT_NEAR_LIMIT";
  }

  @Override
  public void judge(Evidence evidence, Report report) {
    double share = evidence.thresholds().of(code(), "share");
    double high = evidence.thresholds().of(code(), "high");
    for (ModelCall call : evidence.view().calls()) {
      String provider = call.end().event().facts().provider();
      Long window = evidence.models().window(provider == null ? "" : provider, call.model());
      Long input = call.inputTokens();
      if (window == null || input == null || window <= 0) {
        continue;
      }
      long needed = input + outputLimit(call);
      double fill = (double) needed / window;
      if (fill > share) {
        report.add(
            Draft.of(
                    fill > high ? Severity.HIGH : Severity.MEDIUM,
                    1,
                    needed
                        + " of "
                        + window
                        + " tokens of the window are taken ("
                        + Math.round(fill * 100)
                        + " %)")
                .at(call.end(), "$.usage")
                .kind(call.model())
                .threshold("share", share)
                .threshold("window", window)
                .advice("Compact", "Summarise old turns or leave old tool results out."));
      }
    }
  }

  private static long outputLimit(ModelCall call) {
    JsonNode params = call.context().params();
    for (String name : new String[] {"max_completion_tokens", "max_output_tokens", "max_tokens"}) {
      if (params.path(name).isIntegralNumber()) {
        return Math.max(0, params.path(name).asLong());
      }
    }
    return output(call.end().event().facts().usage());
  }

  private static long output(dev.whyops.provider.@Nullable Usage usage) {
    Long output = usage == null ? null : usage.allOutput();
    return output == null ? 0 : output;
  }
}
