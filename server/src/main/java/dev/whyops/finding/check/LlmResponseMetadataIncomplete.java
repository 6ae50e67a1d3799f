package dev.whyops.finding.check;

import dev.whyops.event.EventType;
import dev.whyops.finding.Check;
import dev.whyops.finding.Draft;
import dev.whyops.finding.Evidence;
import dev.whyops.finding.Report;
import dev.whyops.finding.Severity;
import dev.whyops.why.view.Fact;

/** An answer without model or provider has no price and no comparison. */
final class LlmResponseMetadataIncomplete implements Check {
  @Override
  public String code() {
    return "LLM_RESPONSE_METADATA_INCOMPLETE";
  }

  @Override
  public void judge(Evidence evidence, Report report) {
    for (Fact fact : evidence.view().facts()) {
      if (fact.type() != EventType.LLM_RESPONSE) {
        continue;
      }
      boolean model = fact.event().facts().model() != null;
      boolean provider = fact.event().facts().provider() != null;
      if (!model || !provider) {
        String missing = model ? "provider" : provider ? "model" : "model and provider";
        report.add(
            Draft.of(Severity.HIGH, 1, "An answer names no " + missing)
                .at(fact, model ? "$.metadata.provider" : "$.metadata.model")
                .kind(missing)
                .advice("Send both", "Send model and provider with every answer."));
      }
    }
  }
}
