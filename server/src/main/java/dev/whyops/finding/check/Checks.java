package dev.whyops.finding.check;

import dev.whyops.finding.Check;
import java.util.List;

/** All rules, in the order of the table in docs/why.md. */
public final class Checks {
  private Checks() {}

  public static List<Check> all() {
    return List.of(
        new TraceHasNoEvents(),
        new StepOrderDecreased(),
        new DuplicateStepId(),
        new MissingParentStep(),
        new MissingToolCallResponse(),
        new OrphanToolCallResponse(),
        new LlmResponseMetadataIncomplete(),
        new ToolCallWithoutFollowup(),
        new MissingMetadataTool(),
        new IdenticalToolCallLoop(),
        new ConsecutiveErrorStreak(),
        new LatencyOutlier(),
        new TokenOutlier(),
        new UnsourcedArgument(),
        new ToolNeverUsed(),
        new ToolOutputIgnored(),
        new CachePrefixBroken(),
        new ContextNearLimit(),
        new ContextGrowth(),
        new RetryWithoutChange(),
        new AlternatingLoop(),
        new ErrorSwallowed(),
        new AnswerTruncated(),
        new DuplicateToolResult(),
        new SchemaMismatch(),
        new EmptyAnswer(),
        new WrongLanguage(),
        new LatencyRegression(),
        new CostSpike(),
        new ToolDefinitionWeak());
  }
}
