package dev.whyops.finding.check;

import dev.whyops.event.Event;
import dev.whyops.finding.Check;
import dev.whyops.finding.Draft;
import dev.whyops.finding.Evidence;
import dev.whyops.finding.Report;
import dev.whyops.finding.Severity;
import dev.whyops.why.view.Fact;
import java.util.HashSet;
import java.util.Set;

/**
 * A parent that never came. A proxied call may name a span of another tracing system as its parent,
 * so only its parent step counts.
 */
final class MissingParentStep implements Check {
  @Override
  public String code() {
    return "MISSING_PARENT_STEP";
  }

  @Override
  public void judge(Evidence evidence, Report report) {
    if (!evidence.view().closed()) {
      return;
    }
    Set<String> spans = new HashSet<>();
    Set<Integer> steps = new HashSet<>();
    for (Fact fact : evidence.view().facts()) {
      spans.add(fact.spanId());
      Integer step = fact.event().place().stepId();
      if (step != null) {
        steps.add(step);
      }
    }
    Set<String> told = new HashSet<>();
    for (Fact fact : evidence.view().facts()) {
      Event.Place place = fact.event().place();
      Integer parentStep = place.parentStepId();
      String parentSpan = place.parentSpanId();
      if (parentStep != null && !steps.contains(parentStep)) {
        add(report, told, fact, "step " + parentStep, "$.parentStepId");
      } else if (parentSpan != null
          && fact.event().source() == Event.Source.SDK
          && !spans.contains(parentSpan)) {
        add(report, told, fact, "span " + parentSpan, "$.parentSpanId");
      }
    }
  }

  private static void add(Report report, Set<String> told, Fact fact, String parent, String path) {
    if (told.add(parent)) {
      report.add(
          Draft.of(Severity.HIGH, 1, "The parent " + parent + " is not in the trace")
              .at(fact, path)
              .advice("Send the parent", "Send the event of the parent, or do not name one."));
    }
  }
}
